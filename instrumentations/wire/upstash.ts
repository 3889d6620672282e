import type { Wire } from '../../agent/model.ts'
import { scoresIn } from '../shared/scores.ts'

const store = { target: 'vector_store', failed: 'is(result.error)' }
const namespace = 'args.0.params.namespace'
const search = {
  ...store,
  scope: 'search',
  metadata: {
    namespace,
    batch_size: 'size(args.0.body)',
    top_k: 'args.0.body.topK',
    filtered: 'is(args.0.body.filter)',
    dimensions: 'dimensions(args.0.body.vector)',
    query_len: 'chars(args.0.body.data)',
    results: 'total(result.result)',
    ...scoresIn('result.result', 'score', 'similarity'),
  },
}
const write = {
  ...store,
  scope: 'upsert',
  metadata: {
    namespace,
    batch_size: 'count(args.0.body)',
    dimensions: 'dimensions(args.0.body.vector ?? args.0.body.0.vector)',
  },
}

export default {
  name: 'upstash',
  system: { db: 'upstash' },
  hosts: ['upstash.io'],
  libraries: { upstash: 'upstash-telemetry-sdk: upstash-vector-js' },
  calls: {
    'POST /query': search,
    'POST /query/{namespace}': search,
    'POST /query-data': search,
    'POST /query-data/{namespace}': search,
    'POST /upsert': write,
    'POST /upsert/{namespace}': write,
    'POST /upsert-data': write,
    'POST /upsert-data/{namespace}': write,
    'POST /fetch': { ...store, scope: 'fetch', metadata: { results: 'trues(result.result)' } },
    'DELETE /delete': { ...store, scope: 'delete', metadata: { results: 'result.result.deleted' } },
  },
} satisfies Wire
