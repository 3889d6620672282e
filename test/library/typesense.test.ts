import { library } from '../support/library.ts'
import { eachManaged, managed } from '../support/managed.ts'
import { scored } from '../support/scores.ts'
import { typesenseServer } from '../support/typesense-server.ts'

const vector = `{ q: '*', vector_query: 'v:([0.1, 0.2], k: 3, ef: 40)', per_page: 1 }`
const search = { scope: 'vector_store.search', collection: 'docs' }
/** The stand-in's distance. */
const near = { top_score: 0.5, last_score: 0.5, score_kind: 'distance' }
const found = { top_k: 1, candidates: 40, dimensions: 2, filtered: false, results: 1, server_ms: 'ms', ...near }
const batch = { batch_size: 2, filtered: false, server_ms: 'ms' }
const query = { scope: 'database.query', collection: 'docs' }
const write = { scope: 'vector_store.upsert', collection: 'docs' }

library({
  name: 'typesense',
  module: 'typesense',
  packages: ['current', 'previous'],
  server: typesenseServer,
  imports: [
    ['{ Client, SearchClient }', 'typesense'],
    ['{ Readable, Writable }', 'node:stream'],
  ],
  setUp: ({ url }) => `
    const options = { nodes: [{ url: '${url}' }], apiKey: 'private-key', numRetries: 0, logLevel: 'silent' }
    const client = new Client(options)
    const docs = client.collections('docs').documents()`,
  shapes: [
    'Client',
    'docs',
    'Object.getPrototypeOf(docs)',
    'Object.getPrototypeOf(Object.getPrototypeOf(docs))',
    'Object.getPrototypeOf(client.multiSearch)',
    `(globalThis.kept = docs.search(${vector}))`,
    'await globalThis.kept',
  ],
  fails: `client.collections('missing').documents().search(${vector})`,
  many: `docs.search({ q: '*', vector_query: 'v:([0.' + i + '], k:' + (1 + (i % 3)) + ')' })`,
  calls: [
    {
      it: 'records what makes, opens, lists and changes what holds the data',
      body: `
        print(await client.collections().create({ name: 'docs', fields: [] }))
        print(await client.collections().retrieve())
        print(await client.collections('docs').retrieve())
        print(await client.collections('docs').exists())
        print(await client.collections('docs').update({ fields: [] }))
        print(await client.collections('docs').delete())
        print(await client.aliases().upsert('private', { collection_name: 'docs' }))`,
      records: [
        managed('collections_create', { collection: 'docs' }),
        managed('collections_retrieve'),
        ...eachManaged('collection_retrieve collection_exists collection_update collection_delete aliases_upsert', {
          collection: 'docs',
        }),
      ],
    },
    {
      it: 'records a search by vector, and one for words as a command',
      body: `
        print(await docs.search(${vector}))
        print(await docs.search({ q: 'private', query_by: 'text', vector_query: 'v:([])', filter_by: 'a:private', per_page: 3 }))
        print(await docs.search({ q: 'private', query_by: 'text' }))
        print(await new SearchClient(options).collections('docs').documents().search(${vector}))`,
      records: [
        { ...search, ...found },
        { ...search, top_k: 3, filtered: true, ...scored(3, 'similarity'), server_ms: 'ms' },
        { ...query, operation: 'search', filtered: false, results: 2, server_ms: 'ms' },
        { ...search, ...found },
      ],
    },
    {
      it: 'records a batch of searches as one',
      body: `
        const words = { collection: 'docs', q: 'private', query_by: 'text' }
        print(await client.multiSearch.perform({ searches: [words, { collection: 'docs', ...${vector} }] }))
        print(await client.multiSearch.perform({ searches: [words, { ...words, collection: 'more', filter_by: 'a:private' }] }, { query_by: 'text' }))
        print(await client.multiSearch.perform({ union: true, searches: [{}, {}] }, { collection: 'docs', ...${vector} }))`,
      records: [
        { ...search, ...batch, dimensions: 2, results: 3 },
        { scope: 'database.query', operation: 'multi_search', ...batch, filtered: true, results: 4 },
        { ...search, ...batch, dimensions: 2, results: 2 },
      ],
    },
    {
      it: 'records the searches of a batch that failed, and as failed a batch that failed whole',
      body: `
        const missing = { collection: 'missing', ...${vector} }
        print((await client.multiSearch.perform({ searches: [missing, { ...missing, collection: 'docs' }] })).results.length)
        print((await client.multiSearch.perform({ searches: [missing, missing] })).results.length)`,
      records: [
        { scope: 'vector_store.search', ...batch, dimensions: 2, results: 1, failed_items: 1 },
        {
          ...{ scope: 'vector_store.search', collection: 'missing', batch_size: 2, dimensions: 2, filtered: false },
          ...{ results: 0, failed_items: 2, error: 'Error', status: 404 },
        },
      ],
    },
    {
      it: "records what comes from the client's cache, without the time of the server",
      body: `
        const cached = { cacheSearchResultsForSeconds: 60 }
        print((await docs.search(${vector}, cached)).hits.length)
        print((await docs.search(${vector}, cached)).hits.length)
        docs.clearCache()
        print((await docs.search(${vector}, cached)).hits.length)`,
      records: [
        { ...search, ...found },
        { ...search, top_k: 1, candidates: 40, dimensions: 2, filtered: false, results: 1, ...near, cache_hit: true },
        { ...search, ...found },
      ],
    },
    {
      it: 'records writes',
      body: `
        const row = { id: 'private', v: [1, 2] }
        print(await docs.create(row))
        print(await docs.upsert(row))
        print(await docs.update(row))
        print(await docs.update({ a: 'private' }, { filter_by: 'a:private' }))
        print(await client.collections('docs').documents('private').update({ a: 'private' }))`,
      records: [
        { ...write, batch_size: 1 },
        { ...write, batch_size: 1 },
        { ...write, batch_size: 1 },
        { ...write, results: 3 },
        { ...write, batch_size: 1 },
      ],
    },
    {
      it: 'records a write that makes what is missing',
      when: ({ packages }) => packages === 'current',
      body: `print(await docs.emplace({ id: 'private', v: [1, 2] }))`,
      records: [{ ...write, batch_size: 1 }],
    },
    {
      it: 'records imports',
      body: `
        const rows = [{ id: 'private-1' }, { id: 'private-2' }, { a: 'private' }]
        print(await docs.import(rows, { throwOnFail: false }))
        print((await docs.import([rows[2]], { throwOnFail: false })).length)
        print(await docs.import(rows).catch(({ name }) => name))
        print(await docs.createMany(rows.slice(0, 2)))
        print(await docs.import(rows.map((row) => JSON.stringify(row)).join('\\n')))
        print(await docs.import(JSON.stringify(rows[2]) + '\\n' + JSON.stringify(rows[2])))
        print(await docs.importStream(Readable.from([JSON.stringify(rows[0])])))`,
      records: [
        { ...write, batch_size: 3, results: 2, failed_items: 1 },
        { ...write, batch_size: 1, results: 0, failed_items: 1, error: 'Error', status: 400 },
        { ...write, batch_size: 3, error: 'ImportError' },
        { ...write, batch_size: 2, results: 2 },
        { ...write, batch_size: 3, results: 2, failed_items: 1 },
        { ...write, batch_size: 2, results: 0, failed_items: 2, error: 'Error', status: 400 },
        { ...write, results: 1 },
      ],
    },
    {
      it: 'records what deletes documents and what reads them',
      body: `
        print(await docs.delete({ filter_by: 'a:private' }))
        print(await client.collections('docs').documents('private').delete())
        print(await client.collections('docs').documents('private').retrieve())
        print(await docs.export())
        let text = ''
        for await (const part of await docs.exportStream()) text += part
        print(text)`,
      records: [
        { scope: 'vector_store.delete', collection: 'docs', results: 4 },
        { scope: 'vector_store.delete', collection: 'docs', batch_size: 1 },
        { scope: 'vector_store.fetch', collection: 'docs', batch_size: 1 },
        { scope: 'vector_store.fetch', collection: 'docs' },
        { scope: 'vector_store.fetch', collection: 'docs' },
      ],
    },
  ],
})
