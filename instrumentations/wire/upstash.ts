import type { Wire } from '../../agent/model.ts'
import { scoresIn } from '../shared/scores.ts'

const store = { target: 'vector_store', failed: 'is(result.error)' }
const namespace = 'args.0.params.namespace'
const dimensions = 'dimensions(args.0.body.vector ?? args.0.body.0.vector)'
const search = {
  ...store,
  scope: 'search',
  metadata: {
    namespace,
    batch_size: 'size(args.0.body)',
    top_k: 'args.0.body.topK',
    filtered: 'is(trues(args.0.body.*.filter) ?? args.0.body.filter)',
    dimensions,
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
    dimensions,
  },
}
const batch_size = 'size(args.0.body.ids)'
const read = { ...store, scope: 'fetch', metadata: { namespace, batch_size, results: 'trues(result.result)' } }
const remove = { ...store, scope: 'delete', metadata: { namespace, batch_size, results: 'result.result.deleted' } }

export default {
  name: 'upstash',
  system: { db: 'upstash' },
  hosts: ['upstash.io'],
  libraries: { upstash: true },
  calls: {
    'POST /query': search,
    'POST /query/{namespace}': search,
    'POST /query-data': search,
    'POST /query-data/{namespace}': search,
    'POST /upsert': write,
    'POST /upsert/{namespace}': write,
    'POST /upsert-data': write,
    'POST /upsert-data/{namespace}': write,
    'POST /fetch': read,
    'POST /fetch/{namespace}': read,
    'DELETE /delete': remove,
    'DELETE /delete/{namespace}': remove,
  },
} satisfies Wire
