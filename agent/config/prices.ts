import { type Entry, finite, type Node, textOf } from './node.ts'
import type { Option } from './option.ts'
import { shown } from './shown.ts'

/** What is paid by contract, in the currency of `prices.currency`: for a million tokens, and for a billed unit. */
export interface Price {
  readonly input?: number
  /** Of input tokens that were read from a cache, and written to one; without them, as `input`. */
  readonly cached_input?: number
  readonly cache_write?: number
  readonly output?: number
  /** Of one billed unit: a search unit, a read unit. */
  readonly unit?: number
}

const parts: readonly (keyof Price)[] = ['input', 'cached_input', 'cache_write', 'output', 'unit']

/** ISO 4217. */
export function currency(initial: string, sentence: string): Option<string> {
  return {
    default: initial,
    text: sentence,
    expected: 'three capital letters, such as EUR',
    read: (node) => (/^[A-Z]{3}$/.test(textOf(node) ?? '') ? { value: textOf(node) as string } : { wrong: node }),
    parse: (raw) => ({ kind: 'scalar', at: 0, value: raw, text: raw }),
    schema: { type: 'string', pattern: '^[A-Z]{3}$' },
  }
}

/** A variable's text: `gpt-5*.input=1.25, gpt-5*.output=10`. */
function parsed(raw: string): Node {
  const scalar = (value: unknown): Node => ({ kind: 'scalar', at: 0, value, text: raw })
  const models = new Map<string, Entry[]>()
  for (const item of raw.split(',').filter((one) => one.trim() !== '')) {
    const [, model, part, amount] = /^\s*(.+)\.(\w+)\s*=\s*(\S+)\s*$/.exec(item) ?? []
    if (model === undefined || part === undefined) return scalar(raw)
    models.set(model, [...(models.get(model) ?? []), { key: part, at: 0, value: scalar(Number(amount)) }])
  }
  const entries = [...models].map(([key, entries]) => ({ key, at: 0, value: { kind: 'map' as const, at: 0, entries } }))
  return { kind: 'map', at: 0, entries }
}

/** A map of models or libraries to prices. */
export function prices(sentence: string): Option<Readonly<Record<string, Price>>> {
  const problem = (wrong: Node, help: string) => ({ wrong, help })
  return {
    default: {},
    text: sentence,
    expected: `a map of models or libraries to prices (${parts.join(', ')})`,
    read(node) {
      if (node.kind !== 'map') return { wrong: node }
      const found: [string, Price][] = []
      for (const { key, value } of node.entries) {
        if (value.kind !== 'map' || value.entries.length === 0)
          return problem(value, `has no price for ${key}: one of ${parts.join(', ')}`)
        for (const part of value.entries) {
          if (!parts.includes(part.key as keyof Price))
            return problem(part.value, `of ${key}: ${part.key} is not known; known are ${parts.join(', ')}`)
          if (!((finite(part.value) ?? -1) >= 0))
            return problem(part.value, `of ${key}: ${part.key} must be a number, 0 or more, not ${shown(part.value)}`)
        }
        found.push([key, Object.fromEntries(value.entries.map((part) => [part.key, finite(part.value)]))])
      }
      return { value: Object.fromEntries(found) }
    },
    parse: parsed,
    schema: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        minProperties: 1,
        additionalProperties: false,
        properties: Object.fromEntries(parts.map((part) => [part, { type: 'number', minimum: 0 }])),
      },
    },
  }
}
