import { count } from '../../format.ts'
import type { Call } from '../tree.ts'
import { createCauses } from './causes.ts'
import type { Detector } from './detector.ts'
import { createTurns, leastGrowth, type Turns, tokensOf } from './turns.ts'

/** A trend that explains two thirds of what differs (r² of 0.64) is no accident from so many calls on (p < 0.01 from 9). */
const leastCorrelation = 0.8
const leastCalls = 10
/** The steps of an agent within one request grow in any case; it is long where reading it takes a model a good part of a second. */
const leastLong = 4000

/** Sums of which correlations are made, so that nothing is kept of the calls and their order does not matter. */
interface Tally {
  n: number
  t: number
  tt: number
  x: number
  xx: number
  tx: number
  d: number
  xd: number
  c: number
  xc: number
  /** The first moment: sums of large numbers would lose the small ones. */
  origin: number
  from: number
  to: number
  readonly turns: Turns
}

/** Prompts that grow from turn to turn, since each has all that was said before. */
export function createGrowingPrompts(): Detector {
  const causes = createCauses<Tally>(() => ({
    ...{ n: 0, t: 0, tt: 0, x: 0, xx: 0, tx: 0, d: 0, xd: 0, c: 0, xc: 0, origin: Number.NaN },
    ...{ from: Infinity, to: -Infinity, turns: createTurns() },
  }))

  return {
    look(request) {
      const turns = new Map<Tally, Call[]>()
      for (const call of request.calls) {
        const { record, children } = call
        const tokens = tokensOf(call)
        if (call.scope.verb !== 'generate' || tokens === 0 || children.length > 0) continue
        const cause = causes.ofCall(call)
        if (cause === undefined) continue
        add(cause.tally, record.timestamp, tokens, call)
        causes.add(cause, request, 0, call)
        const others = turns.get(cause.tally)
        if (others === undefined) turns.set(cause.tally, [call])
        else others.push(call)
      }
      for (const [tally, calls] of turns) tally.turns.add(calls)
    },
    findings: (whole) =>
      causes.all().flatMap((cause) => {
        const grown = growthOf(cause.tally)
        if (grown === undefined) return []
        const { subject, tally } = cause
        const perRecord = cause.calls / Math.max(1, tally.n)
        const isTimed = grown.ms * perRecord >= whole.totalMs * 0.05
        if (!isTimed && grown.isWithin && grown.last < leastLong) return []
        return [
          {
            ...({
              kind: 'growing_prompts',
              confidence: 'heuristic',
              cause,
              isTimed,
              cost: grown.cost * perRecord,
              ...(isTimed && { ms: grown.ms * perRecord }),
            } as const),
            title: `Prompts to ${subject.model ?? subject.library} grow with each turn.`,
            evidence: [
              `from about ${count(grown.first)} input tokens to ${count(grown.last)} within ${count(tally.n)} calls (${grown.how})`,
            ],
            advice:
              'Send the last turns and a summary of those before, leave out results of tools that are used up, and keep the ' +
              'beginning of the prompt the same, so that the service’s cache has it.',
          },
        ]
      }),
  }
}

function add(tally: Tally, seconds: number, tokens: number, { pathMs, cost }: Call): void {
  if (Number.isNaN(tally.origin)) tally.origin = seconds
  const at = seconds - tally.origin
  tally.n++
  tally.t += at
  tally.tt += at * at
  tally.x += tokens
  tally.xx += tokens * tokens
  tally.tx += at * tokens
  tally.d += pathMs
  tally.xd += tokens * pathMs
  tally.c += cost
  tally.xc += tokens * cost
  tally.from = Math.min(tally.from, at)
  tally.to = Math.max(tally.to, at)
}

function growthOf(tally: Tally) {
  const { n, x, xx, d, xd, c, xc } = tally
  const grown = n < leastCalls ? undefined : (trendOf(tally) ?? tally.turns.growth())
  if (grown === undefined) return undefined
  // As far as longer prompts take longer: what all would have taken less, had they stayed as the first.
  const more = Math.max(0, x / n - grown.first) * n
  const perToken = (sum: number, product: number) => Math.max(0, (n * product - x * sum) / (n * xx - x * x))
  return { ...grown, ms: perToken(d, xd) * more, cost: perToken(c, xc) * more }
}

/** One conversation, or several at once: length goes with time over the whole run. */
function trendOf({ n, t, tt, x, xx, tx, from, to }: Tally) {
  const [varT, varX, cov] = [n * tt - t * t, n * xx - x * x, n * tx - t * x]
  if (to <= from || varT <= 0 || varX <= 0) return undefined
  const r = cov / Math.sqrt(varT * varX)
  const slope = cov / varT
  const [first, last] = [from, to].map((at) => Math.max(0, x / n + slope * (at - t / n))) as [number, number]
  if (r < leastCorrelation || last < Math.max(1, first) * leastGrowth) return undefined
  return { first, last, isWithin: false, how: `correlation with time ${r.toFixed(2)}` }
}
