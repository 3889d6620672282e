import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import {
  api,
  everything,
  type Format,
  formats,
  type Import,
  type PackageSet,
  run,
  runIn,
  sets,
} from '../support/application.ts'
import { type OtlpServer, otlpServer, plainOf } from '../support/otlp-server.ts'

// Node 20 has the 2.x line of the SDK, from the project's own packages; the others the 3.x line.
const packages = sets.includes('current') ? 'current' : 'oldest'
const sdk: readonly Import[] = [
  ['{ profile }', api],
  ['{ context, metrics, trace }', '@opentelemetry/api'],
  ['{ SimpleSpanProcessor }', '@opentelemetry/sdk-trace'],
  ['{ MeterProvider, MetricReader }', '@opentelemetry/sdk-metrics'],
  packages === 'oldest'
    ? ['{ NodeTracerProvider }', '@opentelemetry/sdk-trace-node']
    : ['{ TracerProvider }', '@opentelemetry/sdk-trace'],
  ['{ AsyncLocalStorageContextManager }', '@opentelemetry/context-async-hooks'],
]
/** The application's own SDK, with exporters that keep what they get. */
const registered = `
  const spans = []
  const keep = { export(all, done) { spans.push(...all); done({ code: 0 }) }, shutdown: async () => {} }
  const options = { spanProcessors: [new SimpleSpanProcessor({ exporter: keep })] }
  ${
    packages === 'oldest'
      ? 'new NodeTracerProvider(options).register()'
      : `trace.setGlobalTracerProvider(new TracerProvider(options))
         context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())`
  }
  const reader = new (class extends MetricReader { async onForceFlush() {} async onShutdown() {} })()
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))
  const tracer = trace.getTracer('application')
  const tick = (ms) => new Promise((resolve) => setTimeout(resolve, ms))`
const to = (output: object, more: object = {}) => ({ ...everything, output, ...more })
const calls = (count: number) =>
  `for (let n = 0; n < ${count}; n++) await profile('llm.generate', { model: 'm', input_tokens: 3 }, async () => n)`
// Longer than the two seconds of the default, for a machine under load.
const patient = { OTEL_EXPORTER_OTLP_TIMEOUT: '30000' }

describe('the opentelemetry output', { concurrency: true }, () => {
  for (const format of formats) {
    it(`puts spans under the application's own, and every call into its metrics, ${format}`, async () => {
      const { code, stderr, printed } = await run({
        packages,
        format,
        imports: sdk,
        config: to({ type: 'opentelemetry' }, { mode: 'sampling', sample_rate: 0.5 }),
        body: `
          ${registered}
          const search = (collection) => profile('vector_store.search', { collection }, async () => { await tick(20); return collection })
          await Promise.all(Array.from({ length: 100 }, (_, n) => tracer.startActiveSpan('request ' + n, async (span) => {
            await tick(n % 3)
            const found = search('c' + n)
            await trace.getTracer('application').startActiveSpan('other', async (other) => { await tick(1); other.end() })
            await found
            span.end()
          })))
          const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]))
          print(spans.filter(({ kind }) => kind === 2).map((span) => {
            const parent = byId.get(span.parentSpanContext?.spanId)
            return {
              name: span.name,
              parent: parent?.name,
              tracer: span.instrumentationScope.name,
              system: span.attributes['db.system.name'],
              rate: span.attributes['crossbridge.sample_rate'],
              inside: span.startTime[0] + span.startTime[1] / 1e9 - parent.startTime[0] - parent.startTime[1] / 1e9 > -0.01,
              took: span.duration[0] + span.duration[1] / 1e9,
            }
          }))
          const { resourceMetrics } = await reader.collect()
          print(resourceMetrics.scopeMetrics.map(({ scope, metrics }) => [scope.name, metrics.map(({ descriptor, dataPoints }) =>
            [descriptor.name, descriptor.unit, dataPoints.length, dataPoints.reduce((sum, { value }) => sum + value.count, 0), dataPoints[0].value.buckets.boundaries.length])]))`,
      })

      assert.deepEqual([code, stderr], [0, ''])
      // biome-ignore lint/suspicious/noExplicitAny: read by shape
      const [made, totals] = printed as [any[], any]
      assert.ok(made.length > 0 && made.length < 100, `${made.length} of 100 sampled`)
      for (const span of made) {
        const number = /^search c(\d+)$/.exec(span.name)?.[1]
        const { took, ...rest } = span
        assert.deepEqual(rest, {
          name: `search c${number}`,
          parent: `request ${number}`,
          tracer: '@crossbridge/agent',
          system: 'app',
          rate: 0.5,
          inside: true,
        })
        // The call slept for 20 ms; a timer may be a little early.
        assert.ok(took >= 0.015, `${took} s`)
      }
      assert.deepEqual(totals, [['@crossbridge/agent', [['db.client.operation.duration', 's', 100, 100, 9]]]])
    })
  }

  it('tells once that no SDK is registered, drops, and goes on when one is', async () => {
    const { code, stderr, printed } = await run({
      packages,
      imports: sdk,
      config: to({ type: 'opentelemetry' }),
      env: { CROSSBRIDGE_PROFILING_DEBUG: '1' },
      body: `${calls(3)}\n${registered}\n${calls(2)}\nprint(spans.map(({ name }) => name))`,
    })

    assert.deepEqual([code, printed], [0, [['chat m', 'chat m']]])
    assert.equal(stderr.match(/has registered no OpenTelemetry SDK/g)?.length, 1)
    assert.match(stderr, /app llm.generate: 5 seen, 2 emitted, 3 dropped\n/)
  })

  it('tells of an SDK that another version of the API has registered', async () => {
    const { code, stderr } = await run({
      packages: sets[0] as PackageSet,
      // The project's own, whose API is older than that of the set.
      imports: [sdk[0] as Import, ['{ NodeTracerProvider }', '@opentelemetry/sdk-trace-node']],
      config: to({ type: 'opentelemetry' }),
      body: `new NodeTracerProvider().register()\n${calls(2)}`,
    })

    assert.equal(code, 0)
    assert.match(stderr, /registered with @opentelemetry\/api 1\.9\.\d+, .* \(npm dedupe\)/)
  })
})

it('gives the calls of each request their tree, in the SDK of the application and at the collector', async () => {
  const server = await otlpServer()
  const { code, stderr, printed } = await run({
    packages,
    imports: [...sdk, ['http', 'node:http']],
    config: to([{ type: 'opentelemetry' }, { type: 'otlp', endpoint: server.url }] as never, {
      requests: true,
      targets: ['llm', 'embedding_provider', 'vector_store', 'semantic_search', 'network'],
    }),
    env: { ...patient, OTEL_BSP_SCHEDULE_DELAY: '10' },
    body: `
      ${registered}
      const answer = (id) => tracer.startActiveSpan('GET ' + id, async (span) => {
        await profile('semantic_search.retrieve', { collection: id }, async () => {
          await tick(1)
          await profile('embedding_provider.embed', { model: id }, () => tick(2))
          await profile('vector_store.search', { collection: id }, () => tick(1))
        })
        span.end()
      })
      const web = http.createServer(async (request, response) => { await answer(request.headers['x-request-id']); response.end() })
      await new Promise((resolve) => web.listen(0, '127.0.0.1', resolve))
      await Promise.all(Array.from({ length: 20 }, (_, n) => fetch('http://127.0.0.1:' + web.address().port, { headers: {
        'x-request-id': 'r' + n, traceparent: '00-' + String(n).padStart(32, 'a') + '-' + String(n).padStart(16, 'b') + '-01' } })))
      web.close()
      web.closeAllConnections()
      for (let n = 0; spans.length < 100 && n < 2000; n++) await tick(10)
      const byId = new Map(spans.map((span) => [span.spanContext().spanId, span.name]))
      print(spans.map(({ name, parentSpanContext }) => name + ' < ' + byId.get(parentSpanContext?.spanId)).sort())
      print(Object.fromEntries(spans.map((span) => [span.spanContext().spanId, [span.name, span.spanContext().traceId]])))`,
  })

  try {
    assert.deepEqual([code, stderr], [0, ''])
    const ids = Array.from({ length: 20 }, (_, n) => `r${n}`)
    const tree = (id: string) => [
      `retrieval ${id} < GET ${id}`,
      `embeddings ${id} < retrieval ${id}`,
      `search ${id} < retrieval ${id}`,
    ]
    const own = ids.flatMap((id) => [...tree(id), `GET ${id} < undefined`])
    // The client's requests are the application's too; those to the collector are the agent's.
    const sent = ids.map(() => 'GET < undefined')
    assert.deepEqual(printed[0], [...own, ...sent].sort())
    const spans = server.spans()
    const names = new Map(spans.map(({ spanId, name }) => [spanId, name]))
    const calls = spans.filter(({ attributes }) => plainOf(attributes)['crossbridge.request_id'] !== undefined)
    // At the collector they are under the spans of the SDK, and in its traces.
    const others = printed[1] as Record<string, [name: string, traceId: string]>
    assert.deepEqual(
      calls.map(({ name, parentSpanId }) => `${name} < ${names.get(parentSpanId) ?? others[parentSpanId]?.[0]}`).sort(),
      ids.flatMap(tree).sort(),
    )
    const traces = new Map(Object.values(others))
    for (const { traceId, attributes } of calls)
      assert.equal(traceId, traces.get(`GET ${plainOf(attributes)['crossbridge.request_id']}`))
    assert.equal(spans.length, calls.length + 20)
  } finally {
    await server.close()
  }
})

/** The SDK's own spans of requests, which its instrumentation of node:http makes; its current version needs Node 22. */
describe('an SDK that has spans of requests', { concurrency: 2, skip: packages !== 'current' }, () => {
  const application = (first: string) => `
    ${registered}
    ${first}
    const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http')
    new HttpInstrumentation({ ignoreOutgoingRequestHook: () => true })
    const http = require('node:http')
    const web = http.createServer(async (request, response) => {
      await profile('semantic_search.retrieve', {}, async () => {
        await tick(1)
        await tracer.startActiveSpan('own', async (span) => {
          await profile('vector_store.search', {}, () => tick(1))
          span.end()
        })
      })
      profile('vector_store.late', {}, () => tick(20))
      response.end()
    })
    await new Promise((resolve) => web.listen(0, '127.0.0.1', resolve))
    const get = (headers) => new Promise((resolve) => http.get({ port: web.address().port, headers }, (answer) => answer.resume().on('end', resolve)))
    for (let n = 0; n < 5; n++) await get(n % 2 ? { traceparent: '00-' + 'a'.repeat(32) + '-' + 'b'.repeat(15) + n + '-01' } : {})
    web.close()
    web.closeAllConnections()
    await tick(50)
    print(spans.map((span) => ({ name: span.name, kind: span.kind, id: span.spanContext().spanId, trace: span.spanContext().traceId,
      parent: span.parentSpanContext?.spanId })))`
  const of = (server: OtlpServer | undefined, first = '') =>
    run({
      packages,
      format: 'cjs',
      imports: sdk,
      config: to(server ? { type: 'otlp', endpoint: server.url } : { type: 'opentelemetry' }, { requests: true }),
      env: patient,
      body: application(first),
    })
  // biome-ignore lint/suspicious/noExplicitAny: read by shape
  type Any = any
  const treeOf = (spans: readonly Any[]) => {
    const byId = new Map(spans.map((span) => [span.id, span]))
    return spans
      .map(({ name, parent, trace }) => {
        const above = byId.get(parent)
        return `${name} < ${above?.name}${above && above.trace !== trace ? ' of another trace' : ''}`
      })
      .sort()
  }
  const times = (count: number, ...lines: string[]) => lines.flatMap((line) => Array<string>(count).fill(line)).sort()

  it('has no second one from the opentelemetry output, whose calls are under its own', async () => {
    const { code, stderr, printed } = await of(undefined)

    assert.deepEqual([code, stderr], [0, ''])
    assert.deepEqual(
      treeOf(printed[0] as Any[]),
      times(5, 'GET < undefined', 'retrieval < GET', 'own < GET', 'search < retrieval', 'late < GET'),
    )
  })

  it('has no second one from the otlp output either, in the same traces', async () => {
    const server = await otlpServer()
    try {
      const { code, stderr, printed } = await of(server)

      assert.deepEqual([code, stderr], [0, ''])
      const ours = server
        .spans()
        .map((span) => ({ name: span.name, id: span.spanId, trace: span.traceId, parent: span.parentSpanId }))
      assert.equal(ours.length, 15)
      assert.deepEqual(
        treeOf([...(printed[0] as Any[]), ...ours]),
        times(5, 'GET < undefined', 'retrieval < GET', 'own < GET', 'search < retrieval', 'late < GET'),
      )
    } finally {
      await server.close()
    }
  })

  it('keeps ours where its sampler leaves the request out, which nobody else exports', async () => {
    const server = await otlpServer()
    try {
      const none =
        'options.sampler = { shouldSample: () => ({ decision: 0 }), toString: () => "none" }; trace.disable(); trace.setGlobalTracerProvider(new TracerProvider(options))'
      const { code, stderr } = await of(server, none)

      assert.deepEqual([code, stderr], [0, ''])
      const ours = server
        .spans()
        .map((span) => ({ name: span.name, id: span.spanId, trace: span.traceId, parent: span.parentSpanId }))
      assert.deepEqual(treeOf(ours), times(5, 'GET < undefined', 'retrieval < GET', 'search < retrieval', 'late < GET'))
    } finally {
      await server.close()
    }
  })
})

describe('the otlp output', { concurrency: true }, () => {
  const servers: OtlpServer[] = []
  const start = async (answer?: (n: number) => number | undefined) => {
    const server = await otlpServer(answer)
    servers.push(server)
    return server
  }
  after(() => Promise.all(servers.map((server) => server.close())))

  for (const format of formats) {
    it(`sends spans and metrics of a short process before it ends, and touches nothing of the application, ${format}`, async () => {
      const server = await start()
      const { code, stderr, printed } = await send(server, format)

      assert.deepEqual([code, stderr], [0, ''])
      // No global of OpenTelemetry but the context manager that the application itself registered.
      assert.deepEqual(printed, [
        ['version', 'context'],
        [true, true],
      ])
      assert.deepEqual(server.paths.toSorted(), ['/v1/metrics', '/v1/traces'])
      for (const agent of server.agents) assert.match(`${agent}`, /^crossbridge-agent OTel-OTLP-Exporter/)
      const spans = server.spans()
      assert.deepEqual(
        spans.map(({ name, kind, status }) => [name, kind, status.code ?? 0]),
        [
          ['chat m', 3, 0],
          ['chat m', 3, 0],
          ['shop.search', 1, 2],
        ],
      )
      const [first, second, third] = spans
      assert.deepEqual(plainOf(third.attributes), {
        'crossbridge.scope': 'shop.search',
        'crossbridge.library': 'app',
        'crossbridge.concurrent': 0,
        'error.type': 'RangeError',
      })
      assert.equal(plainOf(first.attributes)['gen_ai.usage.input_tokens'], 3)
      assert.deepEqual(first.scope, {
        name: '@crossbridge/agent',
        schemaUrl: 'https://opentelemetry.io/schemas/1.41.0',
      })
      assert.match(first.traceId, /^[0-9a-f]{32}$/)
      assert.match(first.spanId, /^[0-9a-f]{16}$/)
      assert.notEqual(first.traceId, second.traceId)
      assert.ok(first.end >= first.start && first.start > 1_600_000_000n * 10n ** 9n)
      const { 'process.pid': pid, ...resource } = first.resource
      assert.equal(typeof pid, 'number')
      assert.deepEqual(
        [
          resource['service.name'],
          resource['deployment.environment.name'],
          resource['thread.id'],
          resource['telemetry.sdk.language'],
        ],
        ['shop', 'test', 0, 'nodejs'],
      )
      const [duration] = server.points('gen_ai.client.operation.duration')
      assert.deepEqual([duration.count, duration.bounds.length], [2n, 14])
      assert.deepEqual(plainOf(duration.attributes), {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'app',
        'gen_ai.request.model': 'm',
      })
      const [tokens] = server.points('gen_ai.client.token.usage')
      assert.deepEqual([tokens.count, tokens.sum, plainOf(tokens.attributes)['gen_ai.token.type']], [2n, 6, 'input'])
      assert.equal(plainOf(server.points('crossbridge.operation.duration')[0].attributes)['error.type'], 'RangeError')
    })
  }

  const send = (server: OtlpServer, format: Format) =>
    run({
      packages,
      format,
      imports: [sdk[0] as Import, sdk[1] as Import, sdk[5] as Import, ['{ subscribe }', 'node:diagnostics_channel']],
      config: to({ type: 'otlp' }),
      env: {
        ...patient,
        OTEL_EXPORTER_OTLP_ENDPOINT: server.url,
        OTEL_SERVICE_NAME: 'shop',
        OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,deployment.environment.name=test',
      },
      body: `
        context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
        const suppressed = []
        subscribe('http.client.request.start', () =>
          suppressed.push(context.active().getValue(Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING')) === true))
        process.on('exit', () => print(suppressed))
        ${calls(2)}
        try { profile('shop.search', {}, () => { throw new RangeError('private') }) } catch {}
        print(Object.keys(globalThis[Symbol.for('opentelemetry.js.api.1')]))`,
    })

  for (const [how, more, naming] of [
    ['the option', {}, { naming: 'otel_latest' }],
    ['the environment', { OTEL_SEMCONV_STABILITY_OPT_IN: 'http,gen_ai_latest_experimental' }, {}],
  ] as const) {
    it(`speaks by the GenAI conventions of their own where ${how} says so, and by no name of the old ones`, async () => {
      const server = await start()
      const { code, stderr } = await run({
        packages,
        imports: sdk.slice(0, 1),
        config: to({ type: 'otlp', endpoint: server.url, ...naming }),
        env: { ...patient, ...more },
        body: `${calls(2)}
          await profile('semantic_search.retrieve', { collection: 'docs', top_k: 4 }, async () => [])`,
      })
      const retrieval = server.spans().find(({ name }) => name === 'retrieval')
      const [usage] = server.points('gen_ai.client.inference.usage.input_tokens')

      assert.deepEqual([code, stderr], [0, ''])
      assert.equal(retrieval?.kind, 1)
      assert.equal(plainOf(retrieval?.attributes ?? [])['gen_ai.retrieval.top_k'], 4)
      assert.equal(retrieval?.scope.schemaUrl ?? '', '')
      assert.equal(plainOf(usage.attributes)['gen_ai.token.modality'], 'unknown')
      assert.equal(server.points('gen_ai.client.inference.duration')[0].count, 2n)
      assert.equal(server.points('gen_ai.retrieval.duration')[0].count, 1n)
      assert.deepEqual(server.points('gen_ai.client.token.usage'), [])
      assert.deepEqual(server.points('gen_ai.client.operation.duration'), [])
    })
  }

  it('has every call in its metrics, also those that are not sampled', async () => {
    const server = await start()
    const { code, stderr } = await run({
      packages,
      imports: sdk.slice(0, 1),
      config: to({ type: 'otlp', endpoint: `${server.url}/` }, { mode: 'sampling', sample_rate: 0 }),
      env: patient,
      body: calls(100),
    })

    assert.equal(code, 0)
    assert.doesNotMatch(stderr, /otlp/)
    assert.deepEqual(server.paths, ['/v1/metrics'])
    assert.equal(server.points('gen_ai.client.operation.duration')[0].count, 100n)
  })

  it('tells once of a collector that refuses, drops what it refused, and goes on when it accepts', async () => {
    const server = await start((n) => (n <= 4 ? 503 : 200))
    const { code, stderr } = await run({
      packages,
      imports: sdk.slice(0, 1),
      config: to({ type: 'otlp', endpoint: server.url }),
      // Too short for the exporter to try again.
      env: { OTEL_BSP_SCHEDULE_DELAY: '20', OTEL_EXPORTER_OTLP_TIMEOUT: '700' },
      body: `
        const since = Date.now()
        const sent = async () => Number(await (await fetch(${JSON.stringify(server.url)})).text())
        while ((await sent()) < 6 && Date.now() - since < 30_000) {
          await profile('shop.search', {}, async () => 1)
          await new Promise((resolve) => setTimeout(resolve, 20))
        }`,
    })

    assert.equal(code, 0)
    assert.equal(stderr.match(/the collector can't be reached or refuses/g)?.length, 1)
    assert.match(stderr, /spans that were not exported: \d+/)
    assert.ok(server.spans().length > 0)
  })

  it('holds what a silent collector doesn’t take within its bounds, and lets the process end', async () => {
    const server = await start(() => undefined)
    const { code, signal, stderr, printed } = await run({
      packages,
      imports: sdk.slice(0, 1),
      config: to({ type: 'otlp', endpoint: server.url }),
      env: { OTEL_BSP_MAX_QUEUE_SIZE: '4', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '2', CROSSBRIDGE_PROFILING_DEBUG: '1' },
      body: `${calls(20)}\nprint('done')`,
    })

    assert.deepEqual([code, signal, printed], [0, null, ['done']])
    assert.match(stderr, /app llm.generate: 20 seen, 20 dropped\n/)
    assert.match(stderr, /spans that were not exported: 6 \(0 refused, 6 still waited when the process ended/)
  })

  it('says what process.exit leaves behind, also where nobody listens', async () => {
    const { code, stderr } = await run({
      packages,
      imports: sdk.slice(0, 1),
      config: to({ type: 'otlp', endpoint: 'http://127.0.0.1:9' }),
      body: `${calls(2)}\nprocess.exit(3)`,
    })

    assert.equal(code, 3)
    assert.match(stderr, /spans that were not exported: 2 \(0 refused, 2 still waited/)
  })

  it('counts what all threads could not send, once, and none of it as emitted', async () => {
    const { stderr } = await run({
      packages,
      files: { 'work.mjs': `import { profile } from ${JSON.stringify(api)}\n${calls(3)}` },
      imports: [...sdk.slice(0, 1), ['{ Worker }', 'node:worker_threads']],
      config: to({ type: 'otlp', endpoint: 'http://127.0.0.1:9' }),
      env: { CROSSBRIDGE_PROFILING_DEBUG: '1' },
      body: `
        await Promise.all([1, 2].map(() => new Promise((resolve) =>
          new Worker(new URL('./work.mjs', import.meta.url)).on('exit', resolve))))
        ${calls(2)}
        process.exit()`,
    })

    assert.equal(stderr.match(/spans that were not exported/g)?.length, 1, stderr)
    assert.match(stderr, /spans that were not exported: 8 \((\d) refused, (\d) still waited/)
    assert.match(stderr, /app llm.generate: 2 seen, 2 dropped\n/)
    assert.equal(stderr.match(/app llm.generate: 3 seen, 3 dropped\n/g)?.length, 2, stderr)
  })

  it('says which packages are missing, and drops', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bare-'))
    try {
      const { code, printed, stderr } = await runIn(folder, {
        imports: sdk.slice(0, 1),
        config: to([{ type: 'otlp' }, { type: 'opentelemetry' }] as never),
        env: { CROSSBRIDGE_PROFILING_DEBUG: '1' },
        body: `${calls(2)}\nprint('done')`,
      })

      assert.deepEqual([code, printed], [0, ['done']])
      assert.match(
        stderr,
        /output.type otlp needs packages .*npm install @opentelemetry\/api @opentelemetry\/resources @opentelemetry\/sdk-metrics @opentelemetry\/exporter-trace-otlp-proto @opentelemetry\/exporter-metrics-otlp-proto\n/,
      )
      assert.match(stderr, /output.type opentelemetry needs packages .*npm install @opentelemetry\/api\n/)
      assert.match(stderr, /app llm.generate: 2 seen, 2 dropped\n/)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
