import type { Instrumentation, Read } from '../agent/model.ts'

const common: Record<string, Read> = { collection: 'args.0.indexName' }
const rows: Read = 'result.data.vectors.length'

/** What the scopes of buckets and indexes inherit from; the way there makes such a scope, which asks for nothing. */
// biome-ignore lint/suspicious/noExplicitAny: the library's exports
const from = ({ StorageVectorsClient }: any) =>
  Object.getPrototypeOf(
    Object.getPrototypeOf(new StorageVectorsClient('http://127.0.0.1').from('bucket').index('index')),
  )

export default {
  name: 'supabase-storage',
  // What `@supabase/supabase-js` has as `storage`.
  module: '@supabase/storage-js',
  versions: '>=2.109 <3',
  target: 'vector_store',
  system: { db: 'supabase.storage' },
  methods: [
    {
      from,
      at: 'queryVectors',
      scope: 'search',
      metadata: {
        ...common,
        top_k: 'args.0.topK',
        // biome-ignore lint/suspicious/noExplicitAny: options are read by shape
        filtered: ({ args }) => (args[0] as any)?.filter !== undefined,
        results: rows,
      },
    },
    { from, at: 'putVectors', scope: 'upsert', metadata: { ...common, batch_size: 'args.0.vectors.length' } },
    {
      from,
      at: 'getVectors',
      scope: 'fetch',
      metadata: { ...common, batch_size: 'args.0.keys.length', results: rows },
    },
    { from, at: 'listVectors', scope: 'fetch', metadata: { ...common, top_k: 'args.0.maxResults', results: rows } },
    { from, at: 'deleteVectors', scope: 'delete', metadata: { ...common, batch_size: 'args.0.keys.length' } },
  ],
} satisfies Instrumentation
