import { callerOf } from '../caller.ts'
import type { RequestReport } from '../model.ts'
import { mostShown, requestOf } from '../request-report.ts'
import type { Call, CallTree } from '../tree.ts'

/** The worst case of a finding: where to look. */
export interface Example {
  readonly amount: number
  readonly seconds: number
  readonly traceId: string | undefined
  readonly requestId: string | undefined
  /** Who made the call, where its record has a stack trace. */
  readonly caller: string | undefined
  /** Its calls; missing where there was no room to keep them. */
  show?: () => RequestReport
  /** Calls that are kept for that. */
  kept: number
}

/** `for example trace 4bf9…`, or the moment where there are no requests. */
export function exampleText(example: Example | undefined): string | false {
  if (example === undefined) return false
  if (example.traceId !== undefined) return `for example trace ${example.traceId}`
  return `for example at ${new Date(example.seconds * 1000).toISOString()}`
}

/** Begins are known to a millisecond: a call that seems to begin so much before another's end may follow it. */
export const toleranceMs = 1.5

/** Keeps a call as the example if it is worse than the one so far; of equal ones the first in time. Gives whether it was. */
export function keepWorse(
  kept: { example: Example | undefined },
  amount: number,
  { from, traceId, requestId }: CallTree,
  call: Pick<Call, 'startMs' | 'record'> | undefined,
): boolean {
  const seconds = from + (call?.startMs ?? 0) / 1000
  const { example } = kept
  if (example !== undefined && (example.amount > amount || (example.amount === amount && example.seconds <= seconds)))
    return false
  kept.example = { amount, seconds, traceId, requestId, caller: callerOf(call?.record.stack_trace), kept: 0 }
  return true
}

/** Room for the calls of examples, so that a report can show them: those of one detector have as much as this. */
const mostKept = 1000

/** Keeps the requests of examples as long as there is room for them. */
export function createShown() {
  let kept = 0

  return {
    /** After an example has taken the place of another. */
    replace(before: Example | undefined, example: Example | undefined, tree: CallTree): void {
      kept -= before?.kept ?? 0
      if (example?.traceId === undefined) return
      // Of a request with more calls than are shown, the others are not to be held.
      const made = tree.calls.length > mostShown ? requestOf(tree) : undefined
      const calls = made?.calls.length ?? tree.calls.length
      if (kept + calls > mostKept) return
      kept += calls
      example.kept = calls
      example.show = () => made ?? requestOf(tree)
    },
  }
}

/** A call that turns texts into vectors. */
export const isEmbedding = ({ scope }: Call) => scope.verb === 'embed'

/** True if a call like this was made within the other: a framework's call and its client's are one and the same. */
export const holds = (call: Call, like: (child: Call) => boolean): boolean =>
  call.children.some((child) => like(child) || holds(child, like))

/** Calls by what `keyOf` says of each, in their order. */
export function groupBy(calls: readonly Call[], keyOf: (call: Call) => string): Call[][] {
  const groups = new Map<string, Call[]>()
  for (const call of calls) {
    const key = keyOf(call)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [call])
    else group.push(call)
  }
  return [...groups.values()]
}

/** Undefined where the record does not say. */
export function resultsOf({ record }: Call): number | undefined {
  const results = record.metadata?.results
  return typeof results === 'number' && results >= 0 ? results : undefined
}

/** All but the longest of calls, on the path: what is gained where they are made together. */
export function allButLongest(calls: readonly Call[]): { readonly call: Call; readonly ms: number }[] {
  const longest = calls.reduce((one, other) => (other.leftMs > one.leftMs ? other : one))
  return calls.filter((call) => call !== longest).map((call) => ({ call, ms: call.leftMs }))
}

/** The names that stand for the most calls, at most so many. */
export const mostOf = (sums: ReadonlyMap<string, number>, most = 1): string =>
  [...sums]
    .sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1))
    .slice(0, most)
    .map(([name]) => name)
    .join(', ')

/** Adds to a sum by name; there are not more names than this. */
export function bump(sums: Map<string, number>, name: string, weight: number, most = 50): void {
  if (sums.has(name) || sums.size < most) sums.set(name, (sums.get(name) ?? 0) + weight)
}
