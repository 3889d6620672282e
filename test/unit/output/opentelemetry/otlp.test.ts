import assert from 'node:assert/strict'
import { after, it } from 'node:test'
import type { Observed, Output, Point, ProfileRecord } from '../../../../agent/model.ts'
import { createOtlpOutput } from '../../../../agent/output/opentelemetry/otlp.ts'
import { root } from '../../../support/application.ts'
import { otlpServer } from '../../../support/otlp-server.ts'

const record: ProfileRecord = {
  name: 'vector_store.search',
  library: 'qdrant',
  duration_ms: 12.34,
  timestamp: 1_700_000_000.123,
  concurrent: 0,
  pid: 1,
  thread_id: 0,
}
const told: string[] = []
const agentOrigins = new Set<string>()
const open = (endpoint: string): Output =>
  createOtlpOutput(
    { endpoint, naming: 'otel' },
    {
      folder: root,
      agentOrigins,
      location: 'crossbridge.yml:3:5',
      warnOnce: (_, message) => told.push(message),
      lost() {},
      addUnsent: (some) => some,
      fault: (error) => told.push(`${error}`),
    },
  )
const until = async (condition: () => boolean) => {
  for (let n = 0; !condition() && n < 3000; n++) await new Promise((resolve) => setTimeout(resolve, 10))
}
const listeners = () => ['beforeExit', 'exit'].map((event) => process.listenerCount(event))

const server = await otlpServer()
after(() => server.close())

it('when a reload closes it, all that was taken is sent, and nothing of it stays', async () => {
  const before = listeners()
  const output = open(server.url)
  const ids = { trace_id: 'ab'.repeat(16), span_id: 'cd'.repeat(8) }

  const taken = Array.from({ length: 600 }, () => output.write(record))
  taken.push(output.write({ ...record, ...ids, parent_id: 'ef'.repeat(8) }))
  output.observe?.({ point: { name: 'vector_store.search', library: 'qdrant' } as Point, durationMs: 12 } as Observed)
  output.close?.()
  const late = output.write(record)
  await until(() => server.spans().length >= 601 && listeners().join() === before.join())

  assert.deepEqual([new Set(taken), late, told], [new Set([true]), false, []])
  assert.deepEqual(listeners(), before)
  assert.ok(agentOrigins.has(new URL(server.url).host))
  const spans = server.spans()
  assert.equal(new Set(spans.map(({ spanId }) => spanId)).size, 601)
  const { traceId, spanId, parentSpanId, start, end } = spans.at(-1)
  assert.deepEqual({ trace_id: traceId, span_id: spanId, parentSpanId }, { ...ids, parentSpanId: 'ef'.repeat(8) })
  assert.deepEqual([start, end], [1_700_000_000_123_000_000n, 1_700_000_000_135_340_000n])
  assert.equal(server.points('db.client.operation.duration')[0].count, 1n)
})

it('an endpoint that is not a URL is reported, and the standard one used', () => {
  told.length = 0

  open('collector:4318').close?.()

  assert.match(told.join(), /^output.endpoint must be a URL such as .* \(crossbridge.yml:3:5\); using/)
})
