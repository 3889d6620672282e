import type { Wire } from '../../agent/model.ts'
import { scoresIn } from '../shared/scores.ts'

const collection = 'args.0.params.namespace'

export default {
  name: 'turbopuffer',
  system: { db: 'turbopuffer' },
  hosts: ['turbopuffer.com'],
  libraries: { turbopuffer: 'x-stainless-lang: js' },
  calls: {
    'POST /v2/namespaces/{namespace}/query': {
      target: 'vector_store',
      scope: 'search',
      metadata: {
        collection,
        top_k: 'args.0.body.top_k ?? args.0.body.limit.total ?? number(args.0.body.limit)',
        filtered: 'has(args.0.body.filters)',
        dimensions: 'dimensions(args.0.body.rank_by.2)',
        results: 'result.rows.length',
        server_ms: 'result.performance.server_total_ms',
        ...scoresIn('result.rows', '$dist'),
      },
    },
    'POST /v2/namespaces/{namespace}': {
      target: 'vector_store',
      scope: 'upsert',
      metadata: {
        collection,
        batch_size: 'size(args.0.body.upsert_rows) ?? size(args.0.body.upsert_columns.id)',
        dimensions: 'size(args.0.body.upsert_rows.0.vector)',
        results: 'result.rows_affected',
      },
    },
    'DELETE /v2/namespaces/{namespace}': { target: 'vector_store', scope: 'delete', metadata: { collection } },
  },
} satisfies Wire
