import type { Call, Instrumentation, Read } from '../agent/model.ts'
import { objectsOf } from './shared/kinds.ts'
import { totalOf } from './shared/total.ts'

// biome-ignore lint/suspicious/noExplicitAny: parameters and replies are read by shape
type Any = any

const vectorOf = (params: Any): string => (typeof params?.vector_query === 'string' ? params.vector_query : '')
/** `v:([…], k: 10, ef: 50)`; the vector before it may be long. */
const numberIn = (text: string, name: string) => {
  const [, number] = new RegExp(String.raw`\b${name}\s*:\s*(\d+)`).exec(text.slice(-200)) ?? []
  return number === undefined ? undefined : Number(number)
}
const searchesOf = ({ args }: Call) => objectsOf((args[0] as Any)?.searches)
const hitsOf = (reply: Any) => reply?.hits ?? reply?.grouped_hits

const search: Record<string, Read> = {
  collection: 'this.collectionName',
  top_k: ({ args: [params] }: Any) => numberIn(vectorOf(params), 'k') ?? params?.per_page ?? params?.limit,
  candidates: ({ args }) => numberIn(vectorOf(args[0]), 'ef'),
  filtered: ({ args: [params] }: Any) => Boolean(params?.filter_by),
  results: ({ result }) => hitsOf(result)?.length,
  server_ms: 'result.search_time_ms',
}
const batch: Record<string, Read> = {
  // Where they all search the same one.
  collection: (call) => {
    const names = new Set(searchesOf(call).map(({ collection }) => collection ?? (call.args[1] as Any)?.collection))
    return names.size === 1 ? [...names][0] : undefined
  },
  batch_size: 'args.0.searches.length',
  results: ({ result }) => totalOf((result as Any)?.results, hitsOf) ?? hitsOf(result)?.length,
  server_ms: 'result.search_time_ms',
}
const write: Record<string, Read> = {
  collection: 'this.collectionName',
  batch_size: ({ args: [documents] }: Any) => (Array.isArray(documents) ? documents.length : undefined),
  results: ({ result }: Any) =>
    Array.isArray(result) ? objectsOf(result).filter(({ success }) => success).length : result?.num_updated,
}
const single: Record<string, Read> = { ...write, batch_size: ({ args }: Any) => (args[1]?.filter_by ? undefined : 1) }
const one: Record<string, Read> = { collection: 'this.collectionName', batch_size: () => 1 }
const documents = 'lib/Typesense/Documents'
const document = 'lib/Typesense/Document'
const searchOnly = { file: 'lib/Typesense/SearchOnlyDocuments', at: 'SearchOnlyDocuments.prototype.search' }
const multi = { file: 'lib/Typesense/MultiSearch', at: 'default.prototype.perform' }

export default {
  name: 'typesense',
  module: 'typesense',
  versions: '>=2 <4',
  target: 'vector_store',
  system: { db: 'typesense' },
  observe: 'chain',
  methods: [
    { ...searchOnly, scope: 'search', when: ({ args }) => vectorOf(args[0]) !== '', metadata: search },
    { ...searchOnly, scope: 'query', target: 'database', metadata: { ...search, operation: () => 'search' } },
    {
      ...multi,
      scope: 'search',
      when: (call) => vectorOf(call.args[1]) !== '' || searchesOf(call).some((params) => vectorOf(params) !== ''),
      metadata: batch,
    },
    { ...multi, scope: 'query', target: 'database', metadata: { ...batch, operation: () => 'multi_search' } },
    { file: documents, at: 'default.prototype.create', scope: 'upsert', metadata: single },
    { file: documents, at: 'default.prototype.upsert', scope: 'upsert', metadata: single },
    { file: documents, at: 'default.prototype.update', scope: 'upsert', metadata: single },
    { file: documents, at: 'default.prototype.emplace?', scope: 'upsert', metadata: single },
    // createMany calls this.
    { file: documents, at: 'default.prototype.import', scope: 'upsert', metadata: write },
    { file: documents, at: 'default.prototype.importStream', scope: 'upsert', metadata: write },
    {
      file: documents,
      at: 'default.prototype.delete',
      scope: 'delete',
      metadata: { collection: 'this.collectionName', results: 'result.num_deleted' },
    },
    {
      file: documents,
      at: 'default.prototype.export',
      scope: 'fetch',
      metadata: { collection: 'this.collectionName' },
    },
    {
      file: documents,
      at: 'default.prototype.exportStream',
      scope: 'fetch',
      metadata: { collection: 'this.collectionName' },
    },
    { file: document, at: 'Document.prototype.retrieve', scope: 'fetch', metadata: one },
    { file: document, at: 'Document.prototype.update', scope: 'upsert', metadata: one },
    { file: document, at: 'Document.prototype.delete', scope: 'delete', metadata: one },
  ],
} satisfies Instrumentation
