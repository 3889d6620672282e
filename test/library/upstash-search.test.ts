import { library } from '../support/library.ts'
import { eachManaged } from '../support/managed.ts'
import { scored } from '../support/scores.ts'
import { upstashServer } from '../support/upstash-server.ts'

const collection = 'docs'
const search = { scope: 'vector_store.search', collection }

library({
  name: 'upstash-search',
  module: '@upstash/search',
  packages: ['current'],
  server: upstashServer,
  imports: [['{ Search }', '@upstash/search']],
  setUp: ({ url }) => `
    const client = new Search({ url: '${url}', token: 'private-token' })
    const docs = client.index('docs')`,
  shapes: [
    'Search',
    'Search.prototype',
    'client',
    'docs',
    'Object.getPrototypeOf(client.client)',
    "docs.search({ query: 'private' })",
  ],
  fails: `client.index('missing').search({ query: 'private' })`,
  many: "docs.search({ query: 'private', limit: 1 + (i % 3) })",
  calls: [
    {
      it: 'records what makes, opens, lists and changes what holds the data',
      body: `
        print(await client.info().then(Boolean))
        print(await client.listIndexes().then(Boolean))`,
      records: eachManaged('info list_indexes'),
    },
    {
      it: 'records a search, and a write',
      body: `
        print(await docs.search({ query: 'private', limit: 3, filter: { AND: [{ a: { equals: 'private' } }] }, reranking: true }))
        print((await docs.search({ query: 'private' })).length)
        print(await docs.upsert({ id: 'private', content: { text: 'private' } }))
        print(await docs.upsert([{ id: 'private-1', content: {} }, { id: 'private-2', content: {} }]))`,
      records: [
        { ...search, top_k: 3, filtered: true, query_len: 7, ...scored(3, 'similarity') },
        { ...search, top_k: 5, filtered: false, query_len: 7, ...scored(5, 'similarity') },
        { scope: 'vector_store.upsert', collection, batch_size: 1 },
        { scope: 'vector_store.upsert', collection, batch_size: 2 },
      ],
    },
    {
      it: 'records what reads documents and what deletes them, each once',
      body: `
        print(await docs.fetch(['private-1', 'private-2', 'private-3']))
        print((await docs.range({ cursor: '0', limit: 4 })).documents.length)
        print(await docs.delete(['private-1', 'private-2']))
        print(await docs.reset())
        print(await docs.deleteIndex())`,
      records: [
        { scope: 'vector_store.fetch', collection, batch_size: 3, results: 2 },
        { scope: 'vector_store.fetch', collection, top_k: 4, results: 4 },
        { scope: 'vector_store.delete', collection, batch_size: 2, results: 2 },
        { scope: 'vector_store.delete', collection },
        { scope: 'vector_store.delete', collection },
      ],
    },
  ],
})
