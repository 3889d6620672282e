import type { ScopeTotals } from '../scopes.ts'
import type { Call } from '../tree.ts'
import { createDurations, type Durations } from './durations.ts'
import { type Example, keepWorse } from './evidence.ts'
import type { RequestTime } from './request.ts'

/** What a cause is about, down to the model or collection where there is one. */
export interface Subject {
  readonly name: string
  readonly library: string
  readonly model?: string
  readonly collection?: string
}

/** What is known of one cause. All sums are weighted; a request is one, however often the cause is in it. */
export interface Cause {
  readonly subject: Subject
  readonly scope: ScopeTotals | undefined
  /** Time of requests that it takes. */
  ms: number
  requests: number
  /** Requests that were seen, whatever they stand for. */
  records: number
  calls: number
  /** Durations of these requests, and what they would be without it. */
  readonly before: Durations
  readonly after: Durations
  /** The time that it takes of each scope's calls. */
  readonly ofScopes: Map<ScopeTotals, number>
  example: Example | undefined
}

type Kept<T> = Cause & { readonly tally: T }

/** Names that somebody made up are not to fill the memory. */
const mostCauses = 500

/** Keeps causes of one kind, each with a detector's own tally. */
export function createCauses<T>(make: () => T) {
  const all = new Map<string, Kept<T>>()
  let open:
    | { request: RequestTime; touched: Map<Kept<T>, { ms: number; calls: number; worst: Call | undefined }> }
    | undefined

  const close = () => {
    if (open === undefined) return
    const { request, touched } = open
    open = undefined
    for (const [cause, { ms, calls, worst }] of touched) {
      const { weight, durationMs } = request
      cause.ms += ms * weight
      cause.calls += calls * weight
      cause.requests += weight
      cause.records++
      cause.before.add(durationMs, weight)
      cause.after.add(Math.max(0, durationMs - ms), weight)
      keepWorse(cause, ms, request.tree, worst)
    }
  }

  return {
    /** The cause of a subject; undefined where there are too many. */
    of(subject: Subject, scope?: ScopeTotals, more = ''): Kept<T> | undefined {
      const key = `${subject.library} ${subject.name} ${subject.collection ?? ''} ${subject.model ?? ''} ${more}`
      let cause = all.get(key)
      if (cause === undefined && all.size < mostCauses) {
        cause = {
          ...{ subject, scope, ms: 0, requests: 0, records: 0, calls: 0, example: undefined },
          ...{ before: createDurations(), after: createDurations(), ofScopes: new Map(), tally: make() },
        }
        all.set(key, cause)
      }
      return cause
    },
    /** Counts time of a request for it, and the call that it is of. */
    add(cause: Kept<T> | undefined, request: RequestTime, ms: number, call?: Call, calls = 1): void {
      if (cause === undefined) return
      if (open?.request !== request) {
        close()
        open = { request, touched: new Map() }
      }
      const one = open?.touched.get(cause)
      if (one === undefined) open?.touched.set(cause, { ms, calls, worst: call })
      else {
        one.ms += ms
        one.calls += calls
        one.worst ??= call
      }
      if (call !== undefined && call !== request.root)
        cause.ofScopes.set(call.scope, (cause.ofScopes.get(call.scope) ?? 0) + ms * request.weight)
    },
    all(): readonly Kept<T>[] {
      close()
      return [...all.values()]
    },
  }
}

/** A call's scope with the collection or the model that it names. */
export function subjectOf({ record, scope }: Call): Subject {
  const { collection, model } = record.metadata ?? {}
  return {
    name: scope.name,
    library: scope.library,
    ...(typeof model === 'string' && model !== '' && { model }),
    ...(typeof collection === 'string' && collection !== '' && { collection }),
  }
}

/** The scope alone. */
export const scopeOf = ({ scope }: Call): Subject => ({ name: scope.name, library: scope.library })
