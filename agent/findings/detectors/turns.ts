import { numberIn } from '../scopes.ts'
import type { Call } from '../tree.ts'
import { toleranceMs } from './evidence.ts'

/** Twice as long at the end as at the begin. */
export const leastGrowth = 2
/** Of conversations one after another, that many turns of each: four in order by chance are one in 24. */
const leastTurns = 4
/** Of the calls. */
const leastInTurns = 0.6
const mostTurns = 2000

export const tokensOf = ({ record }: Call): number => numberIn(record.metadata, 'input_tokens')

/** Finds conversations in the lengths of prompts: one after another, or each in a request of its own. */
export function createTurns() {
  /** Moments and tokens of the first calls, of requests that make one each. */
  const alone: { readonly at: number; readonly tokens: number }[] = []
  const within = { calls: 0, grown: 0, stretches: 0, first: 0, last: 0 }

  return {
    /** The calls of a request. Several are turns of their own: other requests at the same time have others. */
    add(calls: readonly Call[]): void {
      const [first] = calls
      if (first === undefined) return
      if (calls.length === 1) {
        if (alone.length < mostTurns) alone.push({ at: first.record.timestamp, tokens: tokensOf(first) })
        return
      }
      within.calls += calls.length
      for (const stretch of stretchesOf(calls)) {
        const [begin, end] = [tokensOf(stretch[0] ?? first), tokensOf(stretch.at(-1) ?? first)]
        if (stretch.length < leastTurns || end < begin * leastGrowth) continue
        within.grown += stretch.length
        within.stretches++
        within.first += begin
        within.last += end
      }
    },
    growth: () => growthOf(alone.toSorted((a, b) => a.at - b.at).map(({ tokens }) => tokens)) ?? growthWithin(within),
  }
}
export type Turns = ReturnType<typeof createTurns>

/** Calls of which each begins when the one before has ended, and has a longer prompt. */
function stretchesOf(calls: readonly Call[]): Call[][] {
  const stretches: Call[][] = []
  let last: Call | undefined
  for (const call of calls.toSorted((one, other) => one.startMs - other.startMs)) {
    const follows = last !== undefined && call.startMs >= last.endMs - toleranceMs && tokensOf(call) > tokensOf(last)
    if (follows) stretches.at(-1)?.push(call)
    else stretches.push([call])
    last = call
  }
  return stretches
}

/** Conversations one after another: stretches of calls each longer than the one before. */
function growthOf(turns: readonly number[]) {
  const stretches: number[][] = []
  for (const tokens of turns) {
    const last = stretches.at(-1)
    if (last !== undefined && tokens > (last.at(-1) ?? 0)) last.push(tokens)
    else stretches.push([tokens])
  }
  const grown = stretches.filter((one) => one.length >= leastTurns && (one.at(-1) ?? 0) >= (one[0] ?? 0) * leastGrowth)
  const calls = grown.reduce((sum, { length }) => sum + length, 0)
  if (calls === 0 || calls < turns.length * leastInTurns) return undefined
  const mean = (of: (one: readonly number[]) => number) => grown.reduce((sum, one) => sum + of(one), 0) / grown.length
  return {
    first: mean((one) => one[0] ?? 0),
    last: mean((one) => one.at(-1) ?? 0),
    isWithin: false,
    how: `${grown.length} conversations`,
  }
}

/** Conversations that are in a request each. */
function growthWithin({
  calls,
  grown,
  stretches,
  first,
  last,
}: {
  readonly [key in 'calls' | 'grown' | 'stretches' | 'first' | 'last']: number
}) {
  if (stretches === 0 || grown < calls * leastInTurns) return undefined
  return { first: first / stretches, last: last / stretches, isWithin: true, how: `${stretches} conversations` }
}
