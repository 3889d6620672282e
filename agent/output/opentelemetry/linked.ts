import type { Context, SpanContext } from '@opentelemetry/api'
import type { ProfileRecord } from '../../model.ts'

type Api = typeof import('@opentelemetry/api')

const most = 4096

/**
 * Where the application has an SDK of its own, its spans are in the same traces: a request of which it has one is not told
 * twice, and a call that is in no other of ours goes under the span that was active when it began. Gives the record as it is
 * to be exported; undefined for one that the SDK's own span stands for.
 */
export function createLinked({
  trace,
  TraceFlags,
}: Api): (record: ProfileRecord, active: unknown) => ProfileRecord | undefined {
  /** What stands for the last records, by their `span_id`, for those nested in them: their own spans, or the SDK's. */
  const made = new Map<string, Pick<SpanContext, 'traceId' | 'spanId'>>()
  const remember = (id: string | undefined, { traceId, spanId }: Pick<SpanContext, 'traceId' | 'spanId'>) => {
    if (id === undefined) return
    if (made.size >= most) made.delete(made.keys().next().value as string)
    made.set(id, { traceId, spanId })
  }

  return (record, active) => {
    const { span_id, parent_id } = record
    const above = active === undefined ? undefined : trace.getSpanContext(active as Context)
    // One that is not sampled is exported by nobody, and a remote one is that of the caller.
    const isThere =
      above !== undefined &&
      trace.isSpanContextValid(above) &&
      (above.traceFlags & TraceFlags.SAMPLED) !== 0 &&
      above.isRemote !== true
    if (isThere && record.kind === 'http') {
      remember(span_id, above)
      return undefined
    }
    const nested = parent_id === undefined ? undefined : made.get(parent_id)
    const isInOurs = nested !== undefined && nested.spanId === parent_id
    const parent = isThere && !isInOurs ? above : nested
    const linked = parent === undefined ? record : { ...record, trace_id: parent.traceId, parent_id: parent.spanId }
    if (span_id !== undefined && linked.trace_id !== undefined)
      remember(span_id, { traceId: linked.trace_id, spanId: span_id })
    return linked
  }
}
