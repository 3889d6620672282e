import { randomUUID } from 'node:crypto'
import type { Resource } from '@opentelemetry/resources'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { ProfileRecord } from '../../model.ts'
import type { Naming } from '../opentelemetry-metrics.ts'
import { conventions, instrumentationScope } from '../opentelemetry-names.ts'
import { spanOf } from '../semantics.ts'
import { durationOf, endOf, startOf } from './time.ts'

type Api = typeof import('@opentelemetry/api')

/** Makes records what an exporter takes. One without a request is a trace of its own. */
export function createReadableSpans(
  { SpanKind, SpanStatusCode, TraceFlags }: Api,
  resource: Resource,
  naming: Naming,
): (record: ProfileRecord) => ReadableSpan {
  const kinds = { client: SpanKind.CLIENT, internal: SpanKind.INTERNAL, server: SpanKind.SERVER }
  const { schemaUrl } = conventions[naming]
  const scope = { name: instrumentationScope, ...(schemaUrl && { schemaUrl }) }

  return (record) => {
    const { name, kind, attributes } = spanOf(record, naming)
    const traceId = record.trace_id ?? random()
    const identity = { traceId, spanId: record.span_id ?? random().slice(16), traceFlags: TraceFlags.SAMPLED }
    return {
      name,
      kind: kinds[kind],
      spanContext: () => identity,
      ...(record.parent_id && {
        parentSpanContext: { traceId, spanId: record.parent_id, traceFlags: TraceFlags.SAMPLED },
      }),
      startTime: startOf(record),
      endTime: endOf(record),
      duration: durationOf(record),
      status: { code: record.error === undefined ? SpanStatusCode.UNSET : SpanStatusCode.ERROR },
      attributes,
      links: [],
      events: [],
      ended: true,
      resource,
      instrumentationScope: scope,
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    }
  }
}

/** Node keeps random bytes ready for these, and for nothing else; the last 7 are all random, as W3C asks. */
const random = () => randomUUID().replaceAll('-', '')
