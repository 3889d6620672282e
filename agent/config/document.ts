import type * as Yaml from 'yaml'
import { vendored } from '../chunk.ts'
import { suggest } from '../suggest.ts'
import { substitute } from './substitute.ts'

/** A value of the configuration with the place where it stands. `text` is what the file says, before substitution. */
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

/** A key outside of the section. Its value is read no deeper than the keys of a map. */
export interface Outside extends Entry {
  readonly path: readonly string[]
}

export interface Document {
  /** The value of `runtime.profiling`. */
  readonly section: Node | undefined
  /** Where the section was looked for in vain, and the key that may have been meant for it. */
  readonly missing: { readonly at: number; readonly hint: string } | undefined
  /** What else may have been meant for it: the keys beside the section; where it is missing, all of the upper levels. */
  readonly outside: readonly Outside[]
  /** Keys that stand in one map more than once; the last is in force. */
  readonly repeated: readonly { readonly key: string; readonly at: number }[]
  /** `line:column`. */
  readonly location: (at: number) => string
}

/** The nodes that the section may hold, aliases expanded; more is taken for an alias bomb. */
const mostNodes = 10_000
const mostDepth = 100
const sectionPath = ['runtime', 'profiling']

/** Parses YAML and reads the section `runtime.profiling`; throws a `DocumentError` where that can't be done. */
export function parse(text: string, env: NodeJS.ProcessEnv): Document {
  const yaml = vendored<typeof Yaml>('yaml')
  const lineCounter = new yaml.LineCounter()
  const options = { lineCounter, uniqueKeys: false, prettyErrors: false, logLevel: 'error' } as const
  const document = yaml.parseDocument(text, options)
  const location = (at: number) => {
    const { line, col } = lineCounter.linePos(at)
    return `${line}:${col}`
  }
  const error = document.errors[0]
  if (error) {
    const [at] = error.pos
    const inFlow = text.slice(at - 1, at + 1) === '${' ? '; inside [ ] and { } put it in quotes' : ''
    throw new DocumentError(error.message.replace(/\s+/g, ' ') + inFlow, location(at))
  }

  let left = mostNodes
  let anchors: Map<string, Yaml.Node[]> | undefined
  const repeated = new Map<number, string>()
  const spend = (at: number, depth: number) => {
    if (--left < 0) throw new DocumentError(`more than ${mostNodes} values once its aliases are expanded`, location(at))
    if (depth > mostDepth) throw new DocumentError(`more than ${mostDepth} levels deep`, location(at))
  }

  // Not yaml's own `resolve`, which walks the whole document for each alias.
  const resolved = (node: unknown): unknown => {
    if (!yaml.isAlias(node)) return node
    anchors ??= anchorsOf(document, yaml)
    const found = anchors.get(node.source)?.findLast((one) => startOf(one) < startOf(node))
    if (found === undefined) throw new DocumentError(`*${node.source} names no anchor`, location(startOf(node)))
    return resolved(found)
  }
  const keyOf = ({ key }: Yaml.Pair) => (yaml.isScalar(key) ? (key.source ?? String(key.value)) : String(key))
  const mergedBy = (pair: Yaml.Pair): Yaml.YAMLMap[] => {
    if (keyOf(pair) !== '<<') return []
    const from = resolved(pair.value)
    const maps = yaml.isSeq(from) ? from.items.map(resolved) : [from]
    return maps.every(yaml.isMap) ? (maps as Yaml.YAMLMap[]) : []
  }
  /** A map's pairs by key: its own before merged ones, of repeated ones the last. */
  const pairsOf = (map: Yaml.YAMLMap, depth: number): Map<string, Yaml.Pair> => {
    spend(startOf(map), depth)
    const pairs = new Map<string, Yaml.Pair>()
    const own = new Map<string, Yaml.Pair>()
    for (const pair of map.items) {
      const merged = mergedBy(pair)
      for (const one of merged) {
        for (const [key, value] of pairsOf(one, depth + 1)) if (!pairs.has(key)) pairs.set(key, value)
      }
      if (merged.length > 0) continue
      const key = keyOf(pair)
      if (own.has(key)) repeated.set(startOf(pair.key), key)
      own.set(key, pair)
    }
    for (const [key, pair] of own) pairs.set(key, pair)
    return pairs
  }

  const read = (given: unknown, depth: number): Node => {
    const node = resolved(given)
    const at = startOf(node)
    spend(at, depth)
    if (yaml.isSeq(node)) return { kind: 'list', at, items: node.items.map((item) => read(item, depth + 1)) }
    if (yaml.isScalar(node)) return readScalar(node, at)
    if (!yaml.isMap(node)) return { kind: 'scalar', at, value: null, text: '' }
    const entries = [...pairsOf(node, depth)].map(([key, pair]) => {
      const value = read(pair.value, depth + 1)
      return { key, at: startOf(pair.key), value }
    })
    return { kind: 'map', at, entries }
  }
  const readScalar = (node: Yaml.Scalar, at: number): Node => {
    const source = node.source ?? String(node.value ?? '')
    if (!source.includes('$')) return { kind: 'scalar', at, value: node.value, text: source }
    const filled = substitute(source, env)
    if ('problem' in filled) return { kind: 'scalar', at, value: null, text: source, problem: filled.problem }
    // A plain scalar gets its type after the substitution, a quoted or tagged one stays a string.
    const plain = node.type === 'PLAIN' && node.tag === undefined
    return { kind: 'scalar', at, value: plain ? resolvePlain(document, filled.text, yaml) : filled.text, text: source }
  }

  const readShallow = (node: unknown): Node => {
    const at = startOf(node)
    if (yaml.isScalar(node)) return readScalar(node, at)
    if (yaml.isSeq(node)) return { kind: 'list', at, items: [] }
    if (!yaml.isMap(node)) return { kind: 'scalar', at, value: null, text: '' }
    const entries = node.items.map((pair) => ({ key: keyOf(pair), at: startOf(pair.key), value: nothing }))
    return { kind: 'map', at, entries }
  }
  const keysBelow = (node: unknown, depth: number, path: readonly string[] = []): Outside[] => {
    if (!yaml.isMap(node)) return []
    return node.items.flatMap((pair) => {
      const key = keyOf(pair)
      const own = { path: [...path, key], key, at: startOf(pair.key), value: readShallow(pair.value) }
      return depth > 1 ? [own, ...keysBelow(pair.value, depth - 1, own.path)] : [own]
    })
  }

  // Only the section is expanded, so that an alias bomb elsewhere in the file is never touched.
  const find = (): Pick<Document, 'section' | 'missing' | 'outside'> => {
    let node: unknown = resolved(document.contents)
    let outside: readonly Outside[] = []
    for (const [depth, key] of sectionPath.entries()) {
      const pairs = yaml.isMap(node) ? pairsOf(node, depth) : new Map<string, Yaml.Pair>()
      const pair = pairs.get(key)
      if (pair === undefined) {
        const [hint = ''] = suggest(key, pairs.keys())
        const missing = { at: startOf(pairs.get(hint)?.key ?? node), hint }
        return { section: undefined, missing, outside: keysBelow(document.contents, 3) }
      }
      outside = depth === 0 ? [] : keysBelow(node, 1, ['runtime']).filter((other) => other.key !== key)
      node = resolved(pair.value)
    }
    return { section: read(node, 0), missing: undefined, outside }
  }
  const found = find()
  return { ...found, repeated: [...repeated].map(([at, key]) => ({ at, key })), location }
}

const nothing: Node = { kind: 'scalar', at: 0, value: null, text: '' }

const startOf = (node: unknown) => (node as Yaml.Node | null | undefined)?.range?.[0] ?? 0

function anchorsOf(document: Yaml.Document, yaml: typeof Yaml): Map<string, Yaml.Node[]> {
  const anchors = new Map<string, Yaml.Node[]>()
  yaml.visit(document, {
    Value(_, node) {
      if (node.anchor) anchors.set(node.anchor, [...(anchors.get(node.anchor) ?? []), node])
    },
  })
  return anchors
}

function resolvePlain(document: Yaml.Document, text: string, yaml: typeof Yaml): unknown {
  if (text === '') return null
  for (const tag of document.schema.tags) {
    if ('test' in tag && tag.default === true && tag.test?.test(text)) {
      const resolved = tag.resolve(text, () => {}, {})
      return yaml.isScalar(resolved) ? resolved.value : resolved
    }
  }
  return text
}

export class DocumentError extends Error {
  readonly location: string
  constructor(message: string, location: string) {
    super(message)
    this.location = location
  }
}
