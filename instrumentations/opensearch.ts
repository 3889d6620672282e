import type { Call, Instrumentation, Read } from '../agent/model.ts'
import { objectsOf, textOf } from './shared/kinds.ts'
import { batchSearchesByVector, type VectorSearch, vectorSearchOf } from './shared/search-body.ts'
import { totalOf } from './shared/total.ts'

// biome-ignore lint/suspicious/noExplicitAny: requests and replies are read by shape
type Any = any

interface Command {
  /** `_search`, `_bulk`, `_doc`, as the path has it. */
  readonly verb: string | undefined
  readonly collection: string | undefined
  readonly size: unknown
  readonly batchSize: number | undefined
  readonly byVector: boolean
  readonly vector: VectorSearch | undefined
}

const commands = new WeakMap<object, Command>()

/** Kept from before the call, because the transport then puts the text that it sends in the body's place. */
function commandOf({ args, of }: Call): Command {
  const params = (args[0] ?? {}) as Any
  const known = commands.get(of(params))
  if (known !== undefined && typeof params.body !== 'object') return known
  const command = read(params)
  if (typeof params === 'object') commands.set(of(params), command)
  return command
}

/** All requests are made in one place; the path says which it is. */
function read({ path, body, bulkBody, querystring }: Any): Command {
  const [index, ...rest] = textOf(path).replace(/\?.*/s, '').split('/').slice(1)
  const words: readonly string[] = index?.startsWith('_') && index !== '_all' ? [index, ...rest] : rest
  const at = words.findIndex((word) => word.startsWith('_'))
  const more = words.slice(at + 1)
  const verb = words[at] === '_search' && more.length > 0 ? (more[0] === 'scroll' ? 'scroll' : undefined) : words[at]
  const vector = verb === '_search' ? vectorSearchOf(body) : undefined
  const isBatch = verb === '_msearch'
  return {
    verb,
    collection: words === rest && index !== undefined ? decodeURIComponent(index) : undefined,
    size: body?.size ?? querystring?.size,
    batchSize: isBatch
      ? Array.isArray(bulkBody)
        ? bulkBody.length / 2
        : undefined
      : (body?.docs ?? body?.ids)?.length,
    byVector: vector !== undefined || (isBatch && batchSearchesByVector(bulkBody)),
    vector,
  }
}

const is =
  (verbs: readonly string[], methods: RegExp = /./) =>
  (call: Call) =>
    verbs.includes(commandOf(call).verb ?? '') && methods.test(textOf((call.args[0] as Any)?.method))
const byVector = (verb: string) => (call: Call) => commandOf(call).verb === verb && commandOf(call).byVector
const body = (read: (body: Any) => unknown) => (call: Call) => read((call.result as Any)?.body ?? {})

const common: Record<string, Read> = {
  collection: (call) => commandOf(call).collection,
  server_ms: body(({ took }) => took),
  attempts: ({ result }) => ((result as Any)?.meta?.attempts ?? Number.NaN) + 1,
}
const hits: Record<string, Read> = {
  ...common,
  top_k: (call) => commandOf(call).vector?.k ?? commandOf(call).size,
  results: body(({ hits }) => hits?.hits?.length),
}
const batch: Record<string, Read> = {
  ...common,
  batch_size: (call) => commandOf(call).batchSize,
  results: body(({ responses }) => totalOf(responses, ({ hits }) => hits?.hits)),
}
const search: Record<string, Read> = {
  ...hits,
  candidates: (call) => commandOf(call).vector?.candidates,
  filtered: (call) => commandOf(call).vector?.filtered,
}
const single: Record<string, Read> = { ...common, batch_size: () => 1 }
const request = { at: 'Transport.prototype.request', ends: { kind: 'callback' } } as const

export default {
  name: 'opensearch',
  module: '@opensearch-project/opensearch',
  versions: '>=2.13 <4',
  target: 'vector_store',
  system: { db: 'opensearch' },
  observe: 'chain',
  methods: [
    { ...request, scope: 'search', when: byVector('_search'), metadata: search },
    { ...request, scope: 'search', when: byVector('_msearch'), metadata: batch },
    {
      ...request,
      scope: 'query',
      target: 'database',
      when: is(['_search']),
      metadata: { ...hits, operation: () => 'search' },
    },
    {
      ...request,
      scope: 'query',
      target: 'database',
      when: is(['_msearch']),
      metadata: { ...batch, operation: () => 'msearch' },
    },
    {
      ...request,
      scope: 'upsert',
      when: is(['_bulk']),
      metadata: { ...common, batch_size: body(({ items }) => items?.length) },
    },
    {
      ...request,
      scope: 'upsert',
      when: is(['_doc', '_create', '_update'], /^P/),
      metadata: single,
    },
    {
      ...request,
      scope: 'upsert',
      when: is(['_update_by_query']),
      metadata: { ...common, results: body(({ updated }) => updated) },
    },
    { ...request, scope: 'delete', when: is(['_doc'], /^DELETE/), metadata: single },
    {
      ...request,
      scope: 'delete',
      when: is(['_delete_by_query']),
      metadata: { ...common, results: body(({ deleted }) => deleted) },
    },
    { ...request, scope: 'fetch', when: is(['_doc'], /^GET/), metadata: single },
    {
      ...request,
      scope: 'fetch',
      when: is(['_mget']),
      metadata: {
        ...common,
        batch_size: (call) => commandOf(call).batchSize,
        results: body(({ docs }) => objectsOf(docs).filter(({ found }) => found).length),
      },
    },
    {
      ...request,
      scope: 'fetch',
      when: is(['scroll'], /^(?:GET|POST)/),
      metadata: { ...common, results: body(({ hits }) => hits?.hits?.length) },
    },
  ],
} satisfies Instrumentation
