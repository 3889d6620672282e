import { numberIn } from '../../findings/scopes.ts'
import { manifests } from '../../library.ts'
import type { ProfileRecord } from '../../model.ts'
import { genAiProviderOf } from '../semantics.ts'
import type { PriceBook } from './book.ts'
import type { Usage } from './known.ts'

/** Computes what calls cost: when their records are read, or for a counter that somebody has switched on. */
export interface Costs {
  readonly currency: string
  /** In `currency`; 0 for a call that is not paid for, or has no price. */
  of(record: Pick<ProfileRecord, 'library' | 'name' | 'metadata' | 'timestamp'>): number
  /** Models whose tokens or units have no price, with their calls: they are in no sum. */
  unpriced(): readonly { readonly model: string; readonly library: string; readonly calls: number }[]
}

const mostUnpriced = 1000
/** Of this library or provider, models run on the machine itself. */
const local = new Set(['ollama', ...manifests().flatMap(({ name, system }) => (system?.local ? [name] : []))])

/** `missed` is reported once of each model without a price, of the first of them. */
export function createCosts(book: PriceBook, missed?: (model: string, library: string) => void): Costs {
  const unpriced = new Map<string, { model: string; library: string; calls: number }>()
  const miss = (model: string, library: string) => {
    const key = `${library} ${model}`
    const known = unpriced.get(key)
    const one = known ?? { model, library, calls: 0 }
    if (known === undefined && unpriced.size < mostUnpriced) missed?.(model, library)
    if (unpriced.size < mostUnpriced) unpriced.set(key, one)
    one.calls++
    return 0
  }

  return {
    currency: book.currency,
    of(record) {
      const { metadata, library, timestamp } = record
      if (metadata === undefined) return 0
      const usage: Usage = {
        input: numberIn(metadata, 'input_tokens'),
        cached: numberIn(metadata, 'cached_tokens'),
        cacheWritten: numberIn(metadata, 'cache_write_tokens'),
        output: numberIn(metadata, 'output_tokens'),
      }
      const units = numberIn(metadata, 'billed_units')
      if (usage.input + usage.output + units === 0) return 0
      // What was answered tells the model best: an alias may lead to any.
      const [model] = [metadata.response_model, metadata.model].filter(
        (name) => typeof name === 'string' && name !== '',
      )
      const name = typeof model === 'string' ? model : undefined
      const own =
        book.own(name, library) ?? (typeof metadata.model === 'string' ? book.own(metadata.model, library) : undefined)
      if (own !== undefined) {
        const { input = 0, cached_input = input, cache_write = input, output = 0, unit = 0 } = own
        const plain = Math.max(0, usage.input - usage.cached - usage.cacheWritten)
        const tokens =
          plain * input + usage.cached * cached_input + usage.cacheWritten * cache_write + usage.output * output
        return tokens / 1e6 + units * unit
      }
      const provider = genAiProviderOf(record, metadata.provider)
      if (local.has(library) || local.has(provider)) return 0
      if (usage.input + usage.output === 0 || name === undefined) return miss(name ?? 'billed units', library)
      const { known } = book
      const found =
        known?.costOf(usage, name, provider, timestamp) ??
        (typeof metadata.model === 'string' ? known?.costOf(usage, metadata.model, provider, timestamp) : undefined)
      return found ?? miss(typeof metadata.model === 'string' ? metadata.model : name, library)
    },
    unpriced: () => [...unpriced.values()].sort((one, other) => other.calls - one.calls),
  }
}

/** `$1.23`, `0.0041 EUR`: two digits that count at least. */
export function money(amount: number, currency: string): string {
  const digits = amount === 0 || amount >= 1 ? 2 : Math.min(8, 1 - Math.floor(Math.log10(amount)))
  const text = amount >= 100 ? Math.round(amount).toLocaleString('en-US') : amount.toFixed(digits)
  return currency === 'USD' ? `$${text}` : `${text} ${currency}`
}
