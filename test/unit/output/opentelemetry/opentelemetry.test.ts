import assert from 'node:assert/strict'
import { after, it } from 'node:test'
import { context, trace } from '@opentelemetry/api'
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace'
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import type { ProfileRecord } from '../../../../agent/model.ts'
import { createOpenTelemetryOutput } from '../../../../agent/output/opentelemetry/opentelemetry.ts'
import { root } from '../../../support/application.ts'

const recordOf = (span_id: string, parent_id: string | undefined, start: number, more: object = {}): ProfileRecord => ({
  name: 'semantic_search.retrieve',
  library: 'langchain',
  duration_ms: 10,
  timestamp: start,
  concurrent: 0,
  pid: 1,
  thread_id: 0,
  trace_id: 'ab'.repeat(16),
  span_id,
  ...(parent_id && { parent_id }),
  ...more,
})

const exporter = new InMemorySpanExporter()
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })
provider.register()
after(() => provider.shutdown())

it('nested records stand under each other, the outermost under the span that was active at its begin', () => {
  const told: string[] = []
  const output = createOpenTelemetryOutput(
    { naming: 'otel' },
    { folder: root, warnOnce: (_, message) => told.push(message) },
  )
  const application = trace.getTracer('application').startSpan('GET /')
  const active = context.with(trace.setSpan(context.active(), application), () => output.capture?.())

  const taken = [
    output.write(recordOf('a', 'request', 1_700_000_000.001), active),
    output.write(recordOf('b', 'a', 1_700_000_000.002), active),
    output.write(recordOf('c', 'b', 1_700_000_000.003, { error: 'TypeError', duration_ms: 0.25 }), active),
    output.write(recordOf('d', 'a', 1_700_000_000.004), undefined),
  ]
  application.end()

  assert.deepEqual([taken, told], [[true, true, true, true], []])
  const spans = exporter.getFinishedSpans()
  const ids = spans.map((span) => span.spanContext().spanId)
  const parents = spans.map((span) => span.parentSpanContext?.spanId)
  assert.deepEqual(parents, [application.spanContext().spanId, ids[0], ids[1], ids[0], undefined])
  assert.equal(new Set(spans.map((span) => span.spanContext().traceId)).size, 1)
  assert.deepEqual(
    [spans[2]?.startTime, spans[2]?.endTime],
    [
      [1_700_000_000, 3_000_000],
      [1_700_000_000, 3_250_000],
    ],
  )
  assert.deepEqual(
    spans.map(({ status }) => status.code),
    [0, 0, 2, 0, 0],
  )
})

it('what is remembered of nested records is bounded', () => {
  const output = createOpenTelemetryOutput({ naming: 'otel' }, { folder: root, warnOnce: () => {} })
  exporter.reset()

  output.write(recordOf('first', undefined, 1))
  for (let n = 0; n < 4096; n++) output.write(recordOf(`${n}`, undefined, 1))
  output.write(recordOf('late', 'first', 1))
  output.write(recordOf('later', '4095', 1))

  const [late, later] = exporter.getFinishedSpans().slice(-2)
  assert.equal(late?.parentSpanContext, undefined)
  assert.notEqual(later?.parentSpanContext, undefined)
})
