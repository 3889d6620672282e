import type { Metadata } from '../../model.ts'
import type { PaidUsage } from './protocol.ts'

const mostModels = 20
const sums = ['input_tokens', 'output_tokens', 'cached_tokens', 'cache_write_tokens', 'billed_units'] as const
const names = ['model', 'response_model', 'provider'] as const

type Sums = { -readonly [K in keyof PaidUsage]: PaidUsage[K] }

/** Adds up what calls of one scope are paid for, by model; of more models than these the rest is left out. */
export function createUsage() {
  const byModel = new Map<string, Sums>()

  return {
    add(metadata: Metadata): void {
      if (!sums.some((key) => isSize(metadata[key]))) return
      const key = names.map((name) => metadata[name]).join('\n')
      let one = byModel.get(key)
      if (one === undefined) {
        if (byModel.size >= mostModels) return
        one = { ...none, ...Object.fromEntries(names.flatMap((name) => namedIn(metadata, name))) }
        byModel.set(key, one)
      }
      one.calls++
      for (const sum of sums) if (isSize(metadata[sum])) one[sum] += metadata[sum] as number
    },
    /** Those since it was asked last. */
    take(): PaidUsage[] {
      const all = [...byModel.values()]
      byModel.clear()
      return all
    },
  }
}

const none = { calls: 0, input_tokens: 0, output_tokens: 0, cached_tokens: 0, cache_write_tokens: 0, billed_units: 0 }
const isSize = (value: unknown) => typeof value === 'number' && value > 0

const namedIn = (metadata: Metadata, name: (typeof names)[number]): [string, string][] => {
  const value = metadata[name]
  return typeof value === 'string' && value !== '' ? [[name, value]] : []
}
