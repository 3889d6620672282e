import { library } from '../support/library.ts'

const search = { scope: 'vector_store.search', collection: 'docs' }
const near = (top_k: number) => ({
  ...search,
  top_k,
  batch_size: 1,
  candidates: 4,
  filtered: false,
  results: top_k,
  server_ms: 'ms',
})

// The core is native and wants a cluster's bootstrap, so what it answers comes from an object in its place; all else,
// the native core's own refusal of a cluster that nobody reaches included, is the real package.
library({
  name: 'couchbase',
  module: 'couchbase',
  packages: ['heavy'],
  imports: [['{ Cluster, Scope, SearchQuery, SearchRequest, VectorQuery, VectorSearch }', 'couchbase']],
  setUp: () => `
    const timeouts = { connectTimeout: 300, bootstrapTimeout: 300, resolveTimeout: 300 }
    const made = () => new Cluster('couchbase://127.0.0.1:1', { username: 'private', password: 'private', timeouts })
    const [cluster, lost] = [made(), made()]
    await Promise.all([cluster, lost].map((one) => one._connect().catch(() => {})))
    const core = cluster._conn
    const rows = ({ limit = 2 }) => Array.from({ length: limit }, (_, i) => ({ id: 'private ' + i, score: 1 }))
    cluster._conn = {
      getClusterLabels: () => ({}),
      openBucket: (name, callback) => callback(null),
      search: (request, callback) => setImmediate(callback, null, { rows: rows(request), facets: {}, meta: { metrics: { took: 3 } } }),
      query: (request, callback) => setImmediate(callback, null, { rows: ['{"text":"private"}'], meta: {} }),
    }
    const scope = cluster.bucket('private').scope('private')
    const vector = () => VectorQuery.create('private', [0.5, 0.25]).numCandidates(4)
    const request = () => SearchRequest.create(VectorSearch.fromVectorQuery(vector()))
    const near = (limit, of = scope) => of.search('docs', request(), { limit })
    const called = (run) => new Promise((resolve) => run((error, result) => resolve([error?.message, result?.rows.length])))`,
  tearDown: 'cluster._conn = core; await cluster.close(); await lost.close()',
  shapes: [
    'Cluster',
    'Cluster.prototype',
    'Scope',
    'Scope.prototype',
    'Object.keys(cluster)',
    'near(1).then((value) => value)',
  ],
  fails: 'near(1, lost).then((value) => value)',
  many: 'near(1 + (i % 3))',
  calls: [
    {
      it: 'records a search of a scope and one of a cluster, by promise',
      body: `
        const result = near(3)
        print([result.constructor.name, result instanceof Promise, typeof result.on, Object.prototype.toString.call(result)])
        print(await result)
        print((await near(1, cluster)).rows)`,
      records: [near(3), near(1)],
    },
    {
      it: 'records a search with a callback, with options and without',
      body: `
        print(await called((done) => scope.search('docs', request(), { limit: 3 }, done)))
        print(await called((done) => cluster.search('docs', request(), done)))
        print(await called((done) => lost.search('docs', request(), done)))`,
      records: [
        near(3),
        (({ top_k: _, ...rest }) => rest)(near(2)),
        { ...search, batch_size: 1, candidates: 4, filtered: false, error: 'Error' },
      ],
    },
    {
      it: 'records a filter of the vectors, several of them, and words alone',
      body: `
        const filtered = vector().prefilter(SearchQuery.match('private'))
        print((await scope.search('docs', SearchRequest.create(new VectorSearch([filtered, vector()])))).rows.length)
        print((await cluster.searchQuery('docs', SearchQuery.match('private'), { limit: 1 })).rows.length)`,
      records: [
        { ...search, batch_size: 2, candidates: 4, filtered: true, results: 2, server_ms: 'ms' },
        { ...search, top_k: 1, results: 1, server_ms: 'ms' },
      ],
    },
    {
      it: 'records a statement of a scope and one of a cluster',
      body: `
        print((await scope.query('SELECT private FROM docs')).rows)
        print((await cluster.query('SELECT private FROM docs', { parameters: ['private'] })).rows)
        print(await lost.query('SELECT private FROM docs').catch((error) => error.message))`,
      records: [
        { scope: 'database.query', operation: 'select', query_len: 24, results: 1 },
        { scope: 'database.query', operation: 'select', query_len: 24, results: 1 },
        { scope: 'database.query', operation: 'select', query_len: 24, error: 'Error' },
      ],
    },
    {
      it: 'records a search and a statement whose rows are listened for',
      body: `
        const seen = []
        await new Promise((resolve) => near(2).on('row', (row) => seen.push(row.id)).on('end', resolve))
        await new Promise((resolve) => cluster.query('SELECT private FROM docs').on('row', (row) => seen.push(row)).on('end', resolve))
        print(await new Promise((resolve) => near(2, lost).on('error', (error) => resolve(error.message))))
        print(seen)`,
      records: [
        (({ server_ms: _, ...rest }) => rest)(near(2)),
        { scope: 'database.query', operation: 'select', query_len: 24, results: 1 },
        { ...search, top_k: 2, batch_size: 1, candidates: 4, filtered: false, error: 'Error' },
      ],
    },
  ],
})
