// This file and opentelemetry-metrics.ts alone know OpenTelemetry's names. What no convention has a name for is `crossbridge.*`.

import type { ProcessReading } from '../model.ts'
import type { Naming } from './opentelemetry-metrics.ts'

interface Conventions {
  readonly version: string
  readonly schemaUrl?: string
  /** The attributes of keys of `metadata` that are not those of the table below. */
  readonly attributes: typeof attributes
  /** The operations whose spans have this kind wherever they run, and those whose span names say no model or collection. */
  readonly kinds: Readonly<Record<string, 'client' | 'internal'>>
  readonly bare: readonly string[]
}

/** `1.41.0` is the last common release with `gen_ai`; of the GenAI conventions' own no schema URL was found. */
export const conventions: Readonly<Record<Naming, Conventions>> = {
  otel: {
    version: '1.41.0',
    schemaUrl: 'https://opentelemetry.io/schemas/1.41.0',
    ...{ attributes: {}, kinds: {}, bare: [] },
  },
  otel_latest: {
    version: 'genai 0.1.0',
    attributes: {
      top_k: { retrieval: 'gen_ai.retrieval.top_k' },
      cache_write_tokens: { gen_ai: 'gen_ai.usage.cache_write.input_tokens' },
    },
    kinds: { embeddings: 'client', retrieval: 'internal' },
    bare: ['retrieval'],
  },
}

/** The set in force: the latest where the option says so, or the environment asks all instrumentations for it. */
export function namingOf(naming: 'profiling' | Naming, env: NodeJS.ProcessEnv): Naming {
  const asked = (env.OTEL_SEMCONV_STABILITY_OPT_IN ?? '').split(',').map((one) => one.trim())
  return naming === 'otel_latest' || asked.includes('gen_ai_latest_experimental') ? 'otel_latest' : 'otel'
}

export const instrumentationScope = '@crossbridge/agent'

export type Attributes = Record<string, string | number | boolean | string[]>

/** The kinds of a call, from the most to the least specific; a call of the user's own scopes has none. */
export type Sort = 'embeddings' | 'retrieval' | 'read' | 'gen_ai' | 'db' | 'http' | 'server'

/** The kind of each target. A target that is not here has no convention. */
export const sorts: Readonly<Record<string, 'gen_ai' | 'db' | 'http' | 'server'>> = {
  embedding_provider: 'gen_ai',
  llm: 'gen_ai',
  semantic_search: 'gen_ai',
  vector_store: 'db',
  database: 'db',
  network: 'http',
  request: 'server',
}

/** `gen_ai.operation.name` of our verbs; the last of them have none, and keep their own. */
export const operations: Readonly<Record<string, string>> = {
  embed: 'embeddings',
  generate: 'chat',
  retrieve: 'retrieval',
  search: 'retrieval',
  fetch: 'retrieval',
  query: 'retrieval',
  rerank: 'rerank',
  upsert: 'upsert',
  delete: 'delete',
  manage: 'manage',
  connect: 'connect',
  launch: 'launch',
  goto: 'goto',
  click: 'click',
  type: 'type',
  find: 'find',
  read: 'read',
  evaluate: 'evaluate',
  screenshot: 'screenshot',
  close: 'close',
  command: 'command',
}

/** The attribute of each key of `metadata`, by what the call is; where none is named, it is `crossbridge.<key>`. */
export const attributes: Readonly<Record<string, { readonly [S in Sort]?: string }>> = {
  model: { gen_ai: 'gen_ai.request.model' },
  provider: { gen_ai: 'gen_ai.provider.name' },
  collection: { retrieval: 'gen_ai.data_source.id', db: 'db.collection.name' },
  namespace: { db: 'db.namespace' },
  operation: { db: 'db.operation.name' },
  batch_size: { db: 'db.operation.batch.size' },
  dimensions: { embeddings: 'gen_ai.embeddings.dimension.count' },
  top_k: { retrieval: 'gen_ai.request.top_k' },
  results: { read: 'db.response.returned_rows' },
  stream: { gen_ai: 'gen_ai.request.stream' },
  input_tokens: { gen_ai: 'gen_ai.usage.input_tokens' },
  output_tokens: { gen_ai: 'gen_ai.usage.output_tokens' },
  cached_tokens: { gen_ai: 'gen_ai.usage.cache_read.input_tokens' },
  billed_units: {},
  attempts: {},
  server_ms: {},
  pool_wait_ms: {},
  pool_size: {},
  repeats: {},
  repeat_share: {},
  chunks: {},
  cache_write_tokens: { gen_ai: 'gen_ai.usage.cache_creation.input_tokens' },
  reasoning_tokens: { gen_ai: 'gen_ai.usage.reasoning.output_tokens' },
  response_model: { gen_ai: 'gen_ai.response.model' },
  finish_reason: { gen_ai: 'gen_ai.response.finish_reasons' },
  time_to_first_chunk_ms: { gen_ai: 'gen_ai.response.time_to_first_chunk' },
  // Of the targets `network` and `request` alone.
  method: { http: 'http.request.method', server: 'http.request.method' },
  route: { server: 'http.route' },
  host: { http: 'server.address' },
  status: { http: 'http.response.status_code' },
  request_bytes: { http: 'http.request.body.size' },
  response_bytes: { http: 'http.response.body.size' },
}

/** Of a failed call's `status`, and a request's. */
export const statusAttributes: Readonly<Record<string, string>> = {
  db: 'db.response.status_code',
  server: 'http.response.status_code',
}

type Values = (reading: ProcessReading) => readonly (readonly [value: number | undefined, attributes?: Attributes])[]

/** The metrics of the process: sums since its start, and sizes. What has no convention is `crossbridge.*`. */
export const processMetrics: readonly {
  readonly name: string
  readonly description: string
  readonly unit: string
  readonly kind: 'sum' | 'size'
  readonly values: Values
}[] = [
  {
    name: 'process.cpu.time',
    description: 'Total CPU seconds broken down by different states.',
    ...{ unit: 's', kind: 'sum' },
    values: ({ cpuUserMs, cpuSystemMs }) => [
      [cpuUserMs / 1000, { 'cpu.mode': 'user' }],
      [cpuSystemMs / 1000, { 'cpu.mode': 'system' }],
    ],
  },
  {
    name: 'process.memory.usage',
    description: 'The amount of physical memory in use.',
    ...{ unit: 'By', kind: 'size' },
    values: ({ residentBytes }) => [[residentBytes]],
  },
  {
    name: 'process.thread.count',
    description: 'Process threads count.',
    ...{ unit: '{thread}', kind: 'size' },
    values: ({ threads }) => [[threads]],
  },
  {
    name: 'nodejs.eventloop.time',
    description: 'Cumulative duration of time the event loop has been in each state.',
    ...{ unit: 's', kind: 'sum' },
    values: ({ loopActiveMs, loopIdleMs }) => [
      [loopActiveMs / 1000, { 'nodejs.eventloop.state': 'active' }],
      [loopIdleMs / 1000, { 'nodejs.eventloop.state': 'idle' }],
    ],
  },
  {
    name: 'v8js.memory.heap.used',
    description: 'Heap memory size allocated, of all spaces.',
    ...{ unit: 'By', kind: 'size' },
    values: ({ heapUsedBytes }) => [[heapUsedBytes]],
  },
  {
    name: 'v8js.memory.heap.limit',
    description: 'Total heap memory size pre-allocated: the most that the heap may grow to.',
    ...{ unit: 'By', kind: 'size' },
    values: ({ heapLimitBytes }) => [[heapLimitBytes]],
  },
  {
    name: 'crossbridge.gc.time',
    description: 'Time in garbage collection.',
    ...{ unit: 's', kind: 'sum' },
    values: ({ collectedMs }) => [[collectedMs / 1000]],
  },
  {
    name: 'crossbridge.eventloop.stall.time',
    description: 'Time in turns of the event loop that worked for 20 ms or more.',
    ...{ unit: 's', kind: 'sum' },
    values: ({ stalledMs }) => [[stalledMs / 1000]],
  },
  {
    name: 'crossbridge.process.starved.time',
    description: 'Time in which the main thread could run and had no processor.',
    ...{ unit: 's', kind: 'sum' },
    values: ({ starvedMs }) => [[starvedMs / 1000]],
  },
]
