import type { Call, Instrumentation, Read } from '../agent/model.ts'

// biome-ignore lint/suspicious/noExplicitAny: options and results are read by shape
type Any = any

const one = () => 1
/** In an update of an index of documents, chunks are written, listed and deleted for a call that is recorded itself. */
const alone = ({ self }: Call) => !((self as Any)?.upsertDocument && (self as Any)._update)
const item = (name: string, scope: string, metadata: Readonly<Record<string, Read>>) => ({
  at: `LocalIndex.prototype.${name}`,
  scope,
  when: alone,
  metadata,
})
const options = ({ self }: Call) => (self as Any)?.options

export default {
  name: 'vectra',
  module: 'vectra',
  versions: '>=0.12 <1',
  target: 'vector_store',
  system: { db: 'vectra', provider: 'vectra', local: true },
  observe: 'chain',
  methods: [
    {
      at: 'LocalIndex.prototype.queryItems',
      scope: 'search',
      metadata: {
        top_k: 'args.2',
        filtered: ({ args }) => Boolean(args[3]),
        results: 'result.length',
        dimensions: 'args.0.length',
      },
    },
    item('insertItem', 'upsert', { batch_size: one, dimensions: 'args.0.vector.length' }),
    item('upsertItem', 'upsert', { batch_size: one, dimensions: 'args.0.vector.length' }),
    item('batchInsertItems', 'upsert', { batch_size: 'args.0.length', results: 'result.length' }),
    item('deleteItem', 'delete', { batch_size: one }),
    item('deleteItems?', 'delete', { batch_size: ({ args }: Any) => args[0]?.size ?? args[0]?.length }),
    item('getItem', 'fetch', { batch_size: one }),
    item('listItems', 'fetch', { results: 'result.length' }),
    item('listItemsByMetadata', 'fetch', { filtered: () => true, results: 'result.length' }),

    // Its embeddings and its search are within.
    {
      at: 'LocalDocumentIndex.prototype.queryDocuments',
      scope: 'retrieve',
      target: 'semantic_search',
      metadata: {
        query_len: 'args.0.length',
        top_k: 'args.1.maxDocuments',
        candidates: 'args.1.maxChunks',
        filtered: ({ args }) => Boolean((args[1] as Any)?.filter),
        results: 'result.length',
      },
    },
    { at: 'LocalDocumentIndex.prototype.upsertDocument', scope: 'upsert', metadata: { batch_size: one } },
    { at: 'LocalDocumentIndex.prototype.deleteDocument', scope: 'delete', metadata: { batch_size: one } },
    { at: 'LocalDocumentIndex.prototype.listDocuments', scope: 'fetch', metadata: { results: 'result.length' } },
    {
      at: 'OpenAIEmbeddings.prototype.createEmbeddings',
      scope: 'embed',
      inputs: 'args.0',
      target: 'embedding_provider',
      metadata: {
        model: (call) => options(call)?.model ?? options(call)?.ossModel ?? options(call)?.azureDeployment,
        batch_size: 'texts(args.0)',
        dimensions: 'result.output.0.length',
        results: 'result.output.length',
      },
    },
  ],
} satisfies Instrumentation
