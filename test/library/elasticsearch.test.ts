import { library } from '../support/library.ts'
import { searchServer } from '../support/search-server.ts'

const knn = `{ field: 'v', query_vector: [1, 2], k: 3, num_candidates: 50 }`
const search = { scope: 'vector_store.search', collection: 'docs', server_ms: 'ms' }
const query = { scope: 'database.query', collection: 'docs', server_ms: 'ms', operation: 'search' }
const shown = '({ took, hits }) => [took, hits.hits.map(({ _source }) => _source)]'

library({
  name: 'elasticsearch',
  module: '@elastic/elasticsearch',
  packages: ['current', 'previous'],
  server: searchServer,
  imports: [['{ Client }', '@elastic/elasticsearch']],
  setUp: ({ url }) => `
    const client = new Client({ node: '${url}', maxRetries: 3 })
    const seen = ${shown}`,
  tearDown: 'await client.close()',
  shapes: [
    'Client',
    'Client.prototype',
    'Object.getPrototypeOf(Client.prototype)',
    'client',
    `(globalThis.kept = client.search({ index: 'docs', knn: ${knn} }))`,
    '(await globalThis.kept).hits',
  ],
  fails: `client.search({ index: 'missing', knn: ${knn} })`,
  many: `client.search({ index: 'docs', knn: { ...${knn}, k: 1 + (i % 3) } })`,
  calls: [
    {
      it: 'records a search by vector, with a filter or without, flat or in a body',
      body: `
        print(seen(await client.search({ index: 'docs', knn: ${knn}, size: 2 })))
        print(seen(await client.search({ index: ['docs', 'more'], knn: [{ ...${knn}, filter: { term: { a: 'private' } } }] })))
        print(seen(await client.search({ index: 'docs', body: { knn: ${knn} } })))`,
      records: [
        { ...search, top_k: 3, results: 2, candidates: 50, filtered: false },
        { ...search, collection: 'docs,more', top_k: 3, results: 2, candidates: 50, filtered: true },
        { ...search, top_k: 3, results: 3, candidates: 50, filtered: false },
      ],
    },
    {
      it: 'records vectors wherever a query or a retriever has them',
      body: `
        const of = async (body) => print(seen(await client.search({ index: 'docs', size: 1, ...body })))
        const words = { match: { text: 'private' } }
        await of({ query: { knn: ${knn} } })
        await of({ query: { bool: { must: [words, { nested: { path: 'p', query: { knn: ${knn} } } }], filter: [words] } } })
        await of({ query: { sparse_vector: { field: 'v', inference_id: 'i', query: 'private' } } })
        await of({ query: { semantic: { field: 'v', query: 'private' } } })
        await of({ query: { script_score: { query: words, script: { source: "cosineSimilarity(params.v, 'v') + 1.0", params: { v: [1] } } } } })
        await of({ query: { function_score: { query: words, functions: [{ script_score: { script: { id: 'stored', params: { v: [1, 2] } } } }] } } })
        await of({ retriever: { rrf: { retrievers: [{ standard: { query: words } }, { knn: ${knn} }] } } })
        await of({ retriever: { linear: { retrievers: [{ retriever: { knn: ${knn} }, weight: 2 }], filter: words } } })`,
      records: [
        { ...search, top_k: 3, results: 1, candidates: 50, filtered: false },
        { ...search, top_k: 3, results: 1, candidates: 50, filtered: true },
        { ...search, top_k: 1, results: 1, filtered: false },
        { ...search, top_k: 1, results: 1, filtered: false },
        { ...search, top_k: 1, results: 1, filtered: true },
        { ...search, top_k: 1, results: 1, filtered: false },
        { ...search, top_k: 3, results: 1, candidates: 50, filtered: false },
        { ...search, top_k: 3, results: 1, candidates: 50, filtered: true },
      ],
    },
    {
      it: 'records a search for words as a command, also one whose fields are named like vectors',
      body: `
        print(seen(await client.search({ index: 'docs', query: { match: { text: 'private' } }, size: 1 })))
        print(seen(await client.search({ index: 'docs', query: { term: { knn: 'private' } } })))
        print(seen(await client.search({ index: 'docs', query: { script_score: { query: { match_all: {} }, script: { source: '_score * 2' } } } })))
        print(seen(await client.search({ index: 'docs', retriever: { standard: { query: { term: { semantic: 'private' } } } } })))
        print(seen(await client.search()))`,
      records: [
        { ...query, top_k: 1, results: 1 },
        { ...query, results: 2 },
        { ...query, results: 2 },
        { ...query, results: 2 },
        { scope: 'database.query', server_ms: 'ms', operation: 'search', results: 2 },
      ],
    },
    {
      it: 'records a batch of searches as one',
      body: `
        const by = (body) => client.msearch({ index: 'docs', searches: [{}, { query: { match_all: {} } }, {}, body] })
        print((await by({ knn: ${knn} })).responses.map(seen))
        print((await by({ query: { term: { a: 'private' } } })).responses.map(seen))`,
      records: [
        { ...search, batch_size: 2, results: 5 },
        { ...query, operation: 'msearch', batch_size: 2, results: 4 },
      ],
    },
    {
      it: 'records a kNN search of its own endpoint',
      body: `print(seen(await client.knnSearch({ index: 'docs', knn: ${knn}, filter: { term: { a: 'private' } } })))`,
      records: [{ ...search, top_k: 3, results: 3, candidates: 50, filtered: true }],
    },
    {
      it: 'records writes, with the documents of a bulk',
      body: `
        print(await client.bulk({ index: 'docs', operations: [{ index: { _id: 'private' } }, { v: [1] }, { delete: { _id: 'private' } }] }))
        print(await client.index({ index: 'docs', document: { v: [1], text: 'private' } }))
        print(await client.create({ index: 'docs', id: 'private', document: { v: [1] } }))
        print(await client.update({ index: 'docs', id: 'private', doc: { v: [1] } }))
        print(await client.updateByQuery({ index: 'docs', query: { match_all: {} } }))`,
      records: [
        { scope: 'vector_store.upsert', collection: 'docs', batch_size: 2, server_ms: 'ms' },
        { scope: 'vector_store.upsert', collection: 'docs', batch_size: 1 },
        { scope: 'vector_store.upsert', collection: 'docs', batch_size: 1 },
        { scope: 'vector_store.upsert', collection: 'docs', batch_size: 1 },
        { scope: 'vector_store.upsert', collection: 'docs', results: 3, server_ms: 'ms' },
      ],
    },
    {
      it: 'records what deletes documents and what reads them by id',
      body: `
        print(await client.delete({ index: 'docs', id: 'private' }))
        print(await client.deleteByQuery({ index: 'docs', query: { term: { a: 'private' } } }))
        print(await client.get({ index: 'docs', id: 'private' }))
        print(await client.mget({ index: 'docs', ids: ['private-1', 'private-2'] }))
        print(await client.mget({ index: 'docs', docs: [{ _id: 'private' }] }))`,
      records: [
        { scope: 'vector_store.delete', collection: 'docs', batch_size: 1 },
        { scope: 'vector_store.delete', collection: 'docs', results: 4, server_ms: 'ms' },
        { scope: 'vector_store.fetch', collection: 'docs', batch_size: 1 },
        { scope: 'vector_store.fetch', collection: 'docs', batch_size: 2, results: 1 },
        { scope: 'vector_store.fetch', collection: 'docs', batch_size: 1, results: 0 },
      ],
    },
    {
      it: 'reads a reply with its status and headers, which tells of the attempts',
      body: `
        const { body, statusCode } = await client.search({ index: 'docs', knn: ${knn} }, { meta: true })
        print([seen(body), statusCode])
        const { meta } = await client.search({ index: 'flaky', knn: ${knn} }, { meta: true, headers: { 'x-application': String(process.pid) } })
        print(meta.attempts)`,
      records: [
        { ...search, top_k: 3, results: 3, candidates: 50, filtered: false, attempts: 1 },
        { ...search, collection: 'flaky', top_k: 3, results: 3, candidates: 50, filtered: false, attempts: 2 },
      ],
    },
    {
      it: 'records a child client, and helpers by what they send',
      body: `
        print(seen(await client.child({ headers: { 'x-own': 'private' } }).search({ index: 'docs', knn: ${knn} })))
        print(await client.helpers.search({ index: 'docs', knn: ${knn} }))
        for await (const { documents } of client.helpers.scrollSearch({ index: 'docs', size: 1, query: { match_all: {} } })) print(documents)
        const { total, failed } = await client.helpers.bulk({ datasource: [{ a: 'private' }, { a: 'private' }], onDocument: () => ({ index: { _index: 'docs' } }) })
        print([total, failed])`,
      records: [
        { ...search, top_k: 3, results: 3, candidates: 50, filtered: false },
        { ...search, top_k: 3, results: 3, candidates: 50, filtered: false, attempts: 1 },
        { ...query, top_k: 1, results: 1, attempts: 1 },
        { scope: 'vector_store.fetch', results: 0, attempts: 1, server_ms: 'ms' },
        { scope: 'vector_store.upsert', batch_size: 2, attempts: 1, server_ms: 'ms' },
      ],
    },
  ],
})
