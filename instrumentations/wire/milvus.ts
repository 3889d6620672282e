import type { Wire } from '../../agent/model.ts'
import { scoresIn } from '../shared/scores.ts'

const collection = 'args.0.body.collectionName'
const failed = 'is(result.code) && result.code'
const store = { target: 'vector_store', failed }
const asked = { collection, namespace: 'args.0.body.dbName' }
const search = {
  ...store,
  scope: 'search',
  metadata: {
    ...asked,
    top_k: 'args.0.body.limit',
    filtered: 'is(args.0.body.filter)',
    batch_size: 'size(args.0.body.data)',
    dimensions: 'size(args.0.body.data.0)',
    results: 'size(result.data)',
    ...scoresIn('result.data', 'distance'),
  },
}
const parts = 'args.0.body.search'
const hybrid = {
  ...search,
  metadata: {
    ...search.metadata,
    filtered: `is(trues(${parts}.*.filter))`,
    batch_size: `size(${parts}.0.data)`,
    dimensions: `size(${parts}.0.data.0)`,
  },
}
const write = {
  ...store,
  scope: 'upsert',
  metadata: {
    ...asked,
    batch_size: 'count(args.0.body.data)',
    results: 'result.data.insertCount ?? result.data.upsertCount',
  },
}
const read = { ...store, scope: 'fetch', metadata: { ...asked, results: 'size(result.data)' } }

/** By REST; the client of Node speaks gRPC. */
export default {
  name: 'milvus',
  system: { db: 'milvus' },
  hosts: ['zillizcloud.com', 'localhost:19530', '127.0.0.1:19530'],
  libraries: {},
  calls: {
    'POST /v2/vectordb/entities/search': search,
    'POST /v2/vectordb/entities/hybrid_search': hybrid,
    'POST /v2/vectordb/entities/insert': write,
    'POST /v2/vectordb/entities/upsert': write,
    'POST /v2/vectordb/entities/query': read,
    'POST /v2/vectordb/entities/get': read,
    'POST /v2/vectordb/entities/delete': { ...store, scope: 'delete', metadata: asked },
  },
} satisfies Wire
