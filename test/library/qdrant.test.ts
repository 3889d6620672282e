import { library } from '../support/library.ts'
import { qdrantServer } from '../support/qdrant-server.ts'

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
      it: 'records an upsert',
      body: `print(await client.upsert('docs', { wait: true, points: [{ id: 1, vector: [1, 2] }, { id: 2, vector: [3, 4] }] }))`,
      records: [{ scope: 'vector_store.upsert', collection: 'docs', batch_size: 2 }],
    },
    {
      it: 'records a query with what it found',
      body: `print(await client.query('docs', { query: [1, 2], limit: 3, params: { hnsw_ef: 64 }, filter: { must: [{ key: 'private', match: { value: 1 } }] } }))`,
      records: [
        { scope: 'vector_store.search', collection: 'docs', top_k: 3, candidates: 64, filtered: true, results: 3 },
      ],
    },
    {
      it: 'records a batch of queries as one search',
      body: `print((await client.queryBatch('docs', { searches: [{ query: [1], limit: 2 }, { query: [2], limit: 2 }] })).length)`,
      records: [{ scope: 'vector_store.search', collection: 'docs', batch_size: 2, results: 4 }],
    },
    {
      it: 'records a query in groups',
      body: `print((await client.queryGroups('docs', { query: [1], group_by: 'a', limit: 2 })).groups.length)`,
      records: [{ scope: 'vector_store.search', collection: 'docs', top_k: 2, filtered: false, results: 2 }],
    },
    {
      it: 'records what reads points by id or in order, and what deletes them',
      body: `
        print((await client.retrieve('docs', { ids: [1, 2] })).length)
        print((await client.scroll('docs', { limit: 4 })).points.length)
        print((await client.delete('docs', { points: [1] })).status)
        print((await client.updateVectors('docs', { points: [{ id: 1, vector: [1, 2] }] })).status)
        print((await client.deleteVectors('docs', { points: [1, 2], vector: ['a'] })).status)
        print((await client.batchUpdate('docs', { operations: [{ delete: { points: [1] } }] })).status)`,
      records: [
        { scope: 'vector_store.fetch', collection: 'docs', batch_size: 2, results: 2 },
        { scope: 'vector_store.fetch', collection: 'docs', top_k: 4, filtered: false, results: 4 },
        { scope: 'vector_store.delete', collection: 'docs', batch_size: 1 },
        { scope: 'vector_store.upsert', collection: 'docs', batch_size: 1 },
        { scope: 'vector_store.delete', collection: 'docs', batch_size: 2 },
        { scope: 'vector_store.upsert', collection: 'docs', batch_size: 1 },
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
        print((await client.recommendPointGroups('docs', { positive: [1], group_by: 'a', limit: 3 })).groups.length)
        print((await client.discoverPoints('docs', { target: 1, limit: 1 })).length)
        print((await client.discoverBatchPoints('docs', { searches: [{ target: 1, limit: 1 }] })).length)`,
      records: [2, 'batch 2', 2, 3, 'batch 3', 3, 1, 'batch 1'].map((asked) => ({
        scope: 'vector_store.search',
        collection: 'docs',
        ...(typeof asked === 'string'
          ? { batch_size: 1, results: Number(asked.at(-1)) }
          : { top_k: asked, filtered: false, results: asked }),
      })),
    },
  ],
})
