import { library } from '../support/library.ts'
import { eachManaged, managed } from '../support/managed.ts'
import { milvusServer } from '../support/milvus-server.ts'
import { scoreAt } from '../support/scores.ts'

const collection = 'docs'
const namespace = 'default'
const unloaded = { collection: 'unloaded', error: 'UnexpectedError', status: 101 }
const written = (verb: string, more: object) => ({ scope: `vector_store.${verb}`, collection, namespace, ...more })
const fetched = (more: object) => ({ scope: 'vector_store.fetch', collection, namespace, ...more })
const found = (top_k: number, more = {}) => ({
  scope: 'vector_store.search',
  collection,
  namespace,
  top_k,
  filtered: false,
  results: top_k,
  ...more,
})
/** The stand-in's scores: 1, a half, a third, as the protocol's short numbers have them. */
const search = (top_k: number, more = {}) =>
  found(top_k, { top_score: scoreAt(0), last_score: Math.fround(scoreAt(top_k - 1)), ...more })
/** Over HTTP all have the same. */
const byHttp = { top_score: 0.5, last_score: 0.5 }
const pages = { chunks: 2, time_to_first_chunk_ms: 'ms' }
const settled = (call: string) => `(await (async (made) => [made, await made])(${call}))[0]`

library({
  name: 'milvus',
  module: '@zilliz/milvus2-sdk-node',
  packages: ['current', 'previous'],
  server: milvusServer,
  imports: [['{ MilvusClient, HttpClient }', '@zilliz/milvus2-sdk-node']],
  setUp: ({ url }) => `
    const { origin, hostname, hash } = new URL('${url}')
    const client = new MilvusClient({ address: hostname + ':' + hash.slice(1), maxRetries: 0 })
    await client.connectPromise
    const http = new HttpClient({ baseURL: origin + '/v2', token: 'private:private' })
    const docs = { collection_name: 'docs' }
    const data = [{ id: 1, vector: [1, 2], text: 'private' }, { id: 2, vector: [3, 4], text: 'private' }]`,
  tearDown: 'await client.closeConnection()',
  shapes: [
    'MilvusClient',
    'MilvusClient.prototype',
    'client',
    "Object.keys(client).includes('hybridSearch')",
    'HttpClient',
    'HttpClient.prototype',
    'http',
    settled('client.search({ ...docs, data: [1, 2], limit: 1 })'),
  ],
  fails: `client.query({ limit: 1 })`,
  many: 'client.search({ ...docs, data: [i, 1], limit: 1 + (i % 3) })',
  calls: [
    {
      it: 'records what makes, opens, lists and changes what holds the data',
      body: `
        print(await client.createCollection({ ...docs, fields: [{ name: 'id', data_type: 'Int64', is_primary_key: true }, { name: 'vector', data_type: 'FloatVector', dim: 2 }] }).then(({ error_code }) => error_code))
        print(await client.hasCollection(docs).then(({ value }) => value))
        print(await client.describeCollection(docs).then(({ schema }) => schema.name))
        print(await client.showCollections().then(({ data }) => data.length))
        print(await client.createIndex({ ...docs, field_name: 'vector', index_type: 'HNSW', metric_type: 'L2' }).then(({ error_code }) => error_code))
        print(await client.loadCollectionSync(docs).then(({ error_code }) => error_code))
        print(await client.dropCollection(docs).then(({ error_code }) => error_code))
        print(await http.createCollection({ collectionName: 'docs', dimension: 2 }).then(({ code }) => code))
        print(await http.hasCollection({ collectionName: 'docs' }).then(({ code }) => code))
        print(await http.listIndexes({ collectionName: 'docs' }).then(({ code }) => code))`,
      records: [
        ...eachManaged('create_collection has_collection describe_collection', {
          collection: 'docs',
          namespace: 'default',
        }),
        managed('show_collections', { namespace: 'default' }),
        ...eachManaged('create_index load_collection drop_collection create_collection has_collection list_indexes', {
          collection: 'docs',
          namespace: 'default',
        }),
      ],
    },
    {
      it: 'records what writes rows, and those that were not written',
      body: `
        print((await client.insert({ ...docs, data: structuredClone(data) })).insert_cnt)
        print((await client.insert({ ...docs, fields_data: structuredClone(data), partition_name: 'new' })).insert_cnt)
        print((await client.upsert({ ...docs, data: structuredClone(data).slice(1) })).upsert_cnt)
        print((await client.upsert({ ...docs, data: structuredClone([...data, data[0]]) })).err_index)`,
      records: [
        written('upsert', { batch_size: 2, results: 2 }),
        written('upsert', { batch_size: 2, results: 2, namespace: 'new' }),
        written('upsert', { batch_size: 1, results: 1 }),
        written('upsert', { batch_size: 3, results: 2, failed_items: 1 }),
      ],
    },
    {
      it: 'records as failed what returns a failure, with its number',
      body: `
        const unloaded = { collection_name: 'unloaded' }
        print((await client.search({ ...unloaded, data: [1, 2], limit: 3 })).status.code)
        print((await client.query({ ...unloaded, filter: 'id > 0', limit: 3 })).status.code)
        print((await client.insert({ ...unloaded, data: structuredClone(data) })).status.code)
        const { limit, ...one } = { collectionName: 'unloaded', data: [[1, 2]], limit: 3 }
        print((await http.search({ ...one, limit })).code)
        print((await http.insert({ collectionName: 'unloaded', data })).code)`,
      records: [
        { ...found(3, { dimensions: 2, results: 0 }), ...unloaded },
        fetched({ top_k: 3, filtered: true, results: 0, ...unloaded }),
        written('upsert', { batch_size: 2, results: 0, ...unloaded }),
        {
          scope: 'vector_store.search',
          namespace,
          top_k: 3,
          filtered: false,
          batch_size: 1,
          dimensions: 2,
          ...unloaded,
          error: 'Error',
        },
        { scope: 'vector_store.upsert', namespace, batch_size: 2, ...unloaded, error: 'Error' },
      ],
    },
    {
      it: 'records a search, with what the index is told to look at, where, and what it costs',
      body: `
        print((await client.search({ ...docs, data: [1, 2], limit: 3 })).results)
        print((await client.search({ ...docs, vector: [1, 2], topk: 2, params: { nprobe: 16 }, filter: 'text == "private"', partition_names: ['new'] })).results.length)
        print((await client.search({ ...docs, data: [1, 2], limit: 2, params: { ef: 64 }, expr: 'text == "private"', db_name: 'other' })).results.length)
        print((await client.search({ collection_name: 'billed', data: [1, 2], limit: 1 })).results.length)`,
      records: [
        search(3, { dimensions: 2 }),
        search(2, { dimensions: 2, filtered: true, candidates: 16, namespace: 'new' }),
        search(2, { dimensions: 2, filtered: true, candidates: 64, namespace: 'other' }),
        search(1, { dimensions: 2, collection: 'billed', billed_units: 6 }),
      ],
    },
    {
      it: 'records a batch of queries as one search with all that was found',
      body: 'print((await client.search({ ...docs, data: [[1, 2], [3, 4]], limit: 3 })).results.length)',
      records: [found(3, { dimensions: 2, batch_size: 2, results: 6 })],
    },
    {
      it: 'records a hybrid search once, by either name',
      body: `
        const both = [{ anns_field: 'vector', data: [1, 2], params: { ef: 32 } }, { anns_field: 'vector', data: [3, 4] }]
        print((await client.hybridSearch({ ...docs, data: both, limit: 2 })).results.length)
        print((await client.search({ ...docs, data: both, limit: 4 })).results.length)`,
      records: [search(2, { dimensions: 2, candidates: 32 }), search(4, { dimensions: 2, candidates: 32 })],
    },
    {
      it: 'records what reads rows by id, by filter or counts them',
      body: `
        print((await client.get({ ...docs, ids: [1, 2] })).data)
        print((await client.query({ ...docs, filter: 'text == "private"', limit: 3 })).data.length)
        print((await client.count(docs)).data)`,
      records: [
        fetched({ batch_size: 2, filtered: false, results: 2 }),
        fetched({ top_k: 3, filtered: true, results: 3 }),
        fetched({ filtered: false, results: 1 }),
      ],
    },
    {
      it: 'records what deletes rows once',
      body: `
        print((await client.delete({ ...docs, ids: [1, 2] })).delete_cnt)
        print((await client.delete({ ...docs, filter: 'text == "private"' })).delete_cnt)
        print((await client.deleteEntities({ ...docs, expr: 'text == "private"' })).delete_cnt)
        print((await client.deleteEntities({ ...docs, filter: 'text == "private"' })).delete_cnt)`,
      records: [
        written('delete', { batch_size: 2, results: 2 }),
        ...Array.from({ length: 3 }, () => written('delete', { results: 1 })),
      ],
    },
    {
      it: 'records an iteration as one call, whole or left early, and the count before its pages',
      body: `
        for await (const page of await client.searchIterator({ ...docs, data: [1, 2], batchSize: 2, limit: 4 })) print(page.length)
        for await (const page of await client.queryIterator({ ...docs, batchSize: 2, limit: 4 })) print(page.length)
        for await (const page of await client.queryIterator({ ...docs, expr: 'text == "private"', batchSize: 2, limit: 4 })) { print(page.length); break }
        try { for await (const page of await client.searchIterator({ ...docs, data: [1, 2], batchSize: 2, limit: 4 })) throw new Error('mine') } catch ({ message }) { print(message) }
        const byHand = (await client.queryIterator({ ...docs, batchSize: 2, limit: 4 }))[Symbol.asyncIterator]()
        print([(await byHand.next()).value.length, (await byHand.next()).value.length, (await byHand.next()).done])`,
      records: [
        fetched({ filtered: false, results: 1 }),
        managed('describe_collection', { collection: 'docs', namespace: 'default' }),
        found(4, { dimensions: 2, ...pages }),
        fetched({ filtered: false, results: 1 }),
        fetched({ filtered: false, top_k: 4, results: 4, ...pages }),
        fetched({ filtered: true, results: 1 }),
        fetched({ filtered: true, top_k: 4, results: 2 }),
        fetched({ filtered: false, results: 1 }),
        managed('describe_collection', { collection: 'docs', namespace: 'default' }),
        found(4, { dimensions: 2, results: 2 }),
        fetched({ filtered: false, results: 1 }),
        fetched({ filtered: false, top_k: 4, results: 4, ...pages }),
      ],
    },
    {
      it: "records a session's search",
      when: ({ packages }) => packages === 'current',
      body: `print((await client.session('private').search({ ...docs, data: [1, 2], limit: 2 })).results.length)`,
      records: [search(2, { dimensions: 2 })],
    },
    {
      it: "records the HTTP client's calls",
      body: `
        const docs = { collectionName: 'docs' }
        print((await http.insert({ ...docs, data })).data)
        print((await http.upsert({ ...docs, data })).code)
        print((await http.search({ ...docs, data: [[1, 2]], limit: 3, searchParams: { params: { ef: 32 } } })).data)
        print((await http.search({ ...docs, data: [[1, 2], [3, 4]], limit: 3, filter: 'text == "private"', dbName: 'other' })).data.length)
        const both = [{ data: [[1, 2]], limit: 9, params: { nprobe: 16 } }]
        print((await http.hybridSearch({ ...docs, search: both, rerank: {}, limit: 3 })).data.length)
        print((await http.search({ collectionName: 'billed', data: [[1, 2]], limit: 2, partitionNames: ['new'] })).data.length)
        print((await http.query({ ...docs, limit: 2, filter: 'text == "private"' })).data.length)
        print((await http.get({ ...docs, id: [1, 2] })).data.length)
        print((await http.delete({ ...docs, filter: 'text == "private"' })).code)`,
      records: [
        written('upsert', { batch_size: 2, results: 2 }),
        written('upsert', { batch_size: 2, results: 2 }),
        search(3, { ...byHttp, batch_size: 1, dimensions: 2, candidates: 32 }),
        found(3, { batch_size: 2, dimensions: 2, filtered: true, results: 6, namespace: 'other' }),
        search(3, { ...byHttp, batch_size: 1, dimensions: 2, candidates: 16 }),
        search(2, { ...byHttp, batch_size: 1, dimensions: 2, collection: 'billed', namespace: 'new', billed_units: 6 }),
        fetched({ top_k: 2, filtered: true, results: 2 }),
        fetched({ batch_size: 2, filtered: false, results: 2 }),
        written('delete', { results: 3 }),
      ],
    },
  ],
})
