import { library } from '../support/library.ts'
import { eachManaged } from '../support/managed.ts'
import { scored } from '../support/scores.ts'
import { searchServer } from '../support/search-server.ts'

const knn = `{ field: 'v', query_vector: [1, 2], k: 3, num_candidates: 50 }`
const search = { scope: 'vector_store.search', collection: 'docs', server_ms: 'ms' }
const query = { scope: 'database.query', collection: 'docs', server_ms: 'ms', operation: 'search' }
const command = (operation: string) => ({ scope: 'database.query', collection: 'docs', operation })
const esql = { scope: 'vector_store.search', collection: 'docs', server_ms: 'ms' }
const shown = '({ took, hits }) => [took, hits.hits.map(({ _source }) => _source)]'

const scroll = { scope: 'database.query', operation: 'scroll', top_k: 1 }
const long = { collection: 'long', results: 3, chunks: 2, time_to_first_chunk_ms: 'ms' }

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
      it: 'records what makes, opens, lists and changes what holds the data',
      body: `
        print(await client.indices.exists({ index: 'docs' }))
        print(await client.indices.create({ index: 'docs', mappings: {} }).then(Boolean))
        print(await client.indices.getMapping({ index: 'docs' }).then(Boolean))
        print(await client.indices.refresh({ index: 'docs' }).then(Boolean))`,
      records: eachManaged('indices.exists indices.create indices.get_mapping indices.refresh', {
        scope: 'database.manage',
        collection: 'docs',
      }),
    },
    {
      it: 'records a search by vector, with a filter or without, flat or in a body',
      body: `
        print(seen(await client.search({ index: 'docs', knn: ${knn}, size: 2 })))
        print(seen(await client.search({ index: 'docs', knn: { field: 'v', query_vector: [1, 2], k: 200 }, size: 10 })))
        print(seen(await client.search({ index: ['docs', 'more'], knn: [{ ...${knn}, filter: { term: { a: 'private' } } }] })))
        print(seen(await client.search({ index: 'docs', body: { knn: ${knn} } })))`,
      records: [
        { ...search, top_k: 2, ...scored(2, 'similarity'), candidates: 50, dimensions: 2, filtered: false },
        { ...search, top_k: 10, ...scored(10, 'similarity'), candidates: 200, dimensions: 2, filtered: false },
        {
          ...search,
          collection: 'docs,more',
          top_k: 3,
          ...scored(2, 'similarity'),
          candidates: 50,
          dimensions: 2,
          filtered: true,
        },
        { ...search, top_k: 3, ...scored(3, 'similarity'), candidates: 50, dimensions: 2, filtered: false },
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
        { ...search, top_k: 1, ...scored(1, 'similarity'), candidates: 50, dimensions: 2, filtered: false },
        { ...search, top_k: 1, ...scored(1, 'similarity'), candidates: 50, dimensions: 2, filtered: true },
        { ...search, top_k: 1, ...scored(1, 'similarity'), filtered: false },
        { ...search, top_k: 1, ...scored(1, 'similarity'), filtered: false },
        { ...search, top_k: 1, ...scored(1, 'similarity'), filtered: true },
        { ...search, top_k: 1, ...scored(1, 'similarity'), filtered: false },
        { ...search, top_k: 1, ...scored(1, 'similarity'), candidates: 50, dimensions: 2, filtered: false },
        { ...search, top_k: 1, ...scored(1, 'similarity'), candidates: 50, dimensions: 2, filtered: true },
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
      records: [{ ...search, top_k: 3, ...scored(3, 'similarity'), candidates: 50, dimensions: 2, filtered: true }],
    },
    {
      it: 'records writes of documents with a vector as upserts, with the documents of a bulk',
      body: `
        print(await client.bulk({ index: 'docs', operations: [{ index: { _id: 'private' } }, { vector: [1] }, { delete: { _id: 'private' } }] }))
        print(await client.index({ index: 'docs', document: { my_embedding: [1], text: 'private' } }))
        print(await client.create({ index: 'docs', id: 'private', document: { parts: [{ v: Array.from({ length: 8 }, Math.sin) }] } }))
        print(await client.update({ index: 'docs', id: 'private', doc: { vector: [1] } }))
        print(await client.updateByQuery({ index: 'docs', query: { match_all: {} }, script: { source: 'private', params: { vector: [1] } } }))`,
      records: [
        { scope: 'vector_store.upsert', collection: 'docs', batch_size: 2, server_ms: 'ms' },
        { scope: 'vector_store.upsert', collection: 'docs', batch_size: 1 },
        { scope: 'vector_store.upsert', collection: 'docs', batch_size: 1 },
        { scope: 'vector_store.upsert', collection: 'docs', batch_size: 1 },
        { scope: 'vector_store.upsert', collection: 'docs', results: 3, server_ms: 'ms' },
      ],
    },
    {
      it: 'records what holds no vector as commands, a bulk by what it does',
      body: `
        print(await client.bulk({ index: 'docs', operations: [{ delete: { _id: 'private-1' } }, { delete: { _id: 'private-2' } }] }))
        print(await client.bulk({ index: 'docs', operations: [{ index: {} }, { text: 'private', place: [8.54, 47.37] }, { delete: { _id: 'private' } }] }))
        print(await client.index({ index: 'docs', document: { tags: [1, 2], text: 'private' } }))
        print(await client.update({ index: 'docs', id: 'private', doc: { text: 'private' } }))
        print(await client.updateByQuery({ index: 'docs', query: { match_all: {} } }))
        print(await client.delete({ index: 'docs', id: 'private' }))
        print(await client.deleteByQuery({ index: 'docs', query: { term: { a: 'private' } } }))
        print(await client.deleteByQuery({ index: 'docs', query: { knn: ${knn} } }))
        print(await client.get({ index: 'docs', id: 'private' }))
        print(await client.mget({ index: 'docs', ids: ['private-1', 'private-2'] }))
        print(await client.mget({ index: 'docs', docs: [{ _id: 'private' }] }))`,
      records: [
        { ...command('delete'), batch_size: 2, server_ms: 'ms' },
        { ...command('bulk'), batch_size: 2, server_ms: 'ms' },
        { ...command('index'), batch_size: 1 },
        { ...command('update'), batch_size: 1 },
        { ...command('update_by_query'), results: 3, server_ms: 'ms' },
        { ...command('delete'), batch_size: 1 },
        { ...command('delete_by_query'), results: 4, server_ms: 'ms' },
        { scope: 'vector_store.delete', collection: 'docs', results: 4, server_ms: 'ms' },
        { ...command('get'), batch_size: 1 },
        { ...command('mget'), batch_size: 2, results: 1 },
        { ...command('mget'), batch_size: 1, results: 0 },
      ],
    },
    {
      it: 'says what of a batch has failed, and which shards; what failed whole is a failure',
      body: `
        const item = (_id) => [{ index: { _id } }, { vector: [1] }]
        print(await client.bulk({ index: 'docs', operations: [...item('private'), ...item('refused')] }))
        print(await client.bulk({ index: 'docs', operations: [...item('refused'), ...item('refused')] }))
        const two = (...names) => client.msearch({ searches: names.flatMap((index) => [{ index }, { knn: ${knn} }]) })
        print((await two('docs', 'missing')).responses.length)
        print((await two('missing', 'missing')).responses.length)
        print((await client.search({ index: 'partial', knn: ${knn} }))._shards)
        print((await client.search({ index: 'late', knn: ${knn} })).timed_out)`,
      records: [
        { scope: 'vector_store.upsert', collection: 'docs', batch_size: 2, failed_items: 1, server_ms: 'ms' },
        {
          ...{ scope: 'vector_store.upsert', collection: 'docs', batch_size: 2, failed_items: 2, server_ms: 'ms' },
          ...{ error: 'ResponseError', status: 429 },
        },
        { scope: 'vector_store.search', batch_size: 2, results: 3, failed_items: 1, server_ms: 'ms' },
        {
          ...{ scope: 'vector_store.search', batch_size: 2, results: 0, failed_items: 2, server_ms: 'ms' },
          ...{ error: 'ResponseError', status: 404 },
        },
        {
          ...search,
          collection: 'partial',
          top_k: 3,
          ...scored(3, 'similarity'),
          candidates: 50,
          dimensions: 2,
          filtered: false,
          failed_shards: 1,
        },
        {
          ...search,
          collection: 'late',
          top_k: 3,
          ...scored(3, 'similarity'),
          candidates: 50,
          dimensions: 2,
          filtered: false,
          error: 'timed_out',
        },
      ],
    },
    {
      it: 'records what models do for it',
      body: `
        const { inference } = client
        const of = { inference_id: 'mine', input: ['private', 'private'] }
        print(await inference.inference({ task_type: 'text_embedding', ...of }))
        print(await inference.inference({ task_type: 'sparse_embedding', ...of }))
        print(await inference.inference({ task_type: 'rerank', query: 'private', ...of }))
        print(await inference.inference({ task_type: 'completion', ...of }))`,
      records: [
        { scope: 'embedding_provider.embed', model: 'mine', batch_size: 2, dimensions: 3, results: 2 },
        { scope: 'embedding_provider.embed', model: 'mine', batch_size: 2, results: 2 },
        { scope: 'semantic_search.rerank', model: 'mine', batch_size: 2, query_len: 7, results: 2, order_kept: true },
        { scope: 'llm.generate', model: 'mine' },
      ],
    },
    {
      it: 'records the same by methods of their own',
      body: `
        const { inference } = client
        const of = { inference_id: 'mine', input: ['private', 'private'] }
        print(await inference.textEmbedding({ ...of, input: 'private' }))
        print(await inference.sparseEmbedding(of))
        print(await inference.rerank({ query: 'private', task_settings: { top_n: 1 }, ...of }))
        print(await inference.completion({ ...of, input: 'private' }))`,
      records: [
        { scope: 'embedding_provider.embed', model: 'mine', batch_size: 1, dimensions: 3, results: 1 },
        { scope: 'embedding_provider.embed', model: 'mine', batch_size: 2, results: 2 },
        {
          scope: 'semantic_search.rerank',
          model: 'mine',
          batch_size: 2,
          query_len: 7,
          top_k: 1,
          results: 1,
          order_kept: true,
        },
        { scope: 'llm.generate', model: 'mine' },
      ],
    },
    {
      it: 'records vectors of any content',
      body: `print(await client.inference.embedding({ inference_id: 'mine', embedding: { input: ['private', 'private'] } }))`,
      records: [{ scope: 'embedding_provider.embed', model: 'mine', batch_size: 2, dimensions: 3, results: 2 }],
      when: ({ packages }) => packages === 'current',
    },
    {
      it: 'records ES|QL, by vector or not',
      body: `
        const of = async (query, more) => print(await client.esql.query({ query, ...more }))
        await of('FROM docs, more METADATA _score | WHERE KNN(v, [1, 2], {"min_candidates": 60}) AND a == "private" | SORT _score DESC | LIMIT 3')
        await of('from docs | eval s = v_cosine(v, [1, 2]) | sort s desc | limit 1 // private')
        await of('FROM docs | WHERE text == "knn(private)" | LIMIT 3', { columnar: true })`,
      records: [
        { ...esql, collection: 'docs,more', query_len: 126, top_k: 3, candidates: 60, filtered: true, results: 3 },
        { ...esql, query_len: 75, top_k: 1, filtered: false, results: 1 },
        { scope: 'database.query', collection: 'docs', operation: 'esql', query_len: 50, top_k: 3, server_ms: 'ms' },
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
        {
          ...search,
          top_k: 3,
          ...scored(3, 'similarity'),
          candidates: 50,
          dimensions: 2,
          filtered: false,
          attempts: 1,
        },
        {
          ...search,
          collection: 'flaky',
          top_k: 3,
          ...scored(3, 'similarity'),
          candidates: 50,
          dimensions: 2,
          filtered: false,
          attempts: 2,
        },
      ],
    },
    {
      it: 'records a child client, and helpers by what they send, but a scroll as one call, also when it is left',
      body: `
        print(seen(await client.child({ headers: { 'x-own': 'private' } }).search({ index: 'docs', knn: ${knn} })))
        print(await client.helpers.search({ index: 'docs', knn: ${knn} }))
        for await (const { documents } of client.helpers.scrollSearch({ index: 'docs', size: 1, query: { match_all: {} } })) print(documents)
        for await (const { documents } of client.helpers.scrollSearch({ index: 'long', size: 1, query: { knn: ${knn} } })) print(documents)
        for await (const document of client.helpers.scrollDocuments({ index: 'long', size: 1, query: { match_all: {} } })) print(document)
        for await (const document of client.helpers.scrollDocuments({ index: 'partial', size: 2, query: { match_all: {} } })) {
          print(document)
          break
        }
        const { total, failed } = await client.helpers.bulk({ datasource: [{ a: 'private' }, { a: 'private' }], onDocument: () => ({ index: { _index: 'docs' } }) })
        print([total, failed])`,
      records: [
        { ...search, top_k: 3, ...scored(3, 'similarity'), candidates: 50, dimensions: 2, filtered: false },
        {
          ...search,
          top_k: 3,
          ...scored(3, 'similarity'),
          candidates: 50,
          dimensions: 2,
          filtered: false,
          attempts: 1,
        },
        { ...scroll, collection: 'docs', results: 1 },
        { scope: 'vector_store.search', top_k: 1, ...long, candidates: 50, dimensions: 2, filtered: false },
        { ...scroll, ...long },
        { ...scroll, collection: 'partial', top_k: 2, results: 2, failed_shards: 1 },
        { scope: 'database.query', operation: 'index', batch_size: 2, attempts: 1, server_ms: 'ms' },
      ],
    },
  ],
})
