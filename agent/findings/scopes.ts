import type { ProfileRecord } from '../model.ts'

/** What findings know of one scope of one library. */
export interface ScopeTotals {
  readonly name: string
  readonly library: string
  /** `search` of `vector_store.search`. */
  readonly verb: string
  /** Weighted: a record stands for 1 / `sample_rate` calls. */
  calls: number
}

export const verbOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

/** The time that no nested call took, as far as the record tells. */
export function selfMsOf({ self_ms, duration_ms }: ProfileRecord): number {
  return typeof self_ms === 'number' && self_ms >= 0 && self_ms <= duration_ms ? self_ms : duration_ms
}

/** A number of what was recorded; 0 where there is none, or it is no size. */
export function numberIn(fields: object | undefined, key: string): number {
  const value = (fields as Record<string, unknown> | undefined)?.[key]
  return typeof value === 'number' && value > 0 && value < 1e15 ? value : 0
}
