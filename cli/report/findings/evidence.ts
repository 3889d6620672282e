import type { Finding } from '../model.ts'
import type { ScopeTotals } from '../scopes.ts'
import type { Call, CallTree } from '../tree.ts'

/** The worst case of a finding: where to look. */
export interface Example {
  readonly amount: number
  readonly seconds: number
  readonly traceId: string | undefined
}

/** `for example trace 4bf9…`, or the moment where there are no requests. */
export function exampleText(example: Example | undefined): string {
  if (example === undefined) return ''
  if (example.traceId !== undefined) return `for example trace ${example.traceId}`
  return `for example at ${new Date(example.seconds * 1000).toISOString()}`
}

/** The request of an example, as a finding has it. */
export const traceOf = (example: Example | undefined) =>
  example?.traceId === undefined ? undefined : { trace_id: example.traceId }

/** Begins are known to a millisecond: a call that seems to begin so much before another's end may follow it. */
export const toleranceMs = 1.5

/** The figures of a finding about a scope, with the worst case so far. */
type Tallied<T> = T & { example: Example | undefined }
interface Entry<T> {
  readonly name: string
  readonly library: string
  readonly tally: Tallied<T>
}

/** A tally for each scope of each library. */
export function createByScope<T>(make: () => T) {
  const all = new Map<ScopeTotals, Entry<T>>()
  const entries = (isWaste: (tally: T) => boolean = () => true) =>
    [...all.values()].filter(({ tally }) => isWaste(tally))

  return {
    entries,
    /** A finding for each wasteful scope; the example is the last of its evidence. */
    findings(
      describe: (entry: Entry<T>) => Omit<Finding, 'name' | 'library' | 'trace_id'>,
      isWaste?: (tally: T) => boolean,
    ): Finding[] {
      return entries(isWaste).map((entry) => {
        const { name, library, tally } = entry
        const found = describe(entry)
        const evidence = [...found.evidence, exampleText(tally.example)]
        return { ...found, evidence, name, library, ...traceOf(tally.example) }
      })
    },
    of({ scope }: Call): Tallied<T> {
      let entry = all.get(scope)
      if (entry === undefined) {
        entry = { name: scope.name, library: scope.library, tally: { ...make(), example: undefined } }
        all.set(scope, entry)
      }
      return entry.tally
    },
  }
}

/** Keeps a call as the example if it is worse than the one so far. */
export function keepWorse(
  tally: { example: Example | undefined },
  amount: number,
  tree: CallTree,
  { startMs }: Call,
): void {
  if (tally.example !== undefined && tally.example.amount >= amount) return
  tally.example = { amount, seconds: tree.from + startMs / 1000, traceId: tree.traceId }
}

/** A call that turns texts into vectors. */
export const isEmbedding = ({ record }: Call) => record.name === 'embedding_provider.embed'

/** True if a call like this was made within the other: a framework's call and its client's are one and the same. */
export const holds = (call: Call, like: (child: Call) => boolean): boolean =>
  call.children.some((child) => like(child) || holds(child, like))

/** Calls by what `keyOf` says of each, in their order. */
export function groupBy(calls: readonly Call[], keyOf: (call: Call) => string): Call[][] {
  const groups = new Map<string, Call[]>()
  for (const call of calls) {
    const group = groups.get(keyOf(call))
    if (group === undefined) groups.set(keyOf(call), [call])
    else group.push(call)
  }
  return [...groups.values()]
}

/** The time in which one of the calls at least was under way. */
export function coveredMs(calls: readonly Call[]): number {
  let [covered, until] = [0, -Infinity]
  for (const { startMs, endMs } of [...calls].sort((one, other) => one.startMs - other.startMs)) {
    covered += Math.max(0, endMs - Math.max(startMs, until))
    until = Math.max(until, endMs)
  }
  return covered
}

/** The duration of the longest of calls, of which there must be one. */
export const longestMs = (calls: readonly Call[]) => Math.max(...calls.map(({ record }) => record.duration_ms))
