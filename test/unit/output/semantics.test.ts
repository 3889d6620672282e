import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { methodsOf } from '../../../agent/methods.ts'
import type { Observed, Point, ProfileRecord } from '../../../agent/model.ts'
import { added, metrics } from '../../../agent/output/opentelemetry-metrics.ts'
import { attributes, conventions, namingOf, operations, sorts } from '../../../agent/output/opentelemetry-names.ts'
import { providerOf } from '../../../agent/output/providers.ts'
import { measuresOf, spanOf } from '../../../agent/output/semantics.ts'
import { builtIns } from '../../../build/libraries.ts'
import { servers } from '../../../instrumentations/shared/hosts.ts'
import { keys, targets, verbs } from '../../../instrumentations/shared/words.ts'

const recordOf = (name: string, library: string, more: Partial<ProfileRecord> = {}): ProfileRecord => ({
  name,
  library,
  duration_ms: 12.34,
  timestamp: 1_700_000_000.123,
  concurrent: 0,
  pid: 1,
  thread_id: 0,
  ...more,
})
const observed = (name: string, library: string, more: Partial<Observed> = {}): Observed => ({
  point: { name, library } as Point,
  durationMs: 250,
  error: undefined,
  memoryMb: undefined,
  metadata: undefined,
  labels: undefined,
  traceId: undefined,
  spanId: undefined,
  ...more,
})

describe('the semantic conventions', () => {
  it('have a version', () => {
    assert.deepEqual(
      Object.entries(conventions).map(([naming, { version }]) => [naming, version]),
      [
        ['otel', '1.41.0'],
        ['otel_latest', 'genai 0.1.0'],
      ],
    )
  })

  it('are the latest where the option or the environment says so', () => {
    const asked = { OTEL_SEMCONV_STABILITY_OPT_IN: 'http/dup, gen_ai_latest_experimental' }

    assert.deepEqual(
      [namingOf('otel', {}), namingOf('profiling', {}), namingOf('otel', { OTEL_SEMCONV_STABILITY_OPT_IN: 'http' })],
      ['otel', 'otel', 'otel'],
    )
    assert.deepEqual(
      [namingOf('otel_latest', {}), namingOf('otel', asked), namingOf('profiling', asked)],
      ['otel_latest', 'otel_latest', 'otel_latest'],
    )
  })

  it('of the latest tell a retrieval, an embedding and a cache by their new names and kinds', () => {
    const retrieval = recordOf('semantic_search.retrieve', 'langchain', {
      metadata: { provider: 'MemoryVectorStore', collection: 'docs', top_k: 3 },
    })
    const { name, kind, attributes: found } = spanOf(retrieval, 'otel_latest')
    const chat = spanOf(
      recordOf('llm.generate', 'anthropic', { metadata: { model: 'm', cache_write_tokens: 7 } }),
      'otel_latest',
    )
    const local = recordOf('embedding_provider.embed', 'transformers', { metadata: { model: 'm' } })

    assert.deepEqual([name, kind], ['retrieval', 'internal'])
    assert.equal(found['gen_ai.retrieval.top_k'], 3)
    assert.equal('gen_ai.request.top_k' in found, false)
    assert.equal(found['gen_ai.data_source.id'], 'docs')
    assert.deepEqual([chat.name, chat.kind], ['chat m', 'client'])
    assert.equal(chat.attributes['gen_ai.usage.cache_write.input_tokens'], 7)
    assert.equal('gen_ai.usage.cache_creation.input_tokens' in chat.attributes, false)
    assert.deepEqual([spanOf(local).kind, spanOf(local, 'otel_latest').kind], ['internal', 'client'])
  })

  it('of the latest leave a vector store, a request and a scope of one’s own as they were', () => {
    for (const [name, library] of [
      ['vector_store.search', 'qdrant'],
      ['network.request', 'undici'],
      ['shop.search', 'shop'],
    ] as const) {
      const metadata = { collection: 'docs', top_k: 3, cache_write_tokens: 1 }
      const record = recordOf(name, library, { metadata })
      const call = observed(name, library, { metadata })
      assert.deepEqual(spanOf(record, 'otel_latest'), spanOf(record))
      assert.deepEqual(measuresOf(call, 'otel_latest'), measuresOf(call))
    }
  })

  it('have the labels of the user, as spans have', () => {
    const labels = { tenant: 'acme' }
    const [duration, tokens] = measuresOf(
      observed('llm.generate', 'openai', { metadata: { input_tokens: 5 }, labels, error: 'E' }),
    )

    assert.equal(duration?.attributes['crossbridge.label.tenant'], 'acme')
    assert.equal(tokens?.attributes['crossbridge.label.tenant'], 'acme')
  })

  it('of the latest have a duration of each operation, and a counter of each kind of token', () => {
    const measured = (name: string, more: object) =>
      measuresOf(observed(name, 'openai', { metadata: { model: 'm', ...more } }), 'otel_latest').map(
        ({ metric, value, attributes }) => [metrics[metric].name, value, attributes['gen_ai.token.modality']],
      )

    assert.deepEqual(
      measured('llm.generate', {
        ...{ input_tokens: 9, output_tokens: 5, cached_tokens: 4, cache_write_tokens: 3 },
        ...{ reasoning_tokens: 2, time_to_first_chunk_ms: 125 },
      }),
      [
        ['gen_ai.client.inference.duration', 0.25, undefined],
        ['gen_ai.client.inference.time_to_first_chunk', 0.125, undefined],
        ['gen_ai.client.inference.operation.input_tokens', 9, undefined],
        ['gen_ai.client.inference.operation.output_tokens', 5, undefined],
        ['gen_ai.client.inference.usage.input_tokens', 9, 'unknown'],
        ['gen_ai.client.inference.usage.output_tokens', 5, 'unknown'],
        ['gen_ai.client.inference.usage.cache_read.input_tokens', 4, 'unknown'],
        ['gen_ai.client.inference.usage.cache_write.input_tokens', 3, 'unknown'],
        ['gen_ai.client.inference.usage.reasoning.output_tokens', 2, 'unknown'],
      ],
    )
    assert.deepEqual(measured('embedding_provider.embed', { input_tokens: 6 }), [
      ['gen_ai.client.embeddings.duration', 0.25, undefined],
      ['gen_ai.client.embeddings.operation.input_tokens', 6, undefined],
    ])
    assert.deepEqual(measured('semantic_search.retrieve', {}), [['gen_ai.retrieval.duration', 0.25, undefined]])
    assert.deepEqual(measured('llm.rerank', { input_tokens: 6 }), [
      ['gen_ai.client.operation.duration', 0.25, undefined],
    ])
  })

  it('give every metric of a model to one set or the other', () => {
    const used = Object.values(added).flatMap((by) =>
      Object.values(by).flatMap((all) => all.map(({ metric }) => metric)),
    )
    assert.deepEqual([...new Set<string>([...used, 'db', 'other'])].sort(), Object.keys(metrics).sort())
  })

  it('have a place for every target, verb and library, and for no metadata key that is not there', () => {
    // There is none for browsers.
    const withPlace = Object.keys(targets).filter((target) => target !== 'driver')
    assert.deepEqual(Object.keys(sorts).sort(), [...withPlace, 'network', 'request'].sort())
    assert.deepEqual(Object.keys(operations).sort(), Object.keys(verbs).sort())
    const ofNetwork = ['method', 'host', 'status', 'request_bytes', 'response_bytes', 'route']
    // What has no convention has no row, and is `crossbridge.<key>`.
    const known = [...Object.keys(keys), ...ofNetwork]
    assert.deepEqual(
      Object.keys(attributes).filter((key) => !known.includes(key)),
      [],
    )
    assert.deepEqual(
      builtIns.flatMap(({ name, system }) =>
        system === undefined ? [`instrumentations/${name}.ts has no system`] : [],
      ),
      [],
    )
  })

  it('know the database or the provider of every method of every library, if the call doesn’t say it', () => {
    const unknown = builtIns.flatMap((library) =>
      methodsOf(library)
        .filter(({ target = library.target }) => target !== 'driver')
        .filter(({ target = library.target, metadata = {} }) =>
          sorts[target] === 'db'
            ? library.system?.db === undefined
            : library.system?.provider === undefined && !('provider' in metadata),
        )
        .map(({ scope }) => `${library.name} ${scope}`),
    )

    assert.deepEqual(unknown, [])
  })

  it('of an embedding has the names of gen_ai', () => {
    const metadata = { model: 'text-embedding-3-small', batch_size: 8, dimensions: 1536, input_tokens: 42 }

    assert.deepEqual(spanOf(recordOf('embedding_provider.embed', 'openai', { metadata })), {
      name: 'embeddings text-embedding-3-small',
      kind: 'client',
      attributes: {
        'gen_ai.operation.name': 'embeddings',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'text-embedding-3-small',
        'gen_ai.embeddings.dimension.count': 1536,
        'gen_ai.usage.input_tokens': 42,
        'crossbridge.batch_size': 8,
        'crossbridge.concurrent': 0,
        'crossbridge.scope': 'embedding_provider.embed',
        'crossbridge.library': 'openai',
      },
    })
  })

  it('of a streamed chat has its times in seconds, its cached tokens, its error', () => {
    const metadata = { model: 'm', stream: true, cached_tokens: 5, time_to_first_chunk_ms: 250, chunks: 3 }
    const { name, attributes } = spanOf(recordOf('llm.generate', 'anthropic', { metadata, error: 'APIError' }))

    assert.equal(name, 'chat m')
    assert.equal(attributes['gen_ai.response.time_to_first_chunk'], 0.25)
    assert.equal(attributes['gen_ai.usage.cache_read.input_tokens'], 5)
    assert.equal(attributes['gen_ai.request.stream'], true)
    assert.equal(attributes['crossbridge.chunks'], 3)
    assert.equal(attributes['error.type'], 'APIError')
  })

  it('of a search has the names of db; a batch of two is one, a batch of one is none', () => {
    const search = (batch_size: number) =>
      spanOf(
        recordOf('vector_store.search', 'qdrant', {
          metadata: { collection: 'docs', batch_size, results: 3, top_k: 4 },
        }),
      )

    assert.deepEqual([search(1).name, search(2).name], ['search docs', 'BATCH search docs'])
    assert.deepEqual(search(2).attributes, {
      'db.system.name': 'qdrant',
      'db.operation.name': 'BATCH search',
      'db.collection.name': 'docs',
      'db.operation.batch.size': 2,
      'db.response.returned_rows': 3,
      'crossbridge.top_k': 4,
      'crossbridge.concurrent': 0,
      'crossbridge.scope': 'vector_store.search',
      'crossbridge.library': 'qdrant',
    })
    assert.equal(search(1).attributes['db.operation.batch.size'], undefined)
    assert.equal(search(1).attributes['crossbridge.batch_size'], 1)
  })

  it('of a statement has the verb of the database, and rows written are no rows returned', () => {
    const { name, attributes } = spanOf(
      recordOf('vector_store.upsert', 'pg', { metadata: { operation: 'insert', results: 3 } }),
    )

    assert.equal(name, 'insert')
    assert.equal(attributes['db.system.name'], 'postgresql')
    assert.equal(attributes['crossbridge.results'], 3)
    assert.equal(attributes['db.response.returned_rows'], undefined)
  })

  it('of a retriever is a retrieval of its data source; of a library in this process it is internal', () => {
    const metadata = { provider: 'MemoryVectorStore', collection: 'docs', top_k: 3 }
    const { name, kind, attributes } = spanOf(recordOf('semantic_search.retrieve', 'langchain', { metadata }))

    assert.deepEqual([name, kind], ['retrieval docs', 'client'])
    assert.equal(attributes['gen_ai.provider.name'], 'MemoryVectorStore')
    assert.equal(attributes['gen_ai.data_source.id'], 'docs')
    assert.equal(attributes['gen_ai.request.top_k'], 3)
    assert.equal(spanOf(recordOf('vector_store.search', 'hnswlib')).kind, 'internal')
  })

  it('of an outgoing request has the names of http', () => {
    const metadata = { method: 'POST', host: 'api.openai.com:8443', status: 429, request_bytes: 10, response_bytes: 20 }

    assert.deepEqual(spanOf(recordOf('network.request', 'undici', { metadata })), {
      name: 'POST',
      kind: 'client',
      attributes: {
        'http.request.method': 'POST',
        'server.address': 'api.openai.com',
        'server.port': 8443,
        'http.response.status_code': 429,
        'http.request.body.size': 10,
        'http.response.body.size': 20,
        'crossbridge.concurrent': 0,
        'crossbridge.scope': 'network.request',
        'crossbridge.library': 'undici',
      },
    })
    assert.equal(measuresOf(observed('network.request', 'undici'))[0]?.metric, 'other')
  })

  it('of an incoming request is the server’s, named by its route', () => {
    const record = recordOf('request.http', 'http', { metadata: { method: 'GET', route: '/search/:id' } })
    const { name, kind, attributes } = spanOf({ ...record, status: 200, kind: 'http', calls: 2 })

    assert.deepEqual([name, kind], ['GET /search/:id', 'server'])
    assert.deepEqual(
      [attributes['http.request.method'], attributes['http.route'], attributes['http.response.status_code']],
      ['GET', '/search/:id', 200],
    )
    assert.equal(measuresOf(observed('request.http', 'http'))[0]?.metric, 'other')
  })

  it('of the user’s own has the scope’s name, and all its metadata as crossbridge.*', () => {
    assert.deepEqual(spanOf(recordOf('shop.search', 'shop', { metadata: { model: 'm', rows: 2 } })), {
      name: 'shop.search',
      kind: 'internal',
      attributes: {
        'crossbridge.scope': 'shop.search',
        'crossbridge.library': 'shop',
        'crossbridge.model': 'm',
        'crossbridge.rows': 2,
        'crossbridge.concurrent': 0,
      },
    })
  })

  it('keeps every field of a record', () => {
    const record: Required<Omit<ProfileRecord, 'usage'>> = {
      ...recordOf('shop.search', 'shop'),
      seen: 'wire',
      labels: { tenant: 'acme' },
      error: 'E',
      status: 429,
      exceeded: ['slow_call_ms'],
      sample_rate: 0.5,
      metadata: {},
      peak_memory_mb: 1,
      cpu_ms: 2,
      stack_trace: 'at x',
      profile: 'cpu-1.cpuprofile',
      hot: {
        frames: [{ function: 'rank', at: 'src/rank.js:3', share: 0.5 }],
        gc: 0.4,
        program: 0.1,
        idle: 0,
        samples: 9,
      },
      trace_id: 't',
      span_id: 's',
      parent_id: 'p',
      request_id: 'r',
      kind: 'job',
      calls: 5,
      self_ms: 3,
      timing: { blocked_ms: 4, requests: 1 },
      test_id: 'a',
      run_id: 'b',
    }
    const { attributes } = spanOf(record)

    assert.deepEqual(attributes, {
      'crossbridge.scope': 'shop.search',
      'crossbridge.library': 'shop',
      'crossbridge.concurrent': 0,
      'crossbridge.sample_rate': 0.5,
      'crossbridge.label.tenant': 'acme',
      'crossbridge.peak_memory_mb': 1,
      'crossbridge.cpu_ms': 2,
      'crossbridge.self_ms': 3,
      'crossbridge.request_id': 'r',
      'crossbridge.profile': 'cpu-1.cpuprofile',
      'crossbridge.hot': ['rank src/rank.js:3 0.5'],
      'crossbridge.hot.gc': 0.4,
      'crossbridge.hot.program': 0.1,
      'crossbridge.hot.idle': 0,
      'crossbridge.hot.samples': 9,
      'crossbridge.kind': 'job',
      'crossbridge.calls': 5,
      'crossbridge.test_id': 'a',
      'crossbridge.run_id': 'b',
      'crossbridge.timing.blocked_ms': 4,
      'crossbridge.timing.requests': 1,
      'crossbridge.exceeded': ['slow_call_ms'],
      'error.type': 'E',
      'crossbridge.status': 429,
      'code.stacktrace': 'at x',
    })
  })
})

describe('an observed call', () => {
  it('of a model adds its seconds and its tokens', () => {
    const metadata = { model: 'm', provider: 'azure-openai.chat', input_tokens: 7, output_tokens: 9 }
    const common = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'azure.ai.openai',
      'gen_ai.request.model': 'm',
    }

    assert.deepEqual(measuresOf(observed('llm.generate', 'ai', { metadata, error: 'E' })), [
      { metric: 'gen_ai', value: 0.25, attributes: { ...common, 'error.type': 'E' } },
      { metric: 'tokens', value: 7, attributes: { ...common, 'gen_ai.token.type': 'input' } },
      { metric: 'tokens', value: 9, attributes: { ...common, 'gen_ai.token.type': 'output' } },
    ])
  })

  it('of a database and of the user’s own adds its seconds', () => {
    const metadata = { collection: 'docs', batch_size: 2 }

    assert.deepEqual(measuresOf(observed('vector_store.upsert', 'weaviate', { metadata })), [
      {
        metric: 'db',
        value: 0.25,
        attributes: {
          'db.system.name': 'weaviate',
          'db.operation.name': 'BATCH upsert',
          'db.collection.name': 'docs',
        },
      },
    ])
    assert.deepEqual(measuresOf(observed('shop.search', 'shop')), [
      {
        metric: 'other',
        value: 0.25,
        attributes: { 'crossbridge.scope': 'shop.search', 'crossbridge.library': 'shop' },
      },
    ])
  })

  it('falls into the buckets that the conventions give', () => {
    assert.deepEqual(metrics.gen_ai.boundaries.slice(0, 3), [0.01, 0.02, 0.04])
    assert.deepEqual([metrics.gen_ai.boundaries.length, metrics.gen_ai.boundaries.at(-1)], [14, 81.92])
    assert.deepEqual([metrics.tokens.boundaries[1], metrics.tokens.boundaries.at(-1)], [4, 67108864])
    assert.deepEqual(metrics.db.boundaries, [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10])
  })
})

it('providers are known by what frameworks call them', () => {
  const said = {
    'openai.chat': 'openai',
    AzureOpenAIEmbeddings: 'azure.ai.openai',
    'amazon-bedrock': 'aws.bedrock',
    'google.vertex.chat': 'gcp.vertex_ai',
    'google.generative-ai': 'gcp.gemini',
    GoogleGenerativeAIEmbeddings: 'gcp.gemini',
    ChatAnthropic: 'anthropic',
    MistralAIEmbeddings: 'mistral_ai',
    'xai.chat': 'x_ai',
    ChatXAI: 'x_ai',
    OllamaEmbeddings: 'OllamaEmbeddings',
    'openai-compatible.chat': 'openai_compatible',
    openai_compatible: 'openai_compatible',
  }

  for (const [word, name] of Object.entries(said)) assert.equal(providerOf(word), name)
  for (const name of servers) assert.equal(providerOf(name), name)
})
