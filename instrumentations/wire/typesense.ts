import type { Wire } from '../../agent/model.ts'
import { scoresIn } from '../shared/scores.ts'

const collection = 'args.0.params.collection'
const store = { target: 'vector_store' }

export default {
  name: 'typesense',
  system: { db: 'typesense' },
  hosts: ['typesense.net'],
  libraries: { typesense: true },
  calls: {
    'GET /collections/{collection}/documents/search': {
      ...store,
      scope: 'search',
      when: 'is(args.0.query.vector_query)',
      metadata: {
        collection,
        top_k: 'number(args.0.query.per_page ?? args.0.query.limit)',
        filtered: 'is(args.0.query.filter_by)',
        results: 'result.hits.length',
        server_ms: 'result.search_time_ms',
        ...scoresIn('result.hits', 'vector_distance', 'distance'),
      },
    },
    'POST /multi_search': {
      ...store,
      scope: 'search',
      when: 'is(trues(args.0.body.searches.*.vector_query))',
      metadata: {
        collection: 'args.0.body.searches.0.collection ?? args.0.query.collection',
        batch_size: 'size(args.0.body.searches)',
        filtered: 'is(trues(args.0.body.searches.*.filter_by))',
        results: 'total(result.results.*.hits)',
      },
    },
    'POST /collections/{collection}/documents': { ...store, scope: 'upsert', metadata: { collection, batch_size: 1 } },
    'POST /collections/{collection}/documents/import': { ...store, scope: 'upsert', metadata: { collection } },
    'DELETE /collections/{collection}/documents': { ...store, scope: 'delete', metadata: { collection } },
  },
} satisfies Wire
