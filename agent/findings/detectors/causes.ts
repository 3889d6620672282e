import type { ScopeTotals } from '../scopes.ts'
import type { Call } from '../tree.ts'
import { createDurations, type Durations } from './durations.ts'
import { createShown, type Example, keepWorse } from './evidence.ts'
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
  /** Time in which its calls had no processor, as far as they are its. */
  starvedMs: number
  requests: number
  /** Requests that were seen, whatever they stand for. */
  records: number
  calls: number
  /** What its calls cost that need not be made, as far as they have prices. */
  cost: number
  /** Durations of these requests, and what they would be without it. */
  readonly before: Durations
  readonly after: Durations
  /** The time that it takes of each scope's calls. */
  readonly ofScopes: Map<ScopeTotals, number>
  example: Example | undefined
}

type Kept<T> = Cause & { readonly tally: T }

/** What the request under way has of a cause; closed before the next. */
interface Open<T> {
  readonly cause: Kept<T>
  ms: number
  calls: number
  worst: Call | undefined
}

/** Names that somebody made up are not to fill the memory. */
const mostCauses = 500

/** Keeps causes of one kind, each with a detector's own tally. */
export function createCauses<T>(make: () => T) {
  const all: Kept<T>[] = []
  const byKey = new Map<string, Kept<T>>()
  /** The same by what calls name, found without making a text of it: this is asked for each call. */
  const byCall = new Map<ScopeTotals, Map<unknown, Map<unknown, Kept<T> | undefined>>>()
  const shown = createShown()
  let request: RequestTime | undefined
  let open: Open<T>[] = []

  const close = () => {
    if (request === undefined || open.length === 0) return
    const { weight, durationMs, tree } = request
    for (const { cause, ms, calls, worst } of open) {
      cause.ms += ms * weight
      cause.calls += calls * weight
      cause.requests += weight
      cause.records++
      cause.before.add(durationMs, weight)
      cause.after.add(Math.max(0, durationMs - ms), weight)
      const { example } = cause
      if (keepWorse(cause, ms, tree, worst)) shown.replace(example, cause.example, tree)
    }
    open = []
  }
  const of = (subject: Subject, scope?: ScopeTotals, more = ''): Kept<T> | undefined => {
    const key = `${subject.library} ${subject.name} ${subject.collection ?? ''} ${subject.model ?? ''} ${more}`
    let cause = byKey.get(key)
    if (cause === undefined && all.length < mostCauses) {
      cause = {
        ...{ subject, scope, ms: 0, starvedMs: 0, requests: 0, records: 0, calls: 0, cost: 0, example: undefined },
        ...{ before: createDurations(), after: createDurations(), ofScopes: new Map(), tally: make() },
      }
      byKey.set(key, cause)
      all.push(cause)
    }
    return cause
  }

  return {
    /** The cause of a subject; undefined where there are too many. */
    of,
    /** That of a call's scope with the collection and model that it names, or of the scope alone. */
    ofCall(call: Call, isNamed = true): Kept<T> | undefined {
      const { scope, record } = call
      const collection = isNamed ? record.metadata?.collection : undefined
      const model = isNamed ? record.metadata?.model : undefined
      const known = byCall.get(scope)?.get(collection)
      if (known?.has(model)) return known.get(model)
      const cause = of(isNamed ? subjectOf(call) : scopeOf(call), scope)
      if (cause === undefined) return undefined
      const collections = byCall.get(scope) ?? new Map()
      const models = collections.get(collection) ?? new Map()
      byCall.set(scope, collections.set(collection, models.set(model, cause)))
      return cause
    },
    /** Counts time of a request for it, and the call that it is of. */
    add(cause: Kept<T> | undefined, of: RequestTime, ms: number, call?: Call, calls = 1): void {
      if (cause === undefined) return
      if (request !== of) {
        close()
        request = of
      }
      const one = open.find((other) => other.cause === cause)
      if (one === undefined) open.push({ cause, ms, calls, worst: call })
      else {
        one.ms += ms
        one.calls += calls
        one.worst ??= call
      }
      if (call === undefined || call === of.root) return
      cause.ofScopes.set(call.scope, (cause.ofScopes.get(call.scope) ?? 0) + ms * of.weight)
      cause.starvedMs += starvedOf(call, ms) * of.weight
    },
    /** Counts a share of what a call costs itself as needless. */
    pay(cause: Kept<T> | undefined, { cost, weight }: Call, share = 1): void {
      if (cause !== undefined) cause.cost += cost * share * weight
    },
    all(): readonly Kept<T>[] {
      close()
      return all
    },
  }
}

/** Of the time in which a call had no processor, what falls to so much of the rest. */
function starvedOf({ pathMs, heldMs, starvedMs }: Call, ms: number): number {
  const rest = pathMs - heldMs
  return starvedMs > 0 && rest > 0 ? starvedMs * Math.min(1, ms / rest) : 0
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
const scopeOf = ({ scope }: Call): Subject => ({ name: scope.name, library: scope.library })
