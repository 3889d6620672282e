import type { Wire } from '../../agent/model.ts'

/** The id of the collection; its name stands in no request. */
const collection = 'args.0.params.collection'
const store = { target: 'vector_store' }
const at = (verb: string) => `POST /api/**/collections/{collection}/${verb}`
const batch_size = 'size(args.0.body.ids)'
const write = {
  ...store,
  scope: 'upsert',
  metadata: { collection, batch_size, dimensions: 'size(args.0.body.embeddings.0)' },
}

export default {
  name: 'chromadb',
  system: { db: 'chroma' },
  hosts: ['api.trychroma.com', 'localhost:8000', '127.0.0.1:8000'],
  libraries: { chromadb: true },
  calls: {
    [at('query')]: {
      ...store,
      scope: 'search',
      metadata: {
        collection,
        batch_size: 'size(args.0.body.query_embeddings)',
        dimensions: 'size(args.0.body.query_embeddings.0)',
        top_k: 'args.0.body.n_results',
        filtered: 'is(keys(args.0.body.where) || keys(args.0.body.where_document))',
        results: 'total(result.ids)',
        top_score: 'number(result.distances.0.0)',
        last_score: 'number(result.distances.0.-1)',
        score_kind: "has(number(result.distances.0.0)) && 'distance' || undefined",
      },
    },
    [at('get')]: { ...store, scope: 'fetch', metadata: { collection, batch_size, results: 'size(result.ids)' } },
    [at('add')]: write,
    [at('upsert')]: write,
    [at('update')]: write,
    [at('delete')]: { ...store, scope: 'delete', metadata: { collection, batch_size } },
  },
} satisfies Wire
