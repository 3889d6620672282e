import { money } from '../../agent/output/cost/cost.ts'
import { count, ms, percent } from '../format.ts'
import type { Figures, Report } from './model.ts'

/** A column of the table of scopes, in a terminal and in Markdown. */
export interface Column {
  readonly head: string
  readonly cell: (figures: Figures) => string
  /** True where the figure is bad enough to be red. */
  readonly isBad?: (figures: Figures) => boolean
  /** The lowest goes first where there is no room; none stays. */
  readonly rank?: number
}

/** A scope, or below it a part of its calls. */
export interface Row {
  readonly name: string
  readonly library: string
  readonly isPart: boolean
  readonly figures: Figures
}

/** Of fewer calls, an error is what happens to anybody. */
const leastErrors = 0.01

/** True where so many calls failed that somebody should look at it. */
export const isFailing = ({ errors, calls }: Pick<Figures, 'errors' | 'calls'>): boolean =>
  errors > 0 && errors >= calls * leastErrors

/** The columns behind the name and the library: of time to first token and of cost where there are any. */
export function columnsOf({ scopes, cost }: Report): Column[] {
  const hasFirstTokens = scopes.some(({ ttft_p50_ms }) => ttft_p50_ms !== undefined)
  return [
    ...columns,
    ...(hasFirstTokens ? firstTokens : []),
    tokens,
    ...(cost === undefined ? [] : [costColumn(cost.currency)]),
  ]
}

export const rowsOf = ({ scopes }: Report): Row[] =>
  scopes.flatMap((scope) => [
    { name: scope.name, library: scope.library, isPart: false, figures: scope },
    ...(scope.groups ?? []).map((group) => ({ name: group.value, library: '', isPart: true, figures: group })),
  ])

/** What is to be said of a split of the tables. */
export function splitNote({ by, scopes }: Report): string | undefined {
  if (by === undefined) return undefined
  return scopes.some(({ groups }) => groups !== undefined)
    ? `Below a scope its calls by ${by}, where it has more than one.`
    : `No scope has calls of more than one ${by}.`
}

const columns: readonly Column[] = [
  { head: 'calls', cell: ({ calls }) => count(calls) },
  { head: 'errors', cell: ({ errors }) => count(errors), isBad: isFailing, rank: 6 },
  { head: 'p50', cell: ({ p50_ms }) => ms(p50_ms) },
  { head: 'p95', cell: ({ p95_ms }) => ms(p95_ms) },
  { head: 'p99', cell: ({ p99_ms }) => ms(p99_ms), rank: 3 },
  { head: 'max', cell: ({ max_ms }) => ms(max_ms), rank: 1 },
  { head: 'share', cell: ({ share }) => percent(share), rank: 5 },
]
const firstTokens: readonly Column[] = [
  { head: 'TTFT p50', cell: ({ ttft_p50_ms: time }) => (time === undefined ? '' : ms(time)), rank: 4 },
  { head: 'TTFT p95', cell: ({ ttft_p95_ms: time }) => (time === undefined ? '' : ms(time)), rank: 2 },
]
const tokens: Column = {
  head: 'tokens',
  cell: ({ input_tokens, output_tokens }) => count(input_tokens + output_tokens),
  rank: 2,
}
const costColumn = (currency: string): Column => ({
  head: 'cost',
  cell: ({ cost }) => (cost === undefined ? '' : money(cost, currency)),
})
