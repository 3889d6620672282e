import { library } from '../support/library.ts'
import { eachManaged, managed } from '../support/managed.ts'
import { qdrantServer } from '../support/qdrant-server.ts'

const collection = 'docs'
const found = (top_k: number) => ({ scope: 'vector_store.search', collection, top_k, filtered: false, results: top_k })
/** The stand-in's scores: 1, a half, a third. */
const search = (top_k: number) => ({ ...found(top_k), top_score: 1, last_score: 1 / top_k })
const batch = (results: number) => ({
  scope: 'vector_store.search',
  collection,
  batch_size: 1,
  filtered: false,
  results,
})
const fetched = (more: object) => ({ scope: 'vector_store.fetch', collection, ...more })
const written = (batch_size: number, more = {}) => ({ scope: 'vector_store.upsert', collection, batch_size, ...more })
const removed = (batch_size?: number) => ({
  scope: 'vector_store.delete',
  collection,
  ...(batch_size && { batch_size }),
})

library({
  name: 'qdrant',
  module: '@qdrant/js-client-rest',
  packages: ['current', 'previous'],
  server: qdrantServer,
  imports: [['{ QdrantClient }', '@qdrant/js-client-rest']],
  setUp: ({ url }) => `const client = new QdrantClient({ url: '${url}', checkCompatibility: false })`,
  shapes: ['QdrantClient', 'QdrantClient.prototype', 'client', 'client.getCollections()'],
  fails: `client.query('missing', { query: [1], limit: 1 })`,
  many: `client.query('docs', { query: [i], limit: 1 + (i % 3) })`,
  calls: [
    {
      it: 'records what makes, opens, lists and changes what holds the data',
      body: `
        print(await client.createCollection('docs', { vectors: { size: 2, distance: 'Cosine' } }).then(Boolean))
        print(await client.collectionExists('docs').then(Boolean))
        print(await client.getCollections().then(Boolean))
        print(await client.getCollection('docs').then(Boolean))
        print(await client.createPayloadIndex('docs', { field_name: 'private', field_schema: 'keyword' }).then(Boolean))
        print(await client.recreateCollection('docs', { vectors: { size: 2, distance: 'Cosine' } }).then(Boolean))
        print(await client.updateCollectionAliases({ actions: [] }).then(Boolean))
        print(await client.deleteCollection('docs').then(Boolean))`,
      records: [
        ...eachManaged('create_collection collection_exists', { collection }),
        managed('get_collections'),
        ...eachManaged('get_collection create_payload_index recreate_collection', { collection }),
        managed('update_collection_aliases'),
        managed('delete_collection', { collection }),
      ],
    },
    {
      it: 'records an upsert in each form with its points and the numbers in their vectors',
      body: `
        print(await client.upsert('docs', { wait: true, points: [{ id: 1, vector: [1, 2] }, { id: 2, vector: [3, 4] }] }))
        print((await client.upsert('docs', { batch: { ids: [1, 2, 3], vectors: [[1, 2], [3, 4], [5, 6]] } })).status)
        print((await client.upsert('docs', { shard_key: 'eu', points: [{ id: 1, vector: { sparse: { indices: [1], values: [1] }, image: [[1, 2, 3]] } }] })).status)
        print((await client.updateVectors('docs', { points: [{ id: 1, vector: [1, 2] }] })).status)`,
      records: [
        written(2, { dimensions: 2 }),
        written(3, { dimensions: 2 }),
        written(1, { dimensions: 3, namespace: 'eu' }),
        written(1, { dimensions: 2 }),
      ],
    },
    {
      it: 'records a query with what it found',
      body: `
        print(await client.query('docs', { query: [1, 2], limit: 3, params: { hnsw_ef: 64 }, filter: { must: [{ key: 'private', match: { value: 1 } }] } }))
        print((await client.query('docs', { query: { nearest: [[1, 2, 3]] }, limit: 1, filter: null })).points.length)
        print((await client.query('docs', { query: { recommend: { positive: [1, 2] } }, limit: 1, filter: {} })).points.length)
        print((await client.query('docs', { query: { text: 'private', model: 'minilm' }, limit: 1 })).points.length)
        print((await client.query('docs', { query: 'private-id', limit: 1 })).points.length)
        print((await client.query('docs', { prefetch: [{ query: [1, 2], limit: 9 }], query: { fusion: 'rrf' }, limit: 1 })).points.length)`,
      records: [
        { ...search(3), candidates: 64, filtered: true, dimensions: 2 },
        { ...search(1), dimensions: 3 },
        search(1),
        { ...search(1), model: 'minilm', query_len: 7 },
        search(1),
        search(1),
      ],
    },
    {
      it: 'records a query that ranks nothing as one that reads',
      body: `
        print((await client.query('docs', { limit: 2 })).points.length)
        print((await client.query('docs', { query: { order_by: 'date' }, limit: 2 })).points.length)`,
      records: [fetched({ top_k: 2, filtered: false, results: 2 }), fetched({ top_k: 2, filtered: false, results: 2 })],
    },
    {
      it: 'records a batch of queries as one search',
      body: `print((await client.queryBatch('docs', { searches: [{ query: [1], limit: 2 }, { query: [2], limit: 3, filter: { must: [] } }] })).length)`,
      records: [{ scope: 'vector_store.search', collection, batch_size: 2, filtered: true, results: 5 }],
    },
    {
      it: 'records a query in groups',
      body: `print((await client.queryGroups('docs', { query: [1], group_by: 'a', limit: 2 })).groups.length)`,
      records: [{ ...search(2), dimensions: 1 }],
    },
    {
      it: 'records distances between points of a sample',
      body: `
        print((await client.searchMatrixPairs('docs', { sample: 20, limit: 3 })).pairs.length)
        print((await client.searchMatrixOffsets('docs', { sample: 20, limit: 3 })).ids.length)`,
      records: [
        { ...found(3), candidates: 20 },
        { ...found(3), candidates: 20 },
      ],
    },
    {
      it: 'records what reads points by id or in order, and what counts them',
      body: `
        print((await client.retrieve('docs', { ids: [1, 2] })).length)
        print((await client.scroll('docs', { limit: 4 })).points.length)
        print(await client.count('docs', { filter: { must: [{ key: 'private', match: { value: 1 } }] } }))
        print((await client.facet('docs', { key: 'text', limit: 2 })).hits.length)`,
      records: [
        fetched({ batch_size: 2, results: 2 }),
        fetched({ top_k: 4, filtered: false, results: 4 }),
        fetched({ filtered: true }),
        fetched({ top_k: 2, filtered: false, results: 2 }),
      ],
    },
    {
      it: 'records what deletes points, and what writes and deletes their payloads',
      body: `
        print((await client.delete('docs', { points: [1] })).status)
        print((await client.delete('docs', { filter: { must: [] } })).status)
        print((await client.deleteVectors('docs', { points: [1, 2], vector: ['a'] })).status)
        print((await client.setPayload('docs', { payload: { text: 'private' }, points: [1, 2, 3] })).status)
        print((await client.overwritePayload('docs', { payload: { text: 'private' }, points: [1] })).status)
        print((await client.deletePayload('docs', { keys: ['text'], points: [1, 2] })).status)
        print((await client.clearPayload('docs', { points: [1, 2] })).status)`,
      records: [removed(1), removed(), removed(2), written(3), written(1), removed(2), removed(2)],
    },
    {
      it: 'records a batch of updates with the points of all, as what deletes only where nothing is written',
      body: `
        const upsert = { points: [{ id: 1, vector: [1, 2] }, { id: 2, vector: [1, 2] }] }
        print((await client.batchUpdate('docs', { operations: [{ upsert }, { upsert: { batch: { ids: [3], vectors: [[1, 2]] } } }, { delete: { points: [4] } }] })).length)
        print((await client.batchUpdate('docs', { operations: [{ delete: { points: [1] } }, { clear_payload: { points: [2, 3] } }] })).length)
        print((await client.batchUpdate('docs', { operations: [{ delete: { filter: { must: [] } } }] })).length)`,
      records: [written(4), removed(3), removed()],
    },
    {
      it: 'records the number of an error',
      body: `await client.query('missing', { query: [1], limit: 1 }).catch(({ status }) => print(status))`,
      records: [
        {
          scope: 'vector_store.search',
          collection: 'missing',
          top_k: 1,
          filtered: false,
          dimensions: 1,
          error: 'ApiError',
          status: 404,
        },
      ],
    },
    {
      it: 'records the search methods that 1.19 removed',
      when: ({ packages }) => packages === 'previous',
      body: `
        print((await client.search('docs', { vector: [1], limit: 2 })).length)
        print(await client.searchBatch('docs', { searches: [{ vector: [1], limit: 2 }] }))
        print((await client.searchPointGroups('docs', { vector: [1], group_by: 'a', limit: 2 })).groups.length)
        print((await client.recommend('docs', { positive: [1], limit: 3 })).length)
        print((await client.recommendBatch('docs', { searches: [{ positive: [1], limit: 3 }] })).length)
        print((await client.recommend_batch('docs', { searches: [{ positive: [1], limit: 3 }] })).length)
        print((await client.recommendPointGroups('docs', { positive: [1], group_by: 'a', limit: 3 })).groups.length)
        print((await client.discoverPoints('docs', { target: 1, limit: 1 })).length)
        print((await client.discoverBatchPoints('docs', { searches: [{ target: 1, limit: 1 }] })).length)`,
      records: [
        { ...search(2), dimensions: 1 },
        batch(2),
        { ...search(2), dimensions: 1 },
        search(3),
        batch(3),
        batch(3),
        search(3),
        search(1),
        batch(1),
      ],
    },
  ],
})
