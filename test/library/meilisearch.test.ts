import { library } from '../support/library.ts'
import { eachManaged, managed } from '../support/managed.ts'
import { meilisearchServer } from '../support/meilisearch-server.ts'
import { scored } from '../support/scores.ts'

const search = { scope: 'vector_store.search', collection: 'docs', server_ms: 'ms' }
const query = { scope: 'database.query', collection: 'docs', server_ms: 'ms', operation: 'search' }
const write = { scope: 'vector_store.upsert', collection: 'docs' }
const read = { scope: 'vector_store.fetch', collection: 'docs' }
const deletion = { scope: 'vector_store.delete', collection: 'docs' }
const batch = { batch_size: 2, server_ms: 'ms' }
const hybrid = `hybrid: { embedder: 'private', semanticRatio: 0.9 }`

library({
  name: 'meilisearch',
  module: 'meilisearch',
  packages: ['current', 'previous'],
  server: meilisearchServer,
  imports: [['{ Meilisearch, Index }', 'meilisearch']],
  setUp: ({ url }) => `
    const client = new Meilisearch({ host: '${url}', apiKey: 'private-key' })
    const docs = client.index('docs')`,
  shapes: [
    'Meilisearch',
    'Index',
    'Index.prototype',
    'docs',
    'docs.httpRequest',
    'Object.getPrototypeOf(docs.httpRequest)',
    `(globalThis.kept = docs.search('private', { ${hybrid} }))`,
    'await globalThis.kept',
    `(globalThis.kept = docs.addDocuments([]))`,
    'await globalThis.kept',
  ],
  fails: `client.index('missing').search('private', { ${hybrid} })`,
  many: `docs.search('private', { vector: [i], ${hybrid}, limit: 1 + (i % 3) })`,
  calls: [
    {
      it: 'records what makes, opens, lists and changes what holds the data',
      body: `
        print(await client.createIndex('docs').then(({ taskUid }) => taskUid))
        print(await client.getIndexes().then(({ results }) => results.length))
        print(await client.getIndex('docs').then(({ uid }) => uid))
        print(await docs.getSettings().then(Boolean))
        print(await docs.updateSettings({ filterableAttributes: ['private'] }).then(({ taskUid }) => taskUid))
        print(await docs.getStats().then(Boolean))
        print(await client.deleteIndex('docs').then(({ taskUid }) => taskUid))`,
      records: [
        managed('create_index', { collection: 'docs' }),
        managed('list_indexes'),
        ...eachManaged('get_index get_settings update_settings get_stats delete_index', { collection: 'docs' }),
      ],
    },
    {
      it: 'records a search by vector',
      body: `
        print(await docs.search('private', { ${hybrid}, limit: 3, filter: 'a = private', showRankingScore: true }))
        print(await docs.search(null, { vector: [1, 2], ${hybrid} }))
        print(await docs.searchGet('private', { hybridEmbedder: 'private', vector: [1, 2], limit: 1, showRankingScore: true }))
        print(await docs.searchSimilarDocuments({ id: 'private', embedder: 'private', limit: 4, showRankingScore: true }))`,
      records: [
        { ...search, top_k: 3, query_len: 7, filtered: true, ...scored(3, 'similarity') },
        { ...search, dimensions: 2, filtered: false, results: 2 },
        { ...search, dimensions: 2, top_k: 1, query_len: 7, filtered: false, ...scored(1, 'similarity') },
        { ...search, top_k: 4, filtered: false, ...scored(4, 'similarity') },
      ],
    },
    {
      it: 'records a search for words as a command',
      body: `
        print(await docs.search('private', { limit: 1 }))
        print(await docs.searchGet('private', { filter: 'a = private' }))
        print(await docs.searchForFacetValues({ facetName: 'a', facetQuery: 'private' }))`,
      records: [
        { ...query, top_k: 1, query_len: 7, filtered: false, results: 1 },
        { ...query, query_len: 7, filtered: true, results: 2 },
        { ...query, operation: 'facet_search', filtered: false, results: 1 },
      ],
    },
    {
      it: 'records a batch of searches as one',
      body: `
        const words = { indexUid: 'docs', q: 'private' }
        print(await client.multiSearch({ queries: [words, { ...words, ${hybrid} }] }))
        print(await client.multiSearch({ queries: [words, words] }))
        print(await client.multiSearch({ federation: { limit: 3 }, queries: [words, { ...words, vector: [1, 2], ${hybrid}, filter: 'a = private' }] }))`,
      records: [
        { scope: 'vector_store.search', ...batch, filtered: false, results: 4 },
        { scope: 'database.query', ...batch, filtered: false, results: 4, operation: 'multi_search' },
        { scope: 'vector_store.search', ...batch, top_k: 3, dimensions: 2, filtered: true, results: 3 },
      ],
    },
    {
      it: 'records an answer that is streamed, whose pieces are those of the network',
      body: `
        let text = ''
        const messages = [{ role: 'user', content: 'private' }]
        const stream = await client.chat('own').streamCompletion({ model: 'gpt-5', messages, stream: true })
        for await (const bytes of stream) text += Buffer.from(bytes)
        print(text)`,
      records: [
        {
          ...{ scope: 'llm.generate', model: 'gpt-5', stream: true, chunks: 1 },
          ...{ time_to_first_chunk_ms: 'ms', time_to_first_token_ms: 'ms' },
        },
      ],
    },
    {
      it: 'records writes, whose tasks can be waited for',
      body: `
        const rows = [{ id: 'private-1', _vectors: { e: [1] } }, { id: 'private-2' }, { id: 'private-3' }]
        print(await docs.addDocuments(rows))
        print((await docs.addDocuments(rows).waitTask()).status)
        print(await docs.updateDocuments(rows))
        print((await Promise.all(docs.addDocumentsInBatches([...rows, rows[0]], 2))).length)
        print((await docs.addDocumentsFromString('{"id":"private"}', 'application/x-ndjson')).status)
        print((await docs.updateDocumentsByFunction({ function: 'doc.a = 1', filter: 'a = private' })).status)`,
      records: [
        { ...write, batch_size: 3 },
        { ...write, batch_size: 3 },
        { ...write, batch_size: 3 },
        { ...write, batch_size: 2 },
        { ...write, batch_size: 2 },
        write,
        write,
      ],
    },
    {
      it: 'hands on a write that fails to who waits for its task, and to nobody else',
      body: `
        let unhandled = 0
        const count = () => unhandled++
        process.on('unhandledRejection', count)
        print(await client.index('missing').addDocuments([{ id: 'private' }]).waitTask().catch(({ name }) => name))
        await new Promise((resolve) => setImmediate(resolve))
        process.off('unhandledRejection', count)
        print(unhandled)`,
      records: [{ scope: 'vector_store.upsert', collection: 'missing', batch_size: 1, error: 'MeilisearchApiError' }],
    },
    {
      it: 'records what reads documents and what deletes them, and nothing else of an index',
      body: `
        print(await docs.getDocument('private'))
        print((await docs.getDocuments({ limit: 3 })).results.length)
        print((await docs.getDocuments({ filter: 'a = private' })).results.length)
        print((await client.httpRequest.post({ path: 'indexes/docs/documents/fetch', body: { ids: ['private-1', 'private-2'] } })).results.length)
        print(await docs.deleteDocument('private'))
        print(await docs.deleteDocuments(['private-1', 'private-2']))
        print(await docs.deleteDocuments({ filter: 'a = private' }))
        print(await docs.deleteAllDocuments())
        print(typeof (await client.httpRequest.get({ path: 'version' })))`,
      records: [
        { ...read, batch_size: 1 },
        { ...read, top_k: 3, filtered: false, results: 3 },
        { ...read, filtered: true, results: 2 },
        { ...read, batch_size: 2, filtered: false, results: 2 },
        { ...deletion, batch_size: 1 },
        { ...deletion, batch_size: 2 },
        deletion,
        deletion,
      ],
    },
  ],
})
