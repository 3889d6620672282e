import { library } from '../support/library.ts'
import { eachManaged, managed } from '../support/managed.ts'
import { turbopufferServer } from '../support/turbopuffer-server.ts'

const common = { collection: 'docs', attempts: 1, server_ms: 'ms' }
const asked = { ...common, filtered: false, cache_hit: true, queue_ms: 'ms' }
/** As the stand-in counts them. */
const found = (results: number, queries = 1) => ({ results, billed_units: 256 * queries + 64 * results })
/** The stand-in's distances, 0, a tenth, two tenths, which it gives to all rows. */
const near = (results: number, score_kind?: 'similarity' | 'distance') => ({
  ...found(results),
  top_score: 0,
  last_score: (results - 1) / 10,
  ...(score_kind && { score_kind }),
})
const wrote = (results: number) => ({ results, billed_units: 128 * results })
const search = { scope: 'vector_store.search', ...asked }
const fetched = { scope: 'vector_store.fetch', ...asked }
const upsert = { scope: 'vector_store.upsert', ...common }
const deleted = { scope: 'vector_store.delete', ...common }

library({
  name: 'turbopuffer',
  module: '@turbopuffer/turbopuffer',
  packages: ['current', 'previous'],
  server: turbopufferServer,
  imports: [['{ Turbopuffer }', '@turbopuffer/turbopuffer']],
  setUp: ({ url }) => `
    const client = new Turbopuffer({ baseURL: '${url}', apiKey: 'private', maxRetries: 0 })
    const docs = client.namespace('docs')
    const near = { rank_by: ['vector', 'ANN', [1, 2]] }
    // What the agent puts on a promise is not enumerable.
    const seen = (value) => Object.fromEntries([...Object.keys(value), value.constructor.name].map((key) => [key, true]))
    const told = (written) => [written.status, written.message, written.rows_affected]`,
  shapes: [
    'Turbopuffer',
    'Turbopuffer.prototype',
    'Turbopuffer.Namespace.prototype',
    'docs',
    'seen(docs.query(near))',
    'seen(docs.write({ deletes: [1] }))',
  ],
  fails: `client.namespace('missing').query({ rank_by: ['vector', 'ANN', [1]], top_k: 1 })`,
  many: `docs.query({ ...near, top_k: 1 + (i % 3) })`,
  calls: [
    {
      it: 'records what makes, opens, lists and changes what holds the data',
      body: `
        print(await docs.schema().then(Boolean))
        print(await docs.exists())
        print(await docs.updateSchema({ schema: {} }).then(Boolean))
        print(await docs.hintCacheWarm().then(Boolean))
        print(await client.namespaces().then(({ namespaces }) => namespaces.length))`,
      records: [
        ...eachManaged('schema schema update_schema hint_cache_warm', {
          collection: 'docs',
          attempts: 1,
          server_ms: 'ms',
        }),
        managed('namespaces'),
      ],
    },
    {
      it: 'records a search by vector, text or both',
      body: `
        print((await docs.query({ ...near, top_k: 3, filters: ['text', 'Eq', 'private'] })).rows)
        print((await docs.query({ rank_by: ['text', 'BM25', 'private'], limit: 2 })).rows)
        print((await docs.query({ rank_by: ['Sum', [['text', 'BM25', 'private']]], limit: { total: 4 } })).rows.length)`,
      records: [
        { ...search, top_k: 3, dimensions: 2, filtered: true, ...near(3, 'distance') },
        { ...search, top_k: 2, ...near(2, 'similarity') },
        { ...search, top_k: 4, ...near(4) },
      ],
    },
    {
      it: 'records a query that ranks nothing as a fetch',
      body: `
        print((await docs.query({ rank_by: ['id', 'asc'], top_k: 2 })).rows.length)
        print((await docs.query({ rank_by: [['text', 'desc'], ['id', 'asc']], top_k: 2 })).rows.length)
        print((await docs.query({ aggregate_by: { private: ['Count'] } })).rows.length)`,
      records: [
        { ...fetched, top_k: 2, ...found(2) },
        { ...fetched, top_k: 2, ...found(2) },
        { ...fetched, ...found(1) },
      ],
    },
    {
      it: 'records several queries as one search of all their rows, of the namespace that they name',
      body: `
        const several = (namespace, ...queries) => docs.multiQuery({ namespace, queries })
        const first = { rank_by: ['id', 'asc'], limit: 4 }
        const filtered = { rank_by: ['text', 'BM25', 'private'], limit: { total: 5 }, filters: ['text', 'Eq', 'private'] }
        print((await several('others', { ...near, top_k: 2 }, { ...near, top_k: 3 })).results.map(({ rows }) => rows.length))
        print((await several('others', first, filtered)).results.map(({ rows }) => rows.length))
        print((await several('others', first, first)).results.map(({ rows }) => rows.length))`,
      records: [
        { ...search, collection: 'others', batch_size: 2, top_k: 5, ...found(5, 2) },
        { ...search, collection: 'others', batch_size: 2, top_k: 9, filtered: true, ...found(9, 2) },
        { ...fetched, collection: 'others', batch_size: 2, top_k: 8, ...found(8, 2) },
      ],
    },
    {
      it: 'records whether a query was answered from the cache, and how long it waited within the service',
      body: `print((await client.namespace('cold').query({ ...near, top_k: 1 })).performance.cache_temperature)`,
      records: [{ ...search, collection: 'cold', top_k: 1, dimensions: 2, cache_hit: false, ...near(1, 'distance') }],
    },
    {
      it: 'records what writes rows or columns, and what only deletes',
      body: `
        print(told(await docs.write({ upsert_rows: [{ id: 1, vector: [1, 2], text: 'private' }, { id: 2, vector: [3, 4] }], distance_metric: 'cosine_distance' })))
        print(told(await docs.write({ upsert_columns: { id: [1, 2, 3], vector: [[1], [2], [3]], text: ['private', '', ''] }, deletes: [9] })))
        print(told(await docs.write({ patch_rows: [{ id: 1, text: 'private' }] })))
        print(told(await docs.write({ deletes: [1, 2] })))
        print(told(await docs.write({ delete_by_filter: ['text', 'Eq', 'private'] })))
        print(await docs.deleteAll())`,
      records: [
        { ...upsert, batch_size: 2, dimensions: 2, ...wrote(2) },
        { ...upsert, batch_size: 4, dimensions: 1, ...wrote(4) },
        { ...upsert, batch_size: 1, ...wrote(1) },
        { ...deleted, batch_size: 2, ...wrote(2) },
        { ...deleted, results: 0, billed_units: 256 },
        { scope: 'vector_store.delete', collection: 'docs', attempts: 1 },
      ],
    },
    {
      it: 'records copies of a namespace',
      when: ({ packages }) => packages === 'current',
      body: `
        print(told(await docs.copyFrom({ source_namespace: 'private' })))
        print(told(await docs.branchFrom({ source_namespace: 'private' })))`,
      records: [
        { ...upsert, ...wrote(0) },
        { ...upsert, ...wrote(0) },
      ],
    },
    {
      it: 'hands out the response as well, and reads its body once',
      body: `
        const { data, response } = await docs.query({ ...near, top_k: 1 }).withResponse()
        print([data.rows, response.status, response.bodyUsed])
        const raw = await docs.query({ ...near, top_k: 1 }).asResponse()
        print([raw.bodyUsed, (await raw.json()).rows])`,
      records: [
        { ...search, top_k: 1, dimensions: 2, ...near(1, 'distance') },
        { scope: 'vector_store.search', collection: 'docs', attempts: 1, filtered: false, top_k: 1, dimensions: 2 },
      ],
    },
    {
      it: 'counts the requests of a call that the client tries again',
      body: `
        const options = { maxRetries: 2, headers: { 'x-run': String(process.pid) } }
        print((await client.namespace('retry').query({ ...near, top_k: 1 }, options)).rows)`,
      records: [{ ...search, collection: 'retry', top_k: 1, dimensions: 2, ...near(1, 'distance'), attempts: 2 }],
    },
  ],
})
