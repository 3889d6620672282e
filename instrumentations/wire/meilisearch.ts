import type { Wire } from '../../agent/model.ts'
import { scoresIn } from '../shared/scores.ts'

const collection = 'args.0.params.index'
const store = { target: 'vector_store' }

export default {
  name: 'meilisearch',
  system: { db: 'meilisearch' },
  hosts: ['meilisearch.io', 'localhost:7700', '127.0.0.1:7700'],
  libraries: { meilisearch: 'x-meilisearch-client: Meilisearch JavaScript' },
  calls: {
    'POST /indexes/{index}/search': {
      ...store,
      scope: 'search',
      when: 'is(args.0.body.vector || args.0.body.hybrid)',
      metadata: {
        collection,
        top_k: 'args.0.body.limit ?? args.0.body.hitsPerPage',
        filtered: 'is(args.0.body.filter)',
        query_len: 'chars(args.0.body.q)',
        dimensions: 'size(args.0.body.vector)',
        results: 'result.hits.length',
        server_ms: 'result.processingTimeMs',
        ...scoresIn('result.hits', '_rankingScore', 'similarity'),
      },
    },
    'POST /indexes/{index}/similar': {
      ...store,
      scope: 'search',
      metadata: {
        collection,
        top_k: 'args.0.body.limit',
        results: 'result.hits.length',
        server_ms: 'result.processingTimeMs',
      },
    },
    'POST /indexes/{index}/documents': {
      ...store,
      scope: 'upsert',
      metadata: { collection, batch_size: 'count(args.0.body)' },
    },
    'PUT /indexes/{index}/documents': {
      ...store,
      scope: 'upsert',
      metadata: { collection, batch_size: 'count(args.0.body)' },
    },
    'DELETE /indexes/{index}/documents': { ...store, scope: 'delete', metadata: { collection } },
  },
} satisfies Wire
