import type { ProfileRecord } from '../model.ts'
import type { ScopeTotals } from './scopes.ts'

export interface Weighted {
  readonly record: ProfileRecord
  readonly scope: ScopeTotals
  /** Calls that it stands for. */
  readonly weight: number
  /** What it cost itself. */
  readonly cost: number
}

/** A call among those of its request. */
export interface Call extends Weighted {
  /** After the begin of the request. */
  readonly startMs: number
  readonly endMs: number
  readonly children: Call[]
  parent: Call | undefined
  depth: number
  /** Its own time on the critical path of its request, see path.ts. */
  pathMs: number
  /** The part of that in which the process did something else, or had no processor. */
  heldMs: number
  /** The part of that in which it had no processor. */
  starvedMs: number
  /** The part which no cause accounts for yet. */
  leftMs: number
}

/** The calls of one request, or a single one that is known to belong to none. */
export interface CallTree {
  /** Undefined without `requests: true`. */
  readonly traceId: string | undefined
  readonly requestId: string | undefined
  /** False for a call outside of any request, which is in nothing. */
  readonly isRequest: boolean
  /** Unix seconds. */
  readonly from: number
  readonly durationMs: number
  /** In the order of their begin, each after the one that it is nested in. */
  readonly calls: readonly Call[]
  readonly leftOut: number
}

/** Puts calls into the order and depth in which they were made. There must be one at least. */
export function treeOf(weighted: readonly Weighted[], leftOut: number): CallTree {
  const from = Math.min(...weighted.map(({ record }) => record.timestamp))
  const made = onceEach(weighted).map(({ record, scope, weight, cost }): Call => {
    const startMs = Math.round((record.timestamp - from) * 1000)
    return {
      record,
      scope,
      weight,
      cost,
      startMs,
      endMs: startMs + record.duration_ms,
      children: [],
      parent: undefined,
      depth: 0,
      pathMs: 0,
      heldMs: 0,
      starvedMs: 0,
      leftMs: 0,
    }
  })
  const { trace_id: traceId, request_id: requestId } = weighted[0]?.record ?? {}
  const durationMs = Math.max(...made.map(({ endMs }) => endMs))
  const calls = made.length > 1 ? ordered(made) : made
  const isRequest = calls.some(
    ({ parent, record }) => parent === undefined && (record.kind !== undefined || record.parent_id !== undefined),
  )
  return { traceId, requestId, isRequest, from, durationMs, calls, leftOut }
}

/** A record may have been delivered twice; two calls of a request have two ids. */
function onceEach(weighted: readonly Weighted[]): readonly Weighted[] {
  if (weighted.length === 1) return weighted
  const seen = new Set<string | undefined>()
  return weighted.filter(
    ({ record: { span_id } }) => span_id === undefined || (!seen.has(span_id) && seen.add(span_id)),
  )
}

function ordered(calls: Call[]): Call[] {
  const bySpan = new Map(calls.map((call) => [call.record.span_id, call]))
  // Stable: they are written in the order of their begin, of which the timestamps know whole milliseconds.
  const byBegin = calls.sort((one, other) => one.startMs - other.startMs)
  for (const call of byBegin) {
    const parent = call.record.parent_id === undefined ? undefined : bySpan.get(call.record.parent_id)
    // A call whose parent is none of these is made by the request itself.
    if (parent === undefined || isWithin(parent, call)) continue
    call.parent = parent
    parent.children.push(call)
  }
  const order: Call[] = []
  const visit = (call: Call, depth: number) => {
    call.depth = depth
    order.push(call)
    for (const child of call.children) visit(child, depth + 1)
  }
  for (const call of byBegin) if (call.parent === undefined) visit(call, 0)
  return order
}

/** Ids that lead in a circle would have no end. */
function isWithin(inner: Call, outer: Call): boolean {
  for (let call: Call | undefined = inner; call !== undefined; call = call.parent) if (call === outer) return true
  return false
}

/** Hundredths of a millisecond are what records have. */
export const round = (value: number): number => Math.round(value * 100) / 100
