import type { Call, Instrumentation } from '../agent/model.ts'
import { listOf, numberOf } from './shared/kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: requests and replies are read by shape
type Any = any

const asked = ({ args }: Call): Any => args[0] ?? {}
const told = ({ result }: Call): Any => result ?? {}
/** A list of vectors or texts is a batch; a sparse vector may be a list of objects. */
function queriesIn(data: Any): number | undefined {
  const first = Array.isArray(data) ? data[0] : undefined
  return Array.isArray(first) || ArrayBuffer.isView(first) || typeof first === 'string' ? data.length : undefined
}
/** A hybrid search has a request for each of its fields. */
const isHybrid = (data: Any) => Array.isArray(data) && data[0]?.anns_field !== undefined
const candidates = ({ args }: Call) => {
  const { params, searchParams } = (args[0] ?? {}) as Any
  const tuned = params ?? searchParams?.params
  return numberOf(tuned?.ef ?? tuned?.nprobe ?? tuned?.search_list)
}
const filtered = (call: Call) => Boolean(asked(call).filter || asked(call).expr)

// What the clients inherit, in files of its own: the main one is required by these before it is whole.
const client = { file: 'dist/milvus/grpc/Data' }
const collection = 'args.0.collection_name'
const rows = (call: Call) => (asked(call).fields_data ?? asked(call).data)?.length

const http = { file: 'dist/milvus/HttpClient' }
const httpCollection = 'args.0.collectionName'
const one = (value: unknown) => (Array.isArray(value) ? value.length : value === undefined ? undefined : 1)

export default {
  name: 'milvus',
  module: '@zilliz/milvus2-sdk-node',
  versions: '>=2.6 <4',
  target: 'vector_store',
  observe: 'chain',
  methods: [
    {
      // `hybridSearch` is this one by another name, and an iterator's pages come from it.
      ...client,
      at: 'Data.prototype.search',
      scope: 'search',
      metadata: {
        collection,
        top_k: (call) => numberOf(asked(call).limit ?? asked(call).topk ?? asked(call).search_params?.topk),
        batch_size: (call) => {
          const { data, vector, vectors, ids } = asked(call)
          return isHybrid(data) ? queriesIn(data[0].data) : queriesIn(data ?? vector ?? vectors ?? ids)
        },
        candidates,
        filtered,
        results: (call) => listOf(told(call).results).flat().length,
      },
    },
    {
      // `get` and `count` go through it.
      ...client,
      at: 'Data.prototype.query',
      scope: 'fetch',
      metadata: { collection, top_k: 'args.0.limit', batch_size: 'args.0.ids.length', results: 'result.data.length' },
    },
    {
      ...client,
      at: 'Data.prototype.insert',
      scope: 'upsert',
      metadata: { collection, batch_size: rows, results: (call) => numberOf(told(call).insert_cnt) },
    },
    {
      ...client,
      at: 'Data.prototype.upsert',
      scope: 'upsert',
      metadata: { collection, batch_size: rows, results: (call) => numberOf(told(call).upsert_cnt) },
    },
    {
      // `delete` asks for the primary key's name, then calls it.
      ...client,
      at: 'Data.prototype.deleteEntities',
      scope: 'delete',
      metadata: { collection, batch_size: 'args.0.ids.length', results: (call) => numberOf(told(call).delete_cnt) },
    },

    {
      ...http,
      at: 'HttpClient.prototype^^^^^^^^^.search',
      scope: 'search',
      metadata: {
        collection: httpCollection,
        top_k: 'args.0.limit',
        batch_size: (call) => queriesIn(asked(call).data),
        candidates,
        filtered,
        results: (call) => listOf(told(call).data).flat().length,
      },
    },
    {
      ...http,
      at: 'HttpClient.prototype^^^^^^^^^.hybridSearch',
      scope: 'search',
      metadata: { collection: httpCollection, top_k: 'args.0.limit', results: 'result.data.length' },
    },
    ...['query', 'get'].map((name) => ({
      ...http,
      at: `HttpClient.prototype^^^^^^^^^.${name}`,
      scope: 'fetch',
      metadata: {
        collection: httpCollection,
        top_k: 'args.0.limit',
        batch_size: (call: Call) => one(asked(call).id),
        results: 'result.data.length',
      },
    })),
    ...['insert', 'upsert'].map((name) => ({
      ...http,
      at: `HttpClient.prototype^^^^^^^^^.${name}`,
      scope: 'upsert',
      metadata: {
        collection: httpCollection,
        batch_size: (call: Call) => one(asked(call).data),
        results: `result.data.${name}Count`,
      },
    })),
    { ...http, at: 'HttpClient.prototype^^^^^^^^^.delete', scope: 'delete', metadata: { collection: httpCollection } },
  ],
} satisfies Instrumentation
