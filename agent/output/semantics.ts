import { manifests } from '../library.ts'
import type { LabelSet, Metadata, Observed, Point, ProfileRecord, System } from '../model.ts'
import { addedBy, type MetricName, type Naming } from './opentelemetry-metrics.ts'
import {
  type Attributes,
  attributes,
  conventions,
  operations,
  type Sort,
  sorts,
  statusAttributes,
} from './opentelemetry-names.ts'
import { providerOf } from './providers.ts'

/** Attributes of a process, besides its service. */
export function resourceOf(pid: number, threadId: number): Attributes {
  return { 'process.pid': pid, 'thread.id': threadId }
}

/** A record as a span. */
export interface SpanShape {
  readonly name: string
  readonly kind: 'client' | 'internal' | 'server'
  readonly attributes: Attributes
}

export function spanOf(record: ProfileRecord, naming: Naming = 'otel'): SpanShape {
  const { name, library, metadata = {}, labels, timing, hot, exceeded, error, status, stack_trace } = record
  const { sort, operation, is, local } = natureOf(name, library)
  const found: Attributes = baseOf(name, library, metadata)
  for (const [key, value] of Object.entries(metadata)) {
    const attribute = attributeOf(key, is, naming) ?? `crossbridge.${key}`
    if (key === 'time_to_first_chunk_ms' && sort === 'gen_ai') found[attribute] = (value as number) / 1000
    else if (key === 'finish_reason' && sort === 'gen_ai') found[attribute] = [`${value}`]
    // A batch of one is none, by the convention.
    else if (key === 'batch_size' && sort === 'db' && (value as number) < 2) found['crossbridge.batch_size'] = value
    else found[attribute] ??= value
  }
  if (sort === 'http') splitPort(found)
  for (const key of [
    'concurrent',
    'sample_rate',
    'peak_memory_mb',
    'cpu_ms',
    'self_ms',
    'request_id',
    'profile',
    'kind',
    'calls',
    'test_id',
    'run_id',
  ] as const) {
    const value = record[key]
    if (value !== undefined) found[`crossbridge.${key}`] = value
  }
  addLabels(found, labels)
  for (const [key, value] of Object.entries(timing ?? {})) found[`crossbridge.timing.${key}`] = value
  if (hot !== undefined) {
    const { frames, ...shares } = hot
    found['crossbridge.hot'] = frames.map((one) => `${one.function} ${one.at} ${one.share}`)
    for (const [key, value] of Object.entries(shares)) found[`crossbridge.hot.${key}`] = value
  }
  if (exceeded !== undefined) found['crossbridge.exceeded'] = [...exceeded]
  if (error !== undefined) found['error.type'] = error
  if (status !== undefined) found[statusAttributes[sort] ?? 'crossbridge.status'] = sort === 'db' ? `${status}` : status
  if (stack_trace !== undefined) found['code.stacktrace'] = stack_trace
  found['crossbridge.scope'] = name
  found['crossbridge.library'] = library

  const on = metadata[sort === 'server' ? 'route' : sort === 'db' || operation === 'retrieval' ? 'collection' : 'model']
  const { kinds, bare } = conventions[naming]
  const ofModel = sort === 'gen_ai'
  const isHttp = sort === 'http' || sort === 'server'
  const does = sort === 'db' ? found['db.operation.name'] : isHttp ? (metadata.method ?? name) : operation
  return {
    name:
      sort === 'other' ? name : on === undefined || (ofModel && bare.includes(operation)) ? `${does}` : `${does} ${on}`,
    kind: (ofModel ? kinds[operation] : undefined) ?? kindOf(sort, local),
    attributes: found,
  }
}

function kindOf(sort: Nature['sort'], local: boolean): SpanShape['kind'] {
  if (sort === 'server') return 'server'
  return sort === 'other' || local ? 'internal' : 'client'
}

/** One value that a call adds to a metric. */
export interface Measure {
  readonly metric: MetricName
  readonly value: number
  readonly attributes: Attributes
}

export function measuresOf(
  { point, durationMs, error, metadata = {}, labels }: Observed,
  naming: Naming = 'otel',
): Measure[] {
  const { sort, operation } = natureOf(point.name, point.library)
  const told: Attributes = baseOf(point.name, point.library, metadata)
  if (sort === 'gen_ai' && metadata.model !== undefined) told['gen_ai.request.model'] = metadata.model
  if (sort === 'db' && metadata.collection !== undefined) told['db.collection.name'] = metadata.collection
  addLabels(told, labels)
  const ofCall = error === undefined ? told : { ...told, 'error.type': error }
  const seconds = durationMs / 1000
  if (sort !== 'gen_ai') {
    // Of outgoing requests nothing is read for totals, which http.client.request.duration would need; and
    // http.server.request.duration may be the application's own.
    const metric = sort === 'http' || sort === 'server' ? 'other' : sort
    return [{ metric, value: seconds, attributes: ofCall }]
  }
  return addedBy(naming, operation).flatMap(({ metric, key, also }): Measure | [] => {
    if (key === undefined) return { metric, value: seconds, attributes: ofCall }
    const value = amountOf(metadata, key)
    if (value === undefined) return []
    return { metric, value, attributes: also === undefined ? told : { ...told, [also[0]]: also[1] } }
  })
}

/** No convention has a name for them. */
function addLabels(found: Attributes, labels: LabelSet | undefined): void {
  if (labels === undefined) return
  for (const [name, value] of Object.entries(labels)) found[`crossbridge.label.${name}`] = value
}

/** A number of `metadata`, a time in seconds. */
export function amountOf(metadata: Metadata, key: string): number | undefined {
  const value = metadata[key]
  if (typeof value !== 'number') return undefined
  return key.endsWith('_ms') ? value / 1000 : value
}

interface Nature {
  readonly sort: 'gen_ai' | 'db' | 'http' | 'server' | 'other'
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
  const sort: Nature['sort'] = sorts[scope.slice(0, dot)] ?? 'other'
  const operation = sort === 'gen_ai' ? (operations[verb] ?? verb) : verb
  const is: Sort[] = []
  if (sort === 'gen_ai' && (operation === 'embeddings' || operation === 'retrieval')) is.push(operation)
  if (sort === 'db' && ['search', 'retrieve', 'fetch', 'query'].includes(verb)) is.push('read')
  if (sort !== 'other') is.push(sort)
  const nature: Nature = { sort, operation, is, local: systemOf(library).local === true }
  if (natures.size < 1000) natures.set(key, nature)
  return nature
}

/** The attributes that a call's span and its metrics share. */
function baseOf(scope: string, library: string, metadata: Metadata): Attributes {
  const { sort, operation } = natureOf(scope, library)
  if (sort !== 'gen_ai' && sort !== 'db') return { 'crossbridge.scope': scope, 'crossbridge.library': library }
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

function attributeOf(key: string, is: readonly Sort[], naming: Naming): string | undefined {
  const bySort = conventions[naming].attributes[key] ?? attributes[key]
  if (bySort === undefined) return undefined
  for (const sort of is) if (bySort[sort] !== undefined) return bySort[sort]
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
