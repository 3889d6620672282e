import { library } from '../support/library.ts'
import { milvusServer } from '../support/milvus-server.ts'

const collection = 'docs'
const search = (top_k: number, more = {}) => ({
  scope: 'vector_store.search',
  collection,
  top_k,
  filtered: false,
  results: top_k,
  ...more,
})
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
      it: 'records what writes rows',
      body: `
        print((await client.insert({ ...docs, data: structuredClone(data) })).insert_cnt)
        print((await client.insert({ ...docs, fields_data: structuredClone(data) })).insert_cnt)
        print((await client.upsert({ ...docs, data: structuredClone(data).slice(1) })).upsert_cnt)`,
      records: [
        { scope: 'vector_store.upsert', collection, batch_size: 2, results: 2 },
        { scope: 'vector_store.upsert', collection, batch_size: 2, results: 2 },
        { scope: 'vector_store.upsert', collection, batch_size: 1, results: 1 },
      ],
    },
    {
      it: 'records a search, with what the index is told to look at',
      body: `
        print((await client.search({ ...docs, data: [1, 2], limit: 3 })).results)
        print((await client.search({ ...docs, vector: [1, 2], topk: 2, params: { nprobe: 16 }, filter: 'text == "private"' })).results.length)
        print((await client.search({ ...docs, data: [1, 2], limit: 2, params: { ef: 64 }, expr: 'text == "private"' })).results.length)`,
      records: [
        search(3),
        search(2, { filtered: true, candidates: 16 }),
        search(2, { filtered: true, candidates: 64 }),
      ],
    },
    {
      it: 'records a batch of queries as one search with all that was found',
      body: 'print((await client.search({ ...docs, data: [[1, 2], [3, 4]], limit: 3 })).results.length)',
      records: [search(3, { batch_size: 2, results: 6 })],
    },
    {
      it: 'records a hybrid search once, by either name',
      body: `
        const both = [{ anns_field: 'vector', data: [1, 2] }, { anns_field: 'vector', data: [3, 4] }]
        print((await client.hybridSearch({ ...docs, data: both, limit: 2 })).results.length)
        print((await client.search({ ...docs, data: both, limit: 4 })).results.length)`,
      records: [search(2), search(4)],
    },
    {
      it: 'records what reads rows by id, by filter or counts them',
      body: `
        print((await client.get({ ...docs, ids: [1, 2] })).data)
        print((await client.query({ ...docs, filter: 'text == "private"', limit: 3 })).data.length)
        print((await client.count(docs)).data)`,
      records: [
        { scope: 'vector_store.fetch', collection, batch_size: 2, results: 2 },
        { scope: 'vector_store.fetch', collection, top_k: 3, results: 3 },
        { scope: 'vector_store.fetch', collection, results: 1 },
      ],
    },
    {
      it: 'records what deletes rows once',
      body: `
        print((await client.delete({ ...docs, ids: [1, 2] })).delete_cnt)
        print((await client.deleteEntities({ ...docs, expr: 'text == "private"' })).delete_cnt)`,
      records: [
        { scope: 'vector_store.delete', collection, batch_size: 2, results: 2 },
        { scope: 'vector_store.delete', collection, results: 1 },
      ],
    },
    {
      it: 'records each page of an iterator, and the count before them',
      body: `
        for await (const page of await client.searchIterator({ ...docs, data: [1, 2], batchSize: 2, limit: 4 })) print(page.length)
        for await (const page of await client.queryIterator({ ...docs, batchSize: 2, limit: 4 })) print(page.length)`,
      records: [
        { scope: 'vector_store.fetch', collection, results: 1 },
        search(2),
        search(2),
        { scope: 'vector_store.fetch', collection, results: 1 },
        { scope: 'vector_store.fetch', collection, top_k: 2, results: 2 },
        { scope: 'vector_store.fetch', collection, top_k: 2, results: 2 },
      ],
    },
    {
      it: "records a session's search",
      when: ({ packages }) => packages === 'current',
      body: `print((await client.session('private').search({ ...docs, data: [1, 2], limit: 2 })).results.length)`,
      records: [search(2)],
    },
    {
      it: "records the HTTP client's calls",
      body: `
        const docs = { collectionName: 'docs' }
        print((await http.insert({ ...docs, data })).data)
        print((await http.upsert({ ...docs, data })).code)
        print((await http.search({ ...docs, data: [[1, 2]], limit: 3, searchParams: { params: { ef: 32 } } })).data)
        print((await http.search({ ...docs, data: [[1, 2], [3, 4]], limit: 3, filter: 'text == "private"' })).data.length)
        print((await http.hybridSearch({ ...docs, search: [{ data: [[1, 2]], limit: 9 }], rerank: {}, limit: 3 })).data.length)
        print((await http.query({ ...docs, limit: 2, filter: 'text == "private"' })).data.length)
        print((await http.get({ ...docs, id: [1, 2] })).data.length)
        print((await http.delete({ ...docs, filter: 'text == "private"' })).code)`,
      records: [
        { scope: 'vector_store.upsert', collection, batch_size: 2, results: 2 },
        { scope: 'vector_store.upsert', collection, batch_size: 2, results: 2 },
        search(3, { batch_size: 1, candidates: 32 }),
        search(3, { batch_size: 2, filtered: true, results: 6 }),
        { scope: 'vector_store.search', collection, top_k: 3, results: 3 },
        { scope: 'vector_store.fetch', collection, top_k: 2, results: 2 },
        { scope: 'vector_store.fetch', collection, batch_size: 2, results: 2 },
        { scope: 'vector_store.delete', collection },
      ],
    },
  ],
})
