import type * as Yaml from 'yaml'
import { vendored } from '../chunk.ts'
import { suggest } from '../suggest.ts'
import type { Document, Entry, Node, Outside } from './node.ts'
import { parsePlain } from './plain.ts'
import { substitute } from './substitute.ts'

/** The nodes that the section may hold, aliases expanded; more is taken for an alias bomb. */
const mostNodes = 10_000
const mostDepth = 100
const sectionPath = ['runtime', 'profiling']

/** Reads the section `runtime.profiling` of a YAML text; throws a `DocumentError` where that can't be done. */
export const parse = (text: string, env: NodeJS.ProcessEnv): Document => parsePlain(text) ?? parseWhole(text, env)

/** By the whole parser; of another file than the configuration, `path` is empty, and all of it is the section. */
export function parseWhole(text: string, env: NodeJS.ProcessEnv, path: readonly string[] = sectionPath): Document {
  const yaml = vendored<typeof Yaml>('yaml')
  const lineCounter = new yaml.LineCounter()
  const options = { lineCounter, uniqueKeys: false, prettyErrors: false, logLevel: 'error' } as const
  const document = yaml.parseDocument(text, options)
  const location = (at: number) => {
    const { line, col } = lineCounter.linePos(at)
    return `${line}:${col}`
  }
  const fail = (message: string, at: number): never => {
    throw new DocumentError(message, location(at))
  }
  const [error] = document.errors
  if (error) {
    const [at] = error.pos
    const message = error.message.replace(/\s+/g, ' ')
    const isEscape = message.startsWith('Invalid escape sequence')
    const inFlow = text.slice(at - 1, at + 1) === '${' ? '; inside [ ] and { } put it in quotes' : ''
    fail(message + (isEscape ? '; write a path in single quotes, or with /' : inFlow), at)
  }

  let left = mostNodes
  let targets: ReturnType<typeof targetsIn> | undefined
  const repeated = new Map<number, string>()
  const spend = (at: number, depth: number) => {
    if (--left < 0) fail(`more than ${mostNodes} values once its aliases are expanded`, at)
    if (depth > mostDepth) fail(`more than ${mostDepth} levels deep`, at)
  }
  // Not yaml's own `resolve`, which walks the whole document for each alias.
  const resolved = (node: unknown): unknown => {
    if (!yaml.isAlias(node)) return node
    targets ??= targetsIn(document, yaml)
    return targets.get(node) ?? fail(`*${node.source} names no anchor`, startOf(node))
  }
  const keyOf = ({ key }: Yaml.Pair) => (yaml.isScalar(key) ? (key.source ?? String(key.value)) : String(key))
  const entryOf = (pair: Yaml.Pair, of: (value: unknown) => Node): Entry => {
    return { key: keyOf(pair), at: startOf(pair.key), value: of(pair.value) }
  }
  const mergedBy = (pair: Yaml.Pair): readonly Yaml.YAMLMap[] => {
    const from = keyOf(pair) === '<<' ? resolved(pair.value) : undefined
    const maps = yaml.isSeq(from) ? from.items.map(resolved) : [from]
    return maps.every((one) => yaml.isMap(one)) ? maps : []
  }
  /** A map's pairs by key: its own before merged ones, of repeated ones the last. */
  const pairsOf = (map: Yaml.YAMLMap, depth: number): Map<string, Yaml.Pair> => {
    spend(startOf(map), depth)
    const merged = new Map<string, Yaml.Pair>()
    const direct = new Map<string, Yaml.Pair>()
    for (const pair of map.items) {
      const maps = mergedBy(pair)
      for (const one of maps)
        for (const [key, value] of pairsOf(one, depth + 1)) if (!merged.has(key)) merged.set(key, value)
      if (maps.length > 0) continue
      const key = keyOf(pair)
      if (direct.has(key)) repeated.set(startOf(pair.key), key)
      direct.set(key, pair)
    }
    return new Map([...merged, ...direct])
  }
  const read = (given: unknown, depth: number): Node => {
    const node = resolved(given)
    const at = startOf(node)
    spend(at, depth)
    if (yaml.isSeq(node)) return { kind: 'list', at, items: node.items.map((item) => read(item, depth + 1)) }
    if (!yaml.isMap(node)) return readScalar(node)
    const pairs = [...pairsOf(node, depth).values()]
    return { kind: 'map', at, entries: pairs.map((pair) => entryOf(pair, (value) => read(value, depth + 1))) }
  }
  const readScalar = (node: unknown): Node => {
    if (!yaml.isScalar(node)) return { ...nothing, at: startOf(node) }
    const text = node.source ?? String(node.value ?? '')
    const scalar = { kind: 'scalar', at: startOf(node), value: node.value, text } as const
    if (!text.includes('$')) return scalar
    const filled = substitute(text, env)
    if ('problem' in filled) return { ...scalar, value: null, problem: filled.problem }
    // A plain scalar gets its type after the substitution, a quoted or tagged one stays a string.
    const isPlain = node.type === 'PLAIN' && node.tag === undefined
    return { ...scalar, value: isPlain ? typed(filled.text, document, yaml) : filled.text, filled: filled.text }
  }
  const readShallow = (node: unknown): Node => {
    const at = startOf(node)
    if (yaml.isSeq(node)) return { kind: 'list', at, items: [] }
    if (!yaml.isMap(node)) return readScalar(node)
    return { kind: 'map', at, entries: node.items.map((pair) => entryOf(pair, () => nothing)) }
  }
  const keysBelow = (node: unknown, depth: number, path: readonly string[] = []): Outside[] => {
    if (!yaml.isMap(node) || depth === 0) return []
    return node.items.flatMap((pair) => {
      const here = [...path, keyOf(pair)]
      return [{ ...entryOf(pair, readShallow), path: here }, ...keysBelow(pair.value, depth - 1, here)]
    })
  }

  // Only the section is expanded, so that an alias bomb elsewhere in the file is never touched.
  let node = resolved(document.contents)
  let outside: readonly Outside[] = []
  let missing: Document['missing']
  for (const [depth, key] of path.entries()) {
    const pairs = yaml.isMap(node) ? pairsOf(node, depth) : new Map<string, Yaml.Pair>()
    const pair = pairs.get(key)
    if (pair === undefined) {
      const [hint = ''] = suggest(key, pairs.keys())
      missing = { at: startOf(pairs.get(hint)?.key ?? node), hint }
      outside = keysBelow(document.contents, 3)
      break
    }
    outside = depth === 0 ? [] : keysBelow(node, 1, ['runtime']).filter((other) => other.key !== key)
    node = resolved(pair.value)
  }
  const section = missing === undefined ? read(node, 0) : undefined
  return { section, missing, outside, repeated: Array.from(repeated, ([at, key]) => ({ at, key })), location }
}

const nothing = { kind: 'scalar', at: 0, value: null, text: '' } as const

const startOf = (node: unknown) => (node as Yaml.Node | null | undefined)?.range?.[0] ?? 0

/** The target of each alias: of the anchors of its name, the last before it. */
function targetsIn(document: Yaml.Document, yaml: typeof Yaml): Map<Yaml.Alias, Yaml.Node | undefined> {
  const anchors = new Map<string, Yaml.Node>()
  const targets = new Map<Yaml.Alias, Yaml.Node | undefined>()
  yaml.visit(document, {
    Alias: (_, alias) => void targets.set(alias, anchors.get(alias.source)),
    Value: (_, node) => void (node.anchor && anchors.set(node.anchor, node)),
  })
  return targets
}

/** A plain text's value, by the tags of yaml's own schema. */
function typed(text: string, { schema }: Yaml.Document, yaml: typeof Yaml): unknown {
  const tag = schema.tags.find((one) => one.default === true && 'test' in one && one.test?.test(text))
  const value = tag === undefined ? text : (tag as Yaml.ScalarTag).resolve(text, () => {}, {})
  return yaml.isScalar(value) ? value.value : value
}

export class DocumentError extends Error {
  readonly location: string
  constructor(message: string, location: string) {
    super(message)
    this.location = location
  }
}
