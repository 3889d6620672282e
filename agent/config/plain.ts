import type { Document, Entry, Node } from './node.ts'

// Most files need of YAML no more than this: blocks of keys, values on the lines of their keys, short lists. All else is
// left to the whole parser, which takes longer to load than the rest of the agent; test/unit/config/plain.test.ts has
// them read the same.

const word = '(?:[\\w./@+~=()-]|:(?=[\\w/]))+'
const quoted = `'[^'\\n\\r$]*'|"[^"\\\\\\n\\r$]*"`
const item = `[A-Za-z_./][\\w./-]*|${quoted}`
const value = `${word}(?: ${word})*|${quoted}|\\[ *(?:(?:${item})(?: *, *(?:${item}))*)? *\\]`
const line = new RegExp(
  `( *)(- +)?(?:([A-Za-z_][\\w.-]*):(?: +|(?=\\r?\\n|$)))?(${value})? *(?:(?<![^ \\n])#[^\\n\\r]*)?(?:\\r?\\n|$)`,
  'y',
)
const items = new RegExp(item, 'g')

interface Line {
  readonly indent: number
  /** Offset of the first character after the indentation. */
  readonly at: number
  /** The width of a list's dash and the spaces after it. */
  readonly dash: number
  readonly key: string | undefined
  readonly value: string
  readonly valueAt: number
}

class NotPlain extends Error {}

/** The section `runtime.profiling`, unless the text is not plain or has none. */
export function parsePlain(text: string): Document | undefined {
  if (text.length > 20_000) return undefined
  try {
    const runtime = childOf(readBlocks(linesOf(text)), 'runtime')
    const section = childOf(runtime, 'profiling')
    const outside = entriesOf(runtime).flatMap(({ key, at, value }) =>
      key === 'profiling' ? [] : [{ path: ['runtime', key], key, at, value: shallow(value) }],
    )
    return { section, missing: undefined, outside, repeated: [], location: (at) => locationIn(text, at) }
  } catch (error) {
    if (error instanceof NotPlain) return undefined
    throw error
  }
}

function linesOf(text: string): Line[] {
  const all: Line[] = []
  line.lastIndex = 0
  while (line.lastIndex < text.length) {
    const start = line.lastIndex
    const found = line.exec(text)
    if (found === null) throw new NotPlain()
    const [whole, { length: indent } = '', { length: dash } = '', key, value = ''] = found
    if (dash === 0 && key === undefined && value === '') continue
    const from = indent + dash + (key === undefined ? 0 : key.length + 1)
    all.push({ indent, at: start + indent, dash, key, value, valueAt: start + whole.indexOf(value, from) })
  }
  return all
}

function readBlocks(lines: Line[]): Node {
  let next = 0
  const block = (indent: number): Node => {
    const { at = 0, dash = 0 } = lines[next] ?? {}
    const read: Node =
      dash > 0 ? { kind: 'list', at, items: itemsAt(indent) } : { kind: 'map', at, entries: pairsAt(indent) }
    if ((lines[next]?.indent ?? 0) > indent) throw new NotPlain()
    return read
  }
  const itemsAt = (indent: number): Node[] => {
    const read: Node[] = []
    for (let one = lines[next]; one?.indent === indent && one.dash > 0; one = lines[next]) {
      if (one.key === undefined) {
        read.push(readValue(one.value, one.valueAt))
        next++
      } else {
        // The text after a dash is indented by it.
        lines[next] = { ...one, indent: indent + one.dash, at: one.at + one.dash, dash: 0 }
        read.push(block(indent + one.dash))
      }
    }
    return read
  }
  const pairsAt = (indent: number): Entry[] => {
    const read: Entry[] = []
    for (let one = lines[next]; one?.indent === indent && one.dash === 0; one = lines[next]) {
      const { key, at, value, valueAt } = one
      if (key === undefined || read.some((other) => other.key === key)) throw new NotPlain()
      const below = lines[++next]
      // A list may stand as deep as its key.
      const isBelow = below !== undefined && (below.indent > indent || (below.indent === indent && below.dash > 0))
      read.push({ key, at, value: value === '' && isBelow ? block(below.indent) : readValue(value, valueAt) })
    }
    return read
  }
  const all = block(0)
  if (next < lines.length) throw new NotPlain()
  return all
}

function readValue(text: string, at: number): Node {
  const [first] = text
  if (first === '[')
    return { kind: 'list', at, items: Array.from(text.matchAll(items), (one) => readValue(one[0], at + one.index)) }
  const inner = first === "'" || first === '"' ? text.slice(1, -1) : text
  return { kind: 'scalar', at, value: inner === text ? typed(text) : inner, text: inner }
}

/** A plain scalar's value, where that is beyond doubt. */
function typed(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  if (/^-?(0|[1-9]\d{0,14})(\.\d{1,9})?$/.test(text)) return Number(text)
  if (!/^([A-Za-z_]|\.{0,2}\/)/.test(text) || /^(null|true|false)$/i.test(text)) throw new NotPlain()
  return text
}

const entriesOf = (node: Node) => (node.kind === 'map' ? node.entries : [])

function childOf(node: Node, key: string): Node {
  const found = entriesOf(node).find((entry) => entry.key === key)
  if (found === undefined) throw new NotPlain()
  return found.value
}

const nothing: Node = { kind: 'scalar', at: 0, value: null, text: '' }

/** As document.ts reads what stands beside the section. */
function shallow(node: Node): Node {
  if (node.kind === 'list') return { ...node, items: [] }
  if (node.kind === 'map') return { ...node, entries: node.entries.map((entry) => ({ ...entry, value: nothing })) }
  return node
}

function locationIn(text: string, at: number): string {
  const before = text.slice(0, at)
  return `${before.split('\n').length}:${at - before.lastIndexOf('\n')}`
}
