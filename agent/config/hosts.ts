import { type Node, textOf } from './node.ts'
import type { Option } from './option.ts'
import { shown } from './shown.ts'

const host = /^[\w.-]+(:\d{1,5})?$/

/** A map of services to hosts. */
export function hosts(sentence: string): Option<Readonly<Record<string, readonly string[]>>> {
  return {
    default: {},
    text: sentence,
    expected: 'a map of services to lists of hosts',
    read(node) {
      if (node.kind !== 'map') return { wrong: node }
      const found: [string, string[]][] = []
      for (const { key, value } of node.entries) {
        const items = value.kind === 'list' ? value.items : [value]
        const wrong = items.find((item) => !host.test(textOf(item) ?? ''))
        if (wrong !== undefined)
          return { wrong, help: `of ${key} must be hosts such as vectors.internal:6333, not ${shown(wrong)}` }
        found.push([key, items.map((item) => (textOf(item) as string).toLowerCase())])
      }
      return { value: Object.fromEntries(found) }
    },
    // `qdrant=vectors.internal:6333, qdrant=other:6333`
    parse(raw) {
      const scalar = (value: string): Node => ({ kind: 'scalar', at: 0, value, text: raw })
      const named = new Map<string, Node[]>()
      for (const item of raw.split(',').filter((one) => one.trim() !== '')) {
        const [name = '', at] = item.split('=').map((part) => part.trim())
        if (at === undefined) return scalar(raw)
        named.set(name, [...(named.get(name) ?? []), scalar(at)])
      }
      const entries = [...named].map(([key, items]) => ({ key, at: 0, value: { kind: 'list' as const, at: 0, items } }))
      return { kind: 'map', at: 0, entries }
    },
    schema: {
      type: 'object',
      additionalProperties: {
        type: 'array',
        items: { type: 'string', pattern: '^[A-Za-z0-9_.-]+(:[0-9]{1,5})?$' },
      },
    },
  }
}
