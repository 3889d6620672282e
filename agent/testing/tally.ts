import type { ProfileRecord, TestUsage } from '../model.ts'

const sums = [
  'input_tokens',
  'output_tokens',
  'cached_tokens',
  'cache_write_tokens',
  'billed_units',
  'batch_size',
] as const
const names = ['model', 'response_model', 'provider'] as const
/** Scopes with their models; of further models the calls are counted by their scopes alone. */
const most = 32

/** Adds up the calls of one test, those without a record too. */
export function createTally() {
  // Most tests make no call.
  let usage: Map<string, TestUsage> | undefined
  let requests = 0

  const rowOf = ({ name, library, metadata }: ProfileRecord): TestUsage => {
    usage ??= new Map()
    const found = names.flatMap((key) => (typeof metadata?.[key] === 'string' ? [[key, metadata[key]]] : []))
    const isFull = usage.size >= most
    const key = JSON.stringify([name, library, found])
    const kept = usage.has(key) || !isFull ? key : JSON.stringify([name, library])
    const row = usage.get(kept) ?? {
      ...{ name, library },
      ...(!isFull && Object.fromEntries(found)),
      ...{ calls: 0, duration_ms: 0 },
    }
    usage.set(kept, row)
    return row
  }

  return {
    add(record: ProfileRecord): void {
      const { duration_ms, error, metadata, timing } = record
      const row = rowOf(record)
      requests += timing?.requests ?? 0
      row.calls++
      row.duration_ms = Math.round((row.duration_ms + duration_ms) * 100) / 100
      if (error !== undefined) row.errors = (row.errors ?? 0) + 1
      for (const sum of sums) {
        const value = metadata?.[sum]
        if (typeof value === 'number') row[sum] = (row[sum] ?? 0) + value
      }
    },
    usage: (): readonly TestUsage[] => [...(usage?.values() ?? [])],
    /** HTTP requests that the calls made. */
    requests: () => requests,
  }
}
