import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root } from './application.ts'
import { type Exchange, json, kept, type Loopback, listen } from './openai-server.ts'

const client = join(root, 'test/packages/previous/node_modules/@zilliz/milvus2-sdk-node')
const require = createRequire(join(client, 'package.json'))

// biome-ignore lint/suspicious/noExplicitAny: the messages are as the client's own definitions make them
type Any = any

const success = { error_code: 'Success', code: 0 }
const missing = { error_code: 'CollectionNotExists', code: 100, reason: "can't find collection" }
/** As servers since 2.3 tell all failures, by number. */
const unloaded = { error_code: 'UnexpectedError', code: 101, reason: 'collection private not loaded', retriable: true }
const ids = (count: number) => Array.from({ length: count }, (_, id) => id)
const fields = [
  { name: 'id', data_type: 'Int64', is_primary_key: true },
  { name: 'vector', data_type: 'FloatVector', type_params: [{ key: 'dim', value: '2' }] },
  { name: 'text', data_type: 'VarChar', type_params: [{ key: 'max_length', value: '99' }] },
]
/** The columns of so many rows. */
const columns = (count: number) => [
  { type: 'Int64', field_name: 'id', scalars: { long_data: { data: ids(count) } }, field: 'scalars' },
  {
    type: 'VarChar',
    field_name: 'text',
    scalars: { string_data: { data: ids(count).map(() => 'private') } },
    field: 'scalars',
  },
]
const numberAt = (pairs: { key: string; value: string }[], key: string) =>
  Number(pairs.find((pair) => pair.key === key)?.value)

/**
 * Speaks Milvus's gRPC and REST: as many hits and rows as are asked for, for each query of a batch. The collection
 * `missing` is not there, `unloaded` is not loaded, and `billed` tells what a call costs. gRPC's port stands behind the `#` of the URL.
 */
export async function milvusServer(): Promise<Omit<Loopback, 'requests'>> {
  const grpc = require('@grpc/grpc-js')
  const { fromJSON } = require('@grpc/proto-loader')
  const definition = fromJSON(require(join(client, 'dist/milvus/proto-json/milvus.js')).default, {
    keepCase: true,
    longs: String,
    enums: String,
    defaults: true,
    oneofs: true,
  })
  const { service } = (grpc.loadPackageDefinition(definition) as Any).milvus.proto.milvus.MilvusService

  const found = (queries: number, topK: number) => ({
    status: success,
    results: {
      num_queries: queries,
      top_k: topK,
      topks: Array.from({ length: queries }, () => topK),
      scores: ids(queries * topK).map((id) => 1 / (id + 1)),
      fields_data: columns(queries * topK),
      output_fields: ['id', 'text'],
      ids: { int_id: { data: ids(queries * topK) } },
      search_iterator_v2_results: { token: 'token', last_bound: 0.5 },
    },
  })
  const answers: Record<string, (request: Any) => object> = {
    Connect: () => ({ status: success, identifier: 7, server_info: { build_tags: 'v2.6.0' } }),
    DescribeCollection: ({ collection_name }) =>
      collection_name === 'missing'
        ? { status: missing }
        : { status: success, collection_name, collectionID: 1, schema: { name: collection_name, fields } },
    Search: ({ collection_name, nq, search_params }) =>
      collection_name === 'unloaded'
        ? { status: unloaded }
        : {
            ...found(Number(nq) || 1, numberAt(search_params, 'topk')),
            status: { ...success, extra_info: collection_name === 'billed' ? { report_value: '6' } : {} },
          },
    HybridSearch: ({ rank_params }) => found(1, numberAt(rank_params, 'limit')),
    Query: ({ collection_name, expr, query_params, output_fields }) =>
      collection_name === 'unloaded'
        ? { status: unloaded }
        : output_fields[0] === 'count(*)'
          ? {
              status: success,
              fields_data: [
                { type: 'Int64', field_name: 'count(*)', scalars: { long_data: { data: [5] } }, field: 'scalars' },
              ],
            }
          : {
              status: success,
              fields_data: columns(numberAt(query_params, 'limit') || expr.split(',').length),
              output_fields: ['id', 'text'],
            },
    Insert: ({ collection_name, num_rows }) =>
      collection_name === 'unloaded' ? { status: unloaded } : { status: success, insert_cnt: num_rows },
    // Its last row is not written where there are more than two.
    Upsert: ({ num_rows }) => ({
      status: success,
      upsert_cnt: Math.min(num_rows, 2),
      err_index: num_rows > 2 ? [num_rows - 1] : [],
    }),
    HasCollection: () => ({ status: success, value: true }),
    ShowCollections: () => ({
      status: success,
      collection_names: ['docs'],
      collection_ids: [1],
      created_timestamps: [1],
      created_utc_timestamps: [1],
    }),
    ...Object.fromEntries(
      ['CreateCollection', 'CreateIndex', 'LoadCollection', 'DropCollection'].map((name) => [name, () => success]),
    ),
    Flush: ({ collection_names }) => ({
      status: success,
      coll_segIDs: Object.fromEntries(collection_names.map((name: string) => [name, { data: [1] }])),
    }),
    GetFlushState: () => ({ status: success, flushed: true }),
    GetLoadingProgress: () => ({ status: success, progress: 100 }),
    Delete: ({ expr }) => ({ status: success, delete_cnt: expr.split(',').length }),
  }
  const exchanges: Exchange[] = []
  const server = new grpc.Server()
  server.addService(
    service,
    Object.fromEntries(
      Object.entries(answers).map(([name, answer]) => [
        name,
        ({ request }: Any, reply: (error: null, value: object) => void) =>
          reply(
            null,
            kept(exchanges, name, request, () => answer(request)),
          ),
      ]),
    ),
  )
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error: Error | null, bound: number) =>
      error ? reject(error) : resolve(bound),
    ),
  )

  const rest = await listen((request, body, response) => {
    const { collectionName, data, limit, id } = JSON.parse(body)
    const rows = (count: number) => ids(count).map((one) => ({ id: one, distance: 0.5, text: 'private' }))
    const reply = (value: unknown, more = {}) => json(response, { code: 0, cost: 0, data: value, ...more })
    if (collectionName === 'unloaded') return json(response, { code: 101, message: 'collection private not loaded' })
    if (collectionName === 'billed') return reply(rows(limit), { cost: 6 })
    switch (request.url?.split('/').at(-1)) {
      case 'search':
        return reply(rows(limit * data.length), { topks: data.map(() => limit) })
      case 'hybrid_search':
      case 'query':
        return reply(rows(limit))
      case 'get':
        return reply(rows(Array.isArray(id) ? id.length : 1))
      case 'delete':
        return reply({ deleteCount: 3 })
      case 'insert':
        return reply({ insertCount: data.length, insertIds: ids(data.length) })
      case 'upsert':
        return reply({ upsertCount: data.length, upsertIds: ids(data.length) })
      default:
        return reply({})
    }
  })
  return {
    url: `${rest.url}#${port}`,
    exchanges,
    close: async () => {
      server.forceShutdown()
      await rest.close()
    },
  }
}
