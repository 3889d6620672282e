import { manifests } from '../library.ts'
import type { Metadata, Observed, Point, ProfileRecord, System } from '../model.ts'
import { providerOf } from './providers.ts'

// The only place that knows OpenTelemetry's names. What no convention has a name for is an attribute `crossbridge.*`.

/** The version of OpenTelemetry's semantic conventions that is spoken here: the last with `gen_ai` (in development). */
export const semanticConventions = '1.41.0'
export const schemaUrl = `https://opentelemetry.io/schemas/${semanticConventions}`
export const instrumentationScope = '@crossbridge/agent'

export type Attributes = Record<string, string | number | boolean | string[]>

/** What a call is, from the word that says most of it to the one that says least; one without any is the user's own. */
type Sort = 'embeddings' | 'retrieval' | 'read' | 'gen_ai' | 'db' | 'http'

/** Where targets belong. A target that is not here has no convention. */
export const sorts: Readonly<Record<string, 'gen_ai' | 'db' | 'http'>> = {
  embedding_provider: 'gen_ai',
  llm: 'gen_ai',
  semantic_search: 'gen_ai',
  vector_store: 'db',
  database: 'db',
  network: 'http',
}

/** `gen_ai.operation.name` of our verbs; the last three have none, and keep their own. */
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
}

/** The attribute of each key of `metadata`, by what the call is; where none is named, it is `crossbridge.<key>`. */
export const attributes: Readonly<Record<string, { readonly [S in Sort]?: string }>> = {
  model: { gen_ai: 'gen_ai.request.model' },
  provider: { gen_ai: 'gen_ai.provider.name' },
  collection: { retrieval: 'gen_ai.data_source.id', db: 'db.collection.name' },
  operation: { db: 'db.operation.name' },
  batch_size: { db: 'db.operation.batch.size' },
  dimensions: { embeddings: 'gen_ai.embeddings.dimension.count' },
  query_len: {},
  top_k: { retrieval: 'gen_ai.request.top_k' },
  candidates: {},
  filtered: {},
  results: { read: 'db.response.returned_rows' },
  stream: { gen_ai: 'gen_ai.request.stream' },
  input_tokens: { gen_ai: 'gen_ai.usage.input_tokens' },
  output_tokens: { gen_ai: 'gen_ai.usage.output_tokens' },
  cached_tokens: { gen_ai: 'gen_ai.usage.cache_read.input_tokens' },
  billed_units: {},
  attempts: {},
  server_ms: {},
  repeats: {},
  repeat_share: {},
  chunks: {},
  time_to_first_chunk_ms: { gen_ai: 'gen_ai.response.time_to_first_chunk' },
  // Of the target `network` alone.
  method: { http: 'http.request.method' },
  host: { http: 'server.address' },
  status: { http: 'http.response.status_code' },
  request_bytes: { http: 'http.request.body.size' },
  response_bytes: { http: 'http.response.body.size' },
}

const seconds = {
  unit: 's',
  boundaries: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
}

/** The histograms, with the buckets that the conventions give them. */
export const metrics = {
  gen_ai: { name: 'gen_ai.client.operation.duration', description: 'GenAI operation duration.', ...seconds },
  tokens: {
    name: 'gen_ai.client.token.usage',
    description: 'Number of input and output tokens used.',
    unit: '{token}',
    boundaries: Array.from({ length: 14 }, (_, power) => 4 ** power),
  },
  db: {
    name: 'db.client.operation.duration',
    description: 'Duration of database client operations.',
    unit: 's',
    boundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
  },
  own: { name: 'crossbridge.operation.duration', description: 'Duration of scopes without a convention.', ...seconds },
} as const

export type MetricName = keyof typeof metrics

/** What a process says of itself, besides its service. */
export function resourceOf(pid: number, threadId: number): Attributes {
  return { 'process.pid': pid, 'thread.id': threadId }
}

/** A record as a span. */
export interface SpanShape {
  readonly name: string
  readonly kind: 'client' | 'internal'
  readonly attributes: Attributes
}

export function spanOf(record: ProfileRecord): SpanShape {
  const { name, library, metadata = {}, timing, exceeded, error, stack_trace } = record
  const { sort, operation, is, local } = natureOf(name, library)
  const found: Attributes = baseOf(name, library, metadata)
  for (const [key, value] of Object.entries(metadata)) {
    const attribute = attributeOf(key, is) ?? `crossbridge.${key}`
    if (key === 'time_to_first_chunk_ms' && sort === 'gen_ai') found[attribute] = (value as number) / 1000
    // A batch of one is none, by the convention.
    else if (key === 'batch_size' && sort === 'db' && (value as number) < 2) found['crossbridge.batch_size'] = value
    else found[attribute] ??= value
  }
  if (sort === 'http') splitPort(found)
  for (const key of ['concurrent', 'sample_rate', 'peak_memory_mb', 'cpu_ms', 'self_ms', 'request_id'] as const) {
    const value = record[key]
    if (value !== undefined) found[`crossbridge.${key}`] = value
  }
  for (const [key, value] of Object.entries(timing ?? {})) found[`crossbridge.timing.${key}`] = value
  if (exceeded !== undefined) found['crossbridge.exceeded'] = [...exceeded]
  if (error !== undefined) found['error.type'] = error
  if (stack_trace !== undefined) found['code.stacktrace'] = stack_trace
  found['crossbridge.scope'] = name
  found['crossbridge.library'] = library

  const on = metadata[sort === 'db' || operation === 'retrieval' ? 'collection' : 'model']
  const does = sort === 'db' ? found['db.operation.name'] : sort === 'http' ? (metadata.method ?? name) : operation
  return {
    name: sort === 'own' ? name : on === undefined ? `${does}` : `${does} ${on}`,
    kind: sort === 'own' || local ? 'internal' : 'client',
    attributes: found,
  }
}

/** What a call adds to the histograms. */
export interface Measure {
  readonly metric: MetricName
  readonly value: number
  readonly attributes: Attributes
}

export function measuresOf({ point, durationMs, error, metadata = {} }: Observed): Measure[] {
  const { sort } = natureOf(point.name, point.library)
  const told: Attributes = baseOf(point.name, point.library, metadata)
  if (sort === 'gen_ai' && metadata.model !== undefined) told['gen_ai.request.model'] = metadata.model
  if (sort === 'db' && metadata.collection !== undefined) told['db.collection.name'] = metadata.collection
  const measures: Measure[] = [
    {
      // Of requests nothing is read for totals, which http.client.request.duration would need.
      metric: sort === 'http' ? 'own' : sort,
      value: durationMs / 1000,
      attributes: error === undefined ? told : { ...told, 'error.type': error },
    },
  ]
  if (sort !== 'gen_ai') return measures
  const { input_tokens, output_tokens } = metadata
  if (typeof input_tokens === 'number') measures.push(tokensOf(told, 'input', input_tokens))
  if (typeof output_tokens === 'number') measures.push(tokensOf(told, 'output', output_tokens))
  return measures
}

function tokensOf(told: Attributes, type: 'input' | 'output', value: number): Measure {
  return { metric: 'tokens', value, attributes: { ...told, 'gen_ai.token.type': type } }
}

interface Nature {
  readonly sort: 'gen_ai' | 'db' | 'http' | 'own'
  readonly operation: string
  readonly is: readonly Sort[]
  readonly local: boolean
}

/** One for each scope of each library; bounded, since hand-marked scopes may have any names. */
const natures = new Map<string, Nature>()

function natureOf(scope: string, library: string): Nature {
  const key = `${library} ${scope}`
  const known = natures.get(key)
  if (known !== undefined) return known
  const dot = scope.lastIndexOf('.')
  const verb = scope.slice(dot + 1)
  const sort: Nature['sort'] = sorts[scope.slice(0, dot)] ?? 'own'
  const operation = sort === 'gen_ai' ? (operations[verb] ?? verb) : verb
  const is: Sort[] = []
  if (sort === 'gen_ai' && (operation === 'embeddings' || operation === 'retrieval')) is.push(operation)
  if (sort === 'db' && ['search', 'retrieve', 'fetch', 'query'].includes(verb)) is.push('read')
  if (sort !== 'own') is.push(sort)
  const nature: Nature = { sort, operation, is, local: systemOf(library).local === true }
  if (natures.size < 1000) natures.set(key, nature)
  return nature
}

/** What a call has in its span and in its metrics alike. */
function baseOf(scope: string, library: string, metadata: Metadata): Attributes {
  const { sort, operation } = natureOf(scope, library)
  if (sort === 'own' || sort === 'http') return { 'crossbridge.scope': scope, 'crossbridge.library': library }
  if (sort === 'gen_ai') {
    return {
      'gen_ai.operation.name': operation,
      'gen_ai.provider.name': genAiProviderOf({ library }, metadata.provider),
    }
  }
  const does = metadata.operation ?? operation
  const batch = typeof metadata.batch_size === 'number' && metadata.batch_size > 1
  return {
    'db.system.name': dbOf(library),
    'db.operation.name': batch ? `BATCH ${does}` : `${does}`,
  }
}

/** `example.com:8080` is an address and a port. */
function splitPort(found: Attributes): void {
  const [, address, port] = /^(.*):(\d+)$/.exec(`${found['server.address'] ?? ''}`) ?? []
  if (address === undefined) return
  found['server.address'] = address
  found['server.port'] = Number(port)
}

function attributeOf(key: string, is: readonly Sort[]): string | undefined {
  const places = attributes[key]
  if (places === undefined) return undefined
  for (const sort of is) if (places[sort] !== undefined) return places[sort]
  return undefined
}

/** `gen_ai.operation.name`; undefined where the call is of no model. */
export function genAiOperationOf({ name, library }: Pick<Point, 'name' | 'library'>): string | undefined {
  const { sort, operation } = natureOf(name, library)
  return sort === 'gen_ai' ? operation : undefined
}

/** `gen_ai.provider.name`, by what the call says and by its library. */
export function genAiProviderOf({ library }: Pick<Point, 'library'>, said: unknown): string {
  return typeof said === 'string' && said !== '' ? providerOf(said) : (systemOf(library).provider ?? library)
}

/** `db.system.name`; undefined where the call is of no database. */
export function dbSystemOf({ name, library }: Pick<Point, 'name' | 'library'>): string | undefined {
  return natureOf(name, library).sort === 'db' ? dbOf(library) : undefined
}

const dbOf = (library: string) => systemOf(library).db ?? library

let systems: ReadonlyMap<string, System | undefined> | undefined
/** As the library's own file has it. */
function systemOf(library: string): System {
  systems ??= new Map(manifests().map(({ name, system }) => [name, system]))
  return systems.get(library) ?? {}
}
