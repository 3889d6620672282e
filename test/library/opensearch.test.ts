import { library } from '../support/library.ts'
import { eachManaged, managed } from '../support/managed.ts'
import { scored } from '../support/scores.ts'
import { searchServer } from '../support/search-server.ts'

const knn = `{ knn: { v: { vector: [1, 2], k: 3, method_parameters: { ef_search: 40 } } } }`
const search = { scope: 'vector_store.search', collection: 'docs', server_ms: 'ms', attempts: 1 }
const query = { scope: 'database.query', collection: 'docs', server_ms: 'ms', attempts: 1, operation: 'search' }
const told = { server_ms: 'ms', attempts: 1 }
const command = (operation: string) => ({ scope: 'database.query', collection: 'docs', operation, attempts: 1 })
const found = { top_k: 3, ...scored(3, 'similarity'), candidates: 40, dimensions: 2, filtered: false }

const scroll = { scope: 'database.query', operation: 'scroll', top_k: 1 }
const long = { collection: 'long', results: 3, chunks: 2, time_to_first_chunk_ms: 'ms' }

library({
  name: 'opensearch',
  module: '@opensearch-project/opensearch',
  packages: ['current', 'previous'],
  server: searchServer,
  imports: [['{ Client, Transport }', '@opensearch-project/opensearch']],
  setUp: ({ url }) => `
    const client = new Client({ node: '${url}' })
    const seen = ({ took, hits }) => [took, hits.hits.map(({ _source }) => _source)]`,
  tearDown: 'await client.close()',
  shapes: [
    'Client',
    'Transport',
    'Transport.prototype',
    'client.transport',
    `client.search({ index: 'docs', body: { query: ${knn} } })`,
    `(await new Promise((resolve) => { const made = client.search({ index: 'docs', body: { query: ${knn} } }, () => resolve([made])) }))[0]`,
  ],
  fails: `client.search({ index: 'missing', body: { query: ${knn} } })`,
  many: `client.search({ index: 'docs', body: { query: { knn: { v: { vector: [i], k: 1 + (i % 3) } } } } })`,
  calls: [
    {
      it: 'records what makes, opens, lists and changes what holds the data',
      body: `
        print(await client.indices.exists({ index: 'docs' }).then(({ body }) => body))
        print(await client.indices.create({ index: 'docs', body: { mappings: {} } }).then(Boolean))
        print(await client.indices.get({ index: 'docs' }).then(Boolean))
        print(await client.indices.getMapping({ index: 'docs' }).then(Boolean))
        print(await client.indices.putMapping({ index: 'docs', body: {} }).then(Boolean))
        print(await client.indices.refresh({ index: 'docs' }).then(Boolean))
        print(await client.indices.updateAliases({ body: { actions: [] } }).then(Boolean))
        print(await client.cat.indices().then(Boolean))
        print(await client.indices.delete({ index: 'docs' }).then(Boolean))`,
      records: [
        ...eachManaged(
          'indices.exists indices.create indices.get indices.get_mapping indices.put_mapping indices.refresh',
          { scope: 'database.manage', collection: 'docs', attempts: 1 },
        ),
        ...eachManaged('indices.update_aliases cat.indices', { scope: 'database.manage', attempts: 1 }),
        managed('indices.delete', { scope: 'database.manage', collection: 'docs', attempts: 1 }),
      ],
    },
    {
      it: 'records a search by vector, by promise and by callback',
      body: `
        print(seen((await client.search({ index: 'docs', body: { query: ${knn} } })).body))
        print(await new Promise((resolve) => client.search({ index: 'docs', body: { size: 2, query: ${knn} } }, (error, { body }) => resolve([error, seen(body)]))))
        print(await client.search({ index: 'docs', body: JSON.stringify({ query: ${knn} }) }).then(({ body }) => seen(body)))`,
      records: [
        { ...search, ...found },
        { ...search, ...found, top_k: 2, ...scored(2, 'similarity') },
        { ...search, ...found },
      ],
    },
    {
      it: 'records vectors wherever a query has them',
      body: `
        const of = async (query, more) => print(seen((await client.search({ index: ['docs', 'more'], body: { query, size: 1, ...more } })).body))
        const words = { match: { text: 'private' } }
        await of({ neural: { v: { query_text: 'private', model_id: 'private', k: 5, filter: words } } })
        await of({ neural_sparse: { v: { query_text: 'private' } } }, { post_filter: words })
        await of({ hybrid: { queries: [words, ${knn}] } })
        await of({ bool: { should: [words, ${knn}], must_not: [words] } })
        await of({ script_score: { query: { match_all: {} }, script: { lang: 'knn', source: 'knn_score', params: { query_value: [1] } } } })
        await of({ bool: { must: [{ term: { neural: 'private' } }] } })`,
      records: [
        { ...search, collection: 'docs,more', top_k: 1, ...scored(1, 'similarity'), candidates: 5, filtered: true },
        { ...search, collection: 'docs,more', top_k: 1, ...scored(1, 'similarity'), filtered: true },
        { ...search, ...found, collection: 'docs,more', top_k: 1, ...scored(1, 'similarity') },
        { ...search, ...found, collection: 'docs,more', top_k: 1, ...scored(1, 'similarity'), filtered: true },
        { ...search, collection: 'docs,more', top_k: 1, ...scored(1, 'similarity'), filtered: false },
        { ...query, collection: 'docs,more', top_k: 1, results: 1 },
      ],
    },
    {
      it: 'records a search for words as a command',
      body: `
        print(seen((await client.search({ index: 'docs', size: 1, body: { query: { match: { text: 'private' } } } })).body))
        print(seen((await client.search()).body))`,
      records: [
        { ...query, top_k: 1, results: 2 },
        { scope: 'database.query', server_ms: 'ms', attempts: 1, operation: 'search', results: 2 },
      ],
    },
    {
      it: 'records a batch of searches as one',
      body: `
        const by = (query) => client.msearch({ index: 'docs', body: [{}, { query: { match_all: {} } }, {}, { query }] })
        print((await by(${knn})).body.responses.map(seen))
        print((await by({ term: { a: 'private' } })).body.responses.map(seen))`,
      records: [
        { ...search, batch_size: 2, results: 5 },
        { ...query, operation: 'msearch', batch_size: 2, results: 4 },
      ],
    },
    {
      it: 'records writes of documents with a vector as upserts, with the documents of a bulk',
      body: `
        print((await client.bulk({ index: 'docs', body: [{ index: { _id: 'private' } }, { vector: [1] }, { delete: { _id: 'private' } }] })).body)
        print((await client.index({ index: 'docs', body: { embedding: [1], text: 'private' } })).body)
        print((await client.create({ index: 'docs', id: 'private', body: { parts: [{ v: Array.from({ length: 8 }, Math.sin) }] } })).body)
        print((await client.update({ index: 'docs', id: 'private', body: { doc: { vector: [1] } } })).body)
        print((await client.updateByQuery({ index: 'docs', body: { query: { match_all: {} }, script: { source: 'private', params: { vector: [1] } } } })).body)`,
      records: [
        { scope: 'vector_store.upsert', collection: 'docs', batch_size: 2, server_ms: 'ms', attempts: 1 },
        { scope: 'vector_store.upsert', collection: 'docs', batch_size: 1, attempts: 1 },
        { scope: 'vector_store.upsert', collection: 'docs', batch_size: 1, attempts: 1 },
        { scope: 'vector_store.upsert', collection: 'docs', batch_size: 1, attempts: 1 },
        { scope: 'vector_store.upsert', collection: 'docs', results: 3, server_ms: 'ms', attempts: 1 },
      ],
    },
    {
      it: 'records what holds no vector as commands, a bulk by what it does',
      body: `
        print((await client.bulk({ index: 'docs', body: [{ delete: { _id: 'private-1' } }, { delete: { _id: 'private-2' } }] })).body)
        print((await client.bulk({ index: 'docs', body: [{ index: {} }, { text: 'private', place: [8.54, 47.37] }, { delete: { _id: 'private' } }] })).body)
        print((await client.index({ index: 'docs', body: { tags: [1, 2], text: 'private' } })).body)
        print((await client.updateByQuery({ index: 'docs', body: { query: { match_all: {} } } })).body)
        print((await client.delete({ index: 'docs', id: 'private' })).body)
        print((await client.deleteByQuery({ index: 'docs', body: { query: { term: { a: 'private' } } } })).body)
        print((await client.deleteByQuery({ index: 'docs', body: { query: ${knn} } })).body)
        print((await client.get({ index: 'docs', id: 'private' })).body)
        print((await client.mget({ index: 'docs', body: { ids: ['private-1', 'private-2'] } })).body)`,
      records: [
        { ...command('delete'), batch_size: 2, server_ms: 'ms' },
        { ...command('bulk'), batch_size: 2, server_ms: 'ms' },
        { ...command('index'), batch_size: 1 },
        { ...command('update_by_query'), results: 3, server_ms: 'ms' },
        { ...command('delete'), batch_size: 1 },
        { ...command('delete_by_query'), results: 4, server_ms: 'ms' },
        { scope: 'vector_store.delete', collection: 'docs', results: 4, server_ms: 'ms', attempts: 1 },
        { ...command('get'), batch_size: 1 },
        { ...command('mget'), batch_size: 2, results: 1 },
      ],
    },
    {
      it: 'says what of a batch has failed, and which shards; what failed whole is a failure',
      body: `
        const item = (_id) => [{ index: { _id } }, { vector: [1] }]
        print((await client.bulk({ index: 'docs', body: [...item('private'), ...item('refused')] })).body)
        print((await client.bulk({ index: 'docs', body: [...item('refused'), ...item('refused')] })).body)
        const two = (...names) => client.msearch({ body: names.flatMap((index) => [{ index }, { query: ${knn} }]) })
        print((await two('docs', 'missing')).body.responses.length)
        print((await two('missing', 'missing')).body.responses.length)
        print((await client.search({ index: 'partial', body: { query: ${knn} } })).body._shards)
        print((await client.search({ index: 'late', body: { query: ${knn} } })).body.timed_out)`,
      records: [
        { scope: 'vector_store.upsert', collection: 'docs', batch_size: 2, failed_items: 1, ...told },
        {
          ...{ scope: 'vector_store.upsert', collection: 'docs', batch_size: 2, failed_items: 2, ...told },
          ...{ error: 'ResponseError', status: 429 },
        },
        { scope: 'vector_store.search', batch_size: 2, results: 3, failed_items: 1, ...told },
        {
          ...{ scope: 'vector_store.search', batch_size: 2, results: 0, failed_items: 2, ...told },
          ...{ error: 'ResponseError', status: 404 },
        },
        { ...search, ...found, collection: 'partial', failed_shards: 1 },
        { ...search, ...found, collection: 'late', error: 'timed_out' },
      ],
    },
    {
      it: 'counts the attempts, and records a request of the transport itself',
      body: `
        const { meta } = await client.search({ index: 'flaky', body: { query: ${knn} } }, { maxRetries: 2, headers: { 'x-application': String(process.pid) } })
        print(meta.attempts)
        const params = { method: 'POST', path: '/docs/_search', body: { query: ${knn} } }
        print(seen((await client.transport.request(params)).body))
        print(typeof params.body)
        print((await client.indices.exists({ index: 'docs' })).statusCode)
        print((await client.exists({ index: 'docs', id: 'private' })).statusCode)`,
      records: [
        { ...search, ...found, collection: 'flaky', attempts: 2 },
        { ...search, ...found },
        managed('indices.exists', { scope: 'database.manage', collection: 'docs', attempts: 1 }),
      ],
    },
    {
      it: 'records a child client, and helpers by what they send, but a scroll as one call, also when it is left',
      body: `
        print(seen((await client.child({ headers: { 'x-own': 'private' } }).search({ index: 'docs', body: { query: ${knn} } })).body))
        print(await client.helpers.search({ index: 'docs', body: { query: ${knn} } }))
        for await (const { documents } of client.helpers.scrollSearch({ index: 'docs', body: { size: 1, query: { match_all: {} } } })) print(documents)
        for await (const { documents } of client.helpers.scrollSearch({ index: 'long', body: { size: 1, query: ${knn} } })) print(documents)
        for await (const document of client.helpers.scrollDocuments({ index: 'long', body: { size: 1, query: { match_all: {} } } })) print(document)
        for await (const document of client.helpers.scrollDocuments({ index: 'partial', body: { size: 2, query: { match_all: {} } } })) {
          print(document)
          break
        }
        const { total, failed } = await client.helpers.bulk({ datasource: [{ a: 'private' }, { a: 'private' }], onDocument: () => ({ index: { _index: 'docs' } }) })
        print([total, failed])`,
      records: [
        { ...search, ...found },
        { ...search, ...found },
        { ...scroll, collection: 'docs', results: 1 },
        { scope: 'vector_store.search', top_k: 1, ...long, candidates: 40, dimensions: 2, filtered: false },
        { ...scroll, ...long },
        { ...scroll, collection: 'partial', top_k: 2, results: 2, failed_shards: 1 },
        { scope: 'database.query', operation: 'index', batch_size: 2, attempts: 1, server_ms: 'ms' },
      ],
    },
    {
      it: 'aborts a request as without the agent',
      body: `
        const request = client.search({ index: 'docs', body: { query: ${knn} } })
        print(request.abort() === request)
        print(await request.then(() => 'answered', ({ name }) => name))`,
      records: [
        {
          scope: 'vector_store.search',
          collection: 'docs',
          top_k: 3,
          candidates: 40,
          dimensions: 2,
          filtered: false,
          error: 'RequestAbortedError',
        },
      ],
    },
  ],
})
