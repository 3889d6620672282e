import { UsageError } from '../command.ts'
import { percent } from '../format.ts'
import { plain } from '../style.ts'
import type { Change, Pair } from './compare.ts'
import type { Metric } from './noise.ts'
import { figure } from './words.ts'

/** A limit of `--fail-on`: the most that a figure may rise. */
export interface Limit {
  /** As it was given. */
  readonly text: string
  /** Only this scope, library or target; absent means all. */
  readonly only?: string
  readonly metric: Metric
  readonly most: number
  readonly unit: '%' | 'ms'
}

export interface Broken {
  readonly limit: Limit
  readonly pair: Pair
  readonly change: Change
}

/** Reads `p95:+20%`, `p50:+5ms`, `errors:+1%` (of the calls), `vector_store:p95:+10%`; throws a `UsageError` on another. */
export function parseLimit(text: string): Limit {
  const [, only, metric = '', most = '', unit = ''] =
    /^(?:([\w.@/-]+):)?(p50|p95|p99|mean|errors):\+?(\d+(?:\.\d+)?)(%|ms)$/.exec(text) ?? []
  if (metric === '' || (metric === 'errors' && unit === 'ms'))
    throw new UsageError(
      `--fail-on ${JSON.stringify(text)} can't be read; write FIGURE:+LIMIT with one of p50, p95, p99, mean, errors, ` +
        'such as p95:+20%, p50:+5ms, errors:+1%, or for one scope vector_store.search:p95:+20%',
    )
  return { text, ...(only !== undefined && { only }), metric: metric as Metric, most: Number(most), unit: unit as '%' }
}

/** The scopes that rose by more than a limit, and for certain: what may be chance breaks none. */
export function brokenBy(limits: readonly Limit[], pairs: readonly Pair[]): Broken[] {
  return limits.flatMap((limit) =>
    pairs.flatMap((pair) => {
      if (limit.only !== undefined && !isMeant(limit.only, pair)) return []
      const change = pair.changes.find(({ metric }) => metric === limit.metric)
      return change?.certain && rise(change, limit) > limit.most ? [{ limit, pair, change }] : []
    }),
  )
}

const isMeant = (only: string, { name, library }: Pair) =>
  only === library || only === name || name.startsWith(`${only}.`)

const rise = ({ before, after, change }: Change, { unit }: Limit) =>
  unit === 'ms' ? after.value - before.value : change * 100

/** `vector_store.search (qdrant): p95 rose by 52 % (40.2 to 61.0 ms), more than p95:+20%`. */
export function sentenceOf({ limit, pair, change }: Broken): string {
  const { metric, before, after } = change
  const isErrors = metric === 'errors'
  const [from, to] = [before, after].map(({ value }) => (isErrors ? percent(value) : figure(value)))
  const by = limit.unit === 'ms' ? `${figure(after.value - before.value)} ms` : percent(change.change)
  return `${plain(pair.name)} (${plain(pair.library)}): ${metric} rose by ${by} (${from} to ${to}${isErrors ? '' : ' ms'}), more than ${limit.text}`
}
