import { createRequire } from 'node:module'
import type * as Yaml from 'yaml'

/** A value of the configuration with the place where it stands. */
export type Node = { readonly at: number } & (
  | { readonly kind: 'scalar'; readonly value: unknown; readonly text: string; readonly problem?: string }
  | { readonly kind: 'list'; readonly items: readonly Node[] }
  | { readonly kind: 'map'; readonly entries: readonly Entry[] }
)
export interface Entry {
  readonly key: string
  readonly at: number
  readonly value: Node
}

/** The nodes that one section may hold, aliases expanded; more is taken for an alias bomb. */
const mostNodes = 10_000
/** Characters; a larger file is refused unread. */
export const mostText = 1_000_000

/** Parses YAML; throws a `DocumentError` where it is malformed. */
export function parse(text: string, env: NodeJS.ProcessEnv): { root: Node | undefined; place: (at: number) => string } {
  const yaml = createRequire(import.meta.url)('../../vendor/yaml.cjs') as typeof Yaml
  const lines = new yaml.LineCounter()
  const document = yaml.parseDocument(text, { lineCounter: lines, uniqueKeys: false, logLevel: 'silent' })
  const place = (at: number) => {
    const { line, col } = lines.linePos(at)
    return `${line}:${col}`
  }

  const error = document.errors[0]
  if (error)
    throw new DocumentError(
      error.message.split('\n')[0]?.replace(/ at line \d+.*/, '') ?? 'malformed',
      place(error.pos[0]),
    )

  let left = mostNodes
  const read = (node: unknown): Node => {
    const at = (node as Yaml.Node | null)?.range?.[0] ?? 0
    if (--left < 0) throw new DocumentError(`more than ${mostNodes} values after its aliases are expanded`, place(at))
    if (yaml.isAlias(node)) return read(node.resolve(document))
    if (yaml.isSeq(node)) return { kind: 'list', at, items: node.items.map(read) }
    if (yaml.isMap(node)) return { kind: 'map', at, entries: node.items.flatMap(readPair) }
    if (yaml.isScalar(node)) return readScalar(node, at)
    return { kind: 'scalar', at, value: null, text: '' }
  }
  const readPair = ({ key, value }: Yaml.Pair): Entry[] => {
    const name = yaml.isScalar(key) ? String(key.value) : String(key)
    const at = (key as Yaml.Node | null)?.range?.[0] ?? 0
    const node = read(value)
    if (name !== '<<') return [{ key: name, at, value: node }]
    const maps = node.kind === 'list' ? node.items : [node]
    return maps.flatMap((map) => (map.kind === 'map' ? map.entries : []))
  }
  const readScalar = (node: Yaml.Scalar, at: number): Node => {
    const source = node.source ?? String(node.value ?? '')
    if (!source.includes('$')) return { kind: 'scalar', at, value: node.value, text: source }
    const { text: filled, problem } = substitute(source, env)
    if (problem) return { kind: 'scalar', at, value: null, text: '', problem }
    // A plain scalar gets its type after the substitution, a quoted one stays a string (the OpenTelemetry rule).
    const value = node.type === 'PLAIN' ? resolvePlain(document, filled) : filled
    return { kind: 'scalar', at, value, text: source }
  }

  // Only the section is expanded, so that an alias bomb elsewhere in the file is never touched.
  const section = document.getIn(['runtime', 'profiling'], true)
  return { root: section === undefined ? undefined : read(section), place }
}

/** Replaces `${NAME}`, `${env:NAME}` and `${NAME:-default}`; `$$` is a dollar sign. */
export function substitute(source: string, env: NodeJS.ProcessEnv): { text: string; problem?: string } {
  let problem: string | undefined
  const reference = /\$\$|\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^\n}]*))?\}|\$\{[^}]*\}?/g
  const text = source.replace(reference, (found, name: string | undefined, fallback: string | undefined) => {
    if (found === '$$') return '$'
    if (name === undefined) {
      problem = `${found} is not a substitution; write \${NAME} or \${NAME:-default}, and $$ for a dollar sign`
      return ''
    }
    return env[name] || (fallback ?? '')
  })
  return problem === undefined ? { text } : { text, problem }
}

function resolvePlain(document: Yaml.Document, text: string): unknown {
  if (text === '') return null
  for (const tag of document.schema.tags) {
    if (!('test' in tag) || tag.default !== true || !tag.test?.test(text)) continue
    const found = tag.resolve(text, () => {}, {})
    // Booleans and null come as nodes.
    return typeof found === 'object' && found !== null ? (found as Yaml.Scalar).value : found
  }
  return text
}

export class DocumentError extends Error {
  readonly place: string
  constructor(message: string, place: string) {
    super(message)
    this.place = place
  }
}
