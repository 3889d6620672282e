import { visible } from '../diagnostics.ts'
import type { Metadata, ProfileRecord, Timing } from '../model.ts'
import { hotIn } from './hot.ts'
import type { RequestReport } from './model.ts'
import { selfMsOf } from './scopes.ts'
import { isTestCase, labelOf as testLabelOf } from './test-label.ts'
import { type Call, type CallTree, round } from './tree.ts'

/** Calls of a request that a report shows. */
export const mostShown = 60

/** A request as the report shows it: of many calls those that took longest. */
export function requestOf({ traceId = '', requestId, from, durationMs, calls, leftOut }: CallTree): RequestReport {
  const shown = new Set(
    [...calls].sort((a, b) => b.record.duration_ms - a.record.duration_ms || a.depth - b.depth).slice(0, mostShown),
  )
  return {
    trace_id: traceId,
    ...(requestId !== undefined && { request_id: requestId }),
    ...processOf(calls[0]?.record),
    from,
    duration_ms: round(durationMs),
    ...costOf(calls),
    calls: calls
      .filter((call) => shown.has(call))
      .map(({ record, startMs, depth }) => ({
        name: record.name,
        library: record.library,
        ...(record.kind === 'http' && { label: labelOf(record) }),
        ...(isTestCase(record) && { label: testLabelOf(record) }),
        span_id: record.span_id ?? '',
        ...(record.parent_id !== undefined && { parent_id: record.parent_id }),
        depth,
        start_ms: startMs,
        duration_ms: record.duration_ms,
        self_ms: selfMsOf(record),
        ...(record.error !== undefined && { error: record.error }),
        ...(record.metadata !== undefined && { metadata: plainOf(record.metadata) }),
        ...(record.timing !== undefined && { timing: plainOf(record.timing) as unknown as Timing }),
        ...hotIn(record),
      })),
    left_out: calls.length - shown.size + leftOut,
  }
}

function processOf({ pid, thread_id }: Partial<ProfileRecord> = {}): { pid?: number; thread_id?: number } {
  const isId = (id: unknown) => Number.isSafeInteger(id) && (id as number) >= 0
  return { ...(isId(pid) && { pid: pid as number }), ...(isId(thread_id) && { thread_id: thread_id as number }) }
}

function costOf(calls: readonly Call[]): { cost?: number } {
  const cost = calls.reduce((sum, call) => sum + call.cost, 0)
  return cost > 0 ? { cost } : {}
}

/** `GET /search/:id`, of a request's own record. */
export const labelOf = ({ name, metadata: { method, route } = {} }: ProfileRecord) =>
  [method, route].flatMap((part) => (typeof part === 'string' ? [visible(part)] : [])).join(' ') || name

/** Its numbers, and its texts fit for a terminal; whatever else somebody has put there is left out. */
const plainOf = (fields: Metadata | Timing): Metadata =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]): [string, string | number | boolean][] => {
      if (typeof value === 'string') return [[visible(key), visible(value)]]
      return typeof value === 'boolean' || Number.isFinite(value) ? [[visible(key), value]] : []
    }),
  )
