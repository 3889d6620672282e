import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { describe, it } from 'node:test'
import { createLedger } from '../../../../agent/ledger.ts'
import type { Observed, Point } from '../../../../agent/model.ts'
import { openMetrics, plain, textOf } from '../../../../agent/output/prometheus/exposition.ts'
import { calls, metricsOf, type Naming, withLabels } from '../../../../agent/output/prometheus/metric-names.ts'
import { processMetrics } from '../../../../agent/output/prometheus/process-metrics.ts'
import { addToRegistry } from '../../../../agent/output/prometheus/registry.ts'
import { createTotals } from '../../../../agent/output/prometheus/totals.ts'
import { samplesOf, sumOf } from '../../../support/prometheus.ts'

const ledger = createLedger()
const point = (name: string, library = 'shop'): Point => ({
  name,
  library,
  target: name.split('.')[0] ?? name,
  read: undefined,
  when: undefined,
  counts: ledger.counts(library, name),
  slow_call_ms: 0,
  on: true,
})
const call = (of: Point, more: Partial<Observed> = {}): Observed => ({
  point: of,
  durationMs: 1,
  error: undefined,
  memoryMb: undefined,
  metadata: undefined,
  labels: undefined,
  traceId: undefined,
  spanId: undefined,
  ...more,
})
const open = (naming: Naming = 'profiling', counts = createLedger()) => {
  const totals = createTotals({ naming, ledger: counts, meter: { total: () => 1500 } })
  return { ...totals, text: () => textOf(metricsOf(naming), totals.snapshot()) }
}

describe('totals', () => {
  it('have the last reading of the process in seconds and bytes, without what the system does not tell', () => {
    const { process, snapshot } = open()
    const reading = {
      ...{ at: 1, cpuUserMs: 1500, cpuSystemMs: 500, loopIdleMs: 0, loopActiveMs: 4000, residentBytes: 5e7 },
      ...{ heapUsedBytes: 1, heapTotalBytes: 2, heapLimitBytes: 3, externalBytes: 4, arrayBuffersBytes: 5 },
      ...{ threads: undefined, activeResources: 6, sockets: 1, collectedMs: 250, stalls: 2, stalledMs: 700 },
      ...{ longestStallMs: 0, starvedMs: 10, throttledMs: undefined },
      collected: { minor: 7, major: 8, incremental: 0, weak: 0 },
    }
    assert.equal(textOf(processMetrics, snapshot()), '\n')
    process({ ...reading, cpuUserMs: 1 })
    process(reading)

    const text = textOf(processMetrics, snapshot())
    assert.equal(sumOf(text, 'process_cpu_seconds_total'), 2)
    assert.equal(sumOf(text, 'process_resident_memory_bytes'), 5e7)
    assert.equal(sumOf(text, 'nodejs_eventloop_active_seconds_total'), 4)
    assert.equal(sumOf(text, 'nodejs_eventloop_stall_seconds_total'), 0.7)
    assert.equal(sumOf(text, 'nodejs_gc_pauses_total', { kind: 'major' }), 8)
    assert.doesNotMatch(text, /process_threads|throttled/)
  })

  it('put a call at a bound into its bucket, and one above the last into +Inf alone', () => {
    const { observe, text } = open()
    for (const durationMs of [1, 1.001, 60_000, 60_001]) observe(call(point('a.b'), { durationMs }))

    const at = (le: string) => sumOf(text(), 'profiling_duration_seconds_bucket', { le })
    assert.deepEqual(['0.001', '0.0025', '30', '60', '+Inf'].map(at), [1, 2, 2, 3, 4])
    assert.ok(Math.abs(sumOf(text(), 'profiling_duration_seconds_sum') - 120.003001) < 1e-9)
  })

  it('tell errors apart, and hold memory, tokens and batches of those calls that tell them', () => {
    const { observe, text } = open()
    const one = point('embedding_provider.embed')
    observe(call(one, { memoryMb: 2, metadata: { model: 'm', input_tokens: 5, output_tokens: 7, batch_size: 3 } }))
    observe(call(one, { error: 'TypeError', metadata: { input_tokens: -1, batch_size: true } }))

    assert.equal(sumOf(text(), 'profiling_calls_total', { outcome: 'error' }), 1)
    assert.equal(sumOf(text(), 'profiling_memory_bytes_sum'), 2e6)
    assert.equal(sumOf(text(), 'profiling_tokens_total', { model: 'm', type: 'input' }), 5)
    assert.equal(sumOf(text(), 'profiling_tokens_total'), 12)
    assert.equal(sumOf(text(), 'profiling_batch_items_total'), 3)
    assert.equal(sumOf(text(), 'crossbridge_self_cpu_seconds_total'), 1.5)
  })

  it('have at most 100 models and 200 label sets a metric, and lose no call beyond', () => {
    const counts = createLedger()
    const { observe, text } = open('profiling', counts)
    for (let n = 0; n < 300; n++) {
      counts.counts('shop', `a.${n}`).seen = 1
      observe(call(point(`a.${n}`)))
      observe(call(point('a.0'), { metadata: { model: `m${n}`, input_tokens: 1 } }))
    }

    const sets = new Map<string, number>()
    for (const { name } of samplesOf(text())) sets.set(name, (sets.get(name) ?? 0) + 1)
    assert.deepEqual(
      ['profiling_calls_total', 'profiling_duration_seconds_count', 'profiling_tokens_total'].map((name) =>
        sets.get(name),
      ),
      [200, 199, 100],
    )
    assert.equal(sumOf(text(), 'profiling_calls_total'), 600)
    assert.equal(sumOf(text(), 'profiling_tokens_total', { model: 'other' }), 201)
    assert.equal(sets.get('crossbridge_calls_seen_total'), 199)
    assert.equal(sumOf(text(), 'crossbridge_calls_seen_total'), 300)
  })

  it("have the user's labels, at most 2,000 label sets a metric, and lose no call beyond", () => {
    const labels = { tenant: { header: 'x-tenant' }, region: { text: 'eu' }, user: { header: 'x-user' } }
    const totals = createTotals({
      ...{ naming: 'profiling', ledger: createLedger(), meter: { total: () => 0 }, labels: ['tenant', 'user'] },
    })
    const one = point('a.b')
    totals.observe(call(one))
    for (let n = 0; n < 5000; n++) totals.observe(call(one, { labels: { tenant: `t${n % 100}`, user: `u${n % 99}` } }))
    for (let n = 0; n < 300; n++) totals.observe(call(point(`c.${n}`), { labels: { tenant: 'late' } }))

    const text = textOf([withLabels(calls, labels)], totals.snapshot())
    const samples = samplesOf(text)
    assert.equal(sumOf(text, 'profiling_calls_total'), 5301)
    assert.ok(samples.length <= 2000, `${samples.length}`)
    assert.deepEqual(samples[0]?.labels, {
      ...{ region: 'eu', name: 'a.b', target: 'a', library: 'shop', outcome: 'ok' },
    })
    assert.deepEqual(samples[2]?.labels, { ...samples[0]?.labels, tenant: 't0', user: 'u0' })
    // Their names stay as long as there is room for them.
    assert.equal(sumOf(text, 'profiling_calls_total', { name: 'c.0', tenant: 'other' }), 1)
    assert.ok(sumOf(text, 'profiling_calls_total', { name: 'other' }) > 0)
  })

  it("go by OpenTelemetry's names where it has one", () => {
    const { observe, text } = open('otel')
    const metadata = { model: 'mistral-embed', input_tokens: 5, collection: 'docs' }
    observe(call(point('embedding_provider.embed', 'mistral'), { metadata }))
    observe(call(point('vector_store.search', 'pg'), { metadata, error: 'TimeoutError' }))
    observe(call(point('mine.own')))

    const of = (name: string) => samplesOf(text()).find((one) => one.name === name)?.labels
    assert.deepEqual(of('gen_ai_client_operation_duration_seconds_count'), {
      gen_ai_operation_name: 'embeddings',
      gen_ai_provider_name: 'mistral_ai',
      gen_ai_request_model: 'mistral-embed',
    })
    assert.equal(sumOf(text(), 'gen_ai_client_token_usage_sum', { gen_ai_token_type: 'input' }), 5)
    assert.deepEqual(of('db_client_operation_duration_seconds_count'), {
      db_system_name: 'postgresql',
      db_operation_name: 'search',
      db_collection_name: 'docs',
      error_type: 'TimeoutError',
    })
    assert.equal(sumOf(text(), 'profiling_calls_total'), 1)
  })

  it("go by the latest of OpenTelemetry's names, whose tokens are counters", () => {
    const { observe, text } = open('otel_latest')
    const metadata = { model: 'm', input_tokens: 5, output_tokens: 2, cached_tokens: 4, time_to_first_chunk_ms: 30 }
    for (const error of [undefined, 'APIError']) observe(call(point('llm.generate', 'openai'), { metadata, error }))
    observe(call(point('embedding_provider.embed', 'mistral'), { metadata }))
    observe(call(point('semantic_search.retrieve', 'langchain')))

    const of = (name: string) => samplesOf(text()).filter((one) => one.name === name)
    const [usage, ...more] = of('gen_ai_client_inference_usage_input_tokens_total')
    assert.deepEqual([usage?.value, more.length], [10, 0])
    assert.deepEqual(usage?.labels, {
      gen_ai_operation_name: 'chat',
      gen_ai_provider_name: 'openai',
      gen_ai_request_model: 'm',
      gen_ai_token_modality: 'unknown',
    })
    assert.equal(of('gen_ai_client_inference_usage_cache_read_input_tokens_total')[0]?.value, 8)
    assert.equal(sumOf(text(), 'gen_ai_client_inference_duration_seconds_count', { error_type: 'APIError' }), 1)
    assert.equal(sumOf(text(), 'gen_ai_client_inference_duration_seconds_count'), 2)
    assert.equal(sumOf(text(), 'gen_ai_client_inference_time_to_first_chunk_seconds_sum'), 0.06)
    assert.equal(sumOf(text(), 'gen_ai_client_inference_operation_input_tokens_count'), 2)
    assert.equal(sumOf(text(), 'gen_ai_client_embeddings_operation_input_tokens_sum'), 5)
    assert.equal(sumOf(text(), 'gen_ai_retrieval_duration_seconds_count'), 1)
    assert.doesNotMatch(text(), /gen_ai_client_(token_usage|operation_duration)/)
  })

  it('give OpenMetrics the last request of a bucket as its exemplar, unless its ids are too long', () => {
    const { observe, snapshot } = open()
    const traceId = 'a'.repeat(32)
    observe(call(point('a.b'), { traceId: 'b'.repeat(32), spanId: 'c'.repeat(16) }))
    observe(call(point('a.b'), { traceId, spanId: 'd'.repeat(16) }))
    observe(call(point('a.b'), { durationMs: 2, traceId: 'e'.repeat(130) }))

    const lines = textOf(metricsOf('profiling'), snapshot(), openMetrics).split('\n')
    const held = lines.filter((line) => line.includes(' # '))
    assert.equal(held.length, 1)
    assert.match(
      held[0] ?? '',
      /^profiling_duration_seconds_bucket\{le="0.001",.*\} 2 # \{trace_id="a{32}",span_id="d{16}"\} 0\.001 \d{10}\.?\d*$/,
    )
  })

  it('are written as the registry of prom-client writes them, in both formats', async () => {
    const { Registry } = createRequire(import.meta.url)('prom-client') as typeof import('prom-client')
    for (const naming of ['profiling', 'otel', 'otel_latest'] as const) {
      const { observe, snapshot } = open(naming)
      const metadata = { model: 'a"b\\c\nd', input_tokens: 5, batch_size: 2, collection: 'docs' }
      for (const durationMs of [0.1, 7, 7.25, 1e7])
        observe(call(point('llm.chat', 'mistral'), { durationMs, memoryMb: 3.5, metadata, traceId: 'a'.repeat(32) }))
      observe(call(point('vector_store.search', 'pg'), { error: 'TypeError', metadata, spanId: 'b' }))
      observe(call(point('mine.own'), { memoryMb: 1e9 }))

      for (const type of [plain, openMetrics] as const) {
        const registry = new Registry()
        registry.setContentType(type as typeof plain)
        const remove = addToRegistry(registry, metricsOf(naming), snapshot, () => assert.fail())
        const theirs = (await registry.metrics()).replaceAll('\n\n', '\n')
        const empty = /^# HELP (\w+) .*\n# TYPE \1 \w+\n(?=#)/gm
        assert.equal(textOf(metricsOf(naming), snapshot(), type), theirs.replace(empty, ''))
        remove()
      }
    }
  })

  it('escape what a label holds', () => {
    const { observe, text } = open()
    observe(call(point('a.b'), { metadata: { model: 'a"b\\c\nd', input_tokens: 1 } }))

    assert.ok(text().includes('model="a\\"b\\\\c\\nd"'))
  })

  it("leave a name of the application's own alone in its registry, and go out of that again", async () => {
    const { Registry, Counter } = createRequire(import.meta.url)('prom-client') as typeof import('prom-client')
    const registry = new Registry()
    new Counter({ name: 'profiling_calls_total', help: 'mine', registers: [registry] }).inc(5)
    const told: string[] = []
    const { observe, snapshot } = open()
    observe(call(point('a.b')))

    const remove = addToRegistry(registry, metricsOf('profiling'), snapshot, (_, message) => told.push(message))
    const text = await registry.metrics()
    registry.resetMetrics()
    remove()
    assert.equal(sumOf(text, 'profiling_calls_total'), 5)
    assert.equal(sumOf(text, 'profiling_duration_seconds_count'), 1)
    assert.deepEqual(told.length, 1)
    assert.match(told[0] ?? '', /profiling_calls_total can't be added to the application's registry/)
    assert.deepEqual(
      registry.getMetricsAsArray().map(({ name }) => name),
      ['profiling_calls_total'],
    )
  })
})
