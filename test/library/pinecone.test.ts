import { type Given, library } from '../support/library.ts'
import { managed } from '../support/managed.ts'
import { pineconeServer } from '../support/pinecone-server.ts'

const collection = 'docs'
const namespace = 'ns'
const search = (top_k: number) => ({
  scope: 'vector_store.search',
  collection,
  namespace,
  top_k,
  filtered: false,
  results: top_k,
  billed_units: 5,
  // The stand-in's scores: a half, a quarter, a sixth.
  top_score: 0.5,
  last_score: 0.5 / top_k,
})
const reranked = {
  ...{ scope: 'semantic_search.rerank', query_len: 7, batch_size: 3 },
  ...{ top_k: 2, results: 2, billed_units: 1 },
}
const { collection: _, ...nameless } = search(1)
const isNew = ({ packages }: Given) => ['current', 'previous', 'older'].includes(packages)
const isOld = (given: Given) => !isNew(given)
const hasDocuments = ({ packages }: Given) => packages === 'current'
const settled = (call: string) => `(await (async (made) => [made, await made])(${call}))[0]`

library({
  name: 'pinecone',
  module: '@pinecone-database/pinecone',
  packages: ['current', 'previous', 'older', 'oldest', 'eldest'],
  server: pineconeServer,
  imports: [['{ Pinecone, Index }', '@pinecone-database/pinecone']],
  setUp: (given) => `
    const pinecone = new Pinecone({ apiKey: 'private', controllerHostUrl: '${given.url}' })
    const index = ${isNew(given) ? `pinecone.index({ name: 'docs', host: '${given.url}', namespace: 'ns' })` : `pinecone.index('docs', '${given.url}').namespace('ns')`}
    const record = (id) => ({ id, values: [1, 2], metadata: { text: 'private' } })`,
  shapes: [
    'Pinecone',
    'Pinecone.prototype',
    'pinecone',
    'Index',
    'Index.prototype',
    'index',
    'Object.getPrototypeOf(pinecone.inference)',
    settled('index.query({ vector: [1], topK: 1 })'),
  ],
  fails: 'index.query({ vector: [1], topK: 1, filter: { missing: true } })',
  many: 'index.query({ vector: [i], topK: 1 + (i % 3) })',
  calls: [
    {
      it: 'records what makes, opens, lists and changes what holds the data',
      body: `
        print(await pinecone.describeIndex('docs').then(({ name }) => name))
        print(await pinecone.listIndexes().then(({ indexes }) => indexes.length))
        print(await pinecone.deleteIndex('docs'))
        print(await index.describeIndexStats().then(Boolean))`,
      records: [
        managed('describe_index', { collection: 'docs' }),
        managed('list_indexes'),
        managed('delete_index', { collection: 'docs' }),
        managed('describe_index_stats', { collection: 'docs', namespace: 'ns' }),
      ],
    },
    {
      it: 'records a query, in a namespace too',
      body: `
        print(await index.query({ vector: [1, 2], topK: 3, includeMetadata: true }))
        print((await index.namespace('other').query({ id: 'private', topK: 2, filter: { text: 'private' } })).matches.length)`,
      records: [
        { ...search(3), dimensions: 2 },
        { ...search(2), namespace: 'other', filtered: true },
      ],
    },
    {
      it: 'records the namespace that a call names, and the candidates that it allows',
      when: isNew,
      body: `print((await index.query({ vector: [1, 2], topK: 2, namespace: 'own', maxCandidates: 50 })).matches.length)`,
      records: [{ ...search(2), namespace: 'own', candidates: 50, dimensions: 2 }],
    },
    {
      it: 'records a search of records, with the tokens that the service embedded, and what is reranked to fewer',
      body: `
        print((await index.searchRecords({ query: { topK: 2, inputs: { text: 'private' }, filter: { text: 'private' } } })).result.hits)
        const rerank = { model: 'bge', rankFields: ['text'], topN: 1 }
        print((await index.searchRecords({ query: { topK: 3, vector: { values: [1, 2, 3] } }, rerank })).result.hits.length)`,
      records: [
        { ...search(2), filtered: true, query_len: 7, input_tokens: 1 },
        { ...search(1), candidates: 3, dimensions: 3, input_tokens: 0 },
      ],
    },
    {
      it: 'records what writes and reads records',
      when: isNew,
      body: `
        print([await index.upsert({ records: [record('private-1'), record('private-2')] })])
        print([await index.upsertRecords({ records: [{ id: 'private', text: 'private' }] })])
        print([await index.update({ id: 'private', values: [3, 4] })])
        print((await index.fetch({ ids: ['private-1', 'private-2'] })).records)
        print(Object.keys((await index.fetchByMetadata({ filter: { text: 'private' }, limit: 3 })).records).length)
        print((await index.listPaginated({ limit: 4 })).vectors.length)`,
      records: [
        { scope: 'vector_store.upsert', collection, namespace, batch_size: 2, dimensions: 2 },
        { scope: 'vector_store.upsert', collection, namespace, batch_size: 1 },
        { scope: 'vector_store.upsert', collection, namespace, batch_size: 1, dimensions: 2 },
        { scope: 'vector_store.fetch', collection, namespace, batch_size: 2, results: 2, billed_units: 2 },
        { scope: 'vector_store.fetch', collection, namespace, top_k: 3, results: 3, billed_units: 3 },
        { scope: 'vector_store.fetch', collection, namespace, top_k: 4, results: 4, billed_units: 1 },
      ],
    },
    {
      it: 'records what writes and reads records, where options are lists',
      when: isOld,
      body: `
        print([await index.upsert([record('private-1'), record('private-2')])])
        print([await index.upsertRecords([{ id: 'private', text: 'private' }])])
        print([await index.update({ id: 'private', values: [3, 4] })])
        print((await index.fetch(['private-1', 'private-2'])).records)
        print((await index.listPaginated({ limit: 4 })).vectors.length)`,
      records: [
        { scope: 'vector_store.upsert', collection, namespace, batch_size: 2, dimensions: 2 },
        { scope: 'vector_store.upsert', collection, namespace, batch_size: 1 },
        { scope: 'vector_store.upsert', collection, namespace, batch_size: 1, dimensions: 2 },
        { scope: 'vector_store.fetch', collection, namespace, batch_size: 2, results: 2, billed_units: 2 },
        { scope: 'vector_store.fetch', collection, namespace, top_k: 4, results: 4, billed_units: 1 },
      ],
    },
    {
      it: 'records what deletes records',
      when: isNew,
      body: `
        print([await index.deleteOne({ id: 'private' })])
        print([await index.deleteMany({ ids: ['private-1', 'private-2'] })])
        print([await index.deleteMany({ filter: { text: 'private' } })])
        print([await index.deleteAll()])`,
      records: [
        { scope: 'vector_store.delete', collection, namespace, batch_size: 1 },
        { scope: 'vector_store.delete', collection, namespace, batch_size: 2 },
        { scope: 'vector_store.delete', collection, namespace },
        { scope: 'vector_store.delete', collection, namespace },
      ],
    },
    {
      it: 'records what deletes a namespace',
      when: ({ packages }) => packages !== 'eldest',
      body: `print([await index.deleteNamespace('other')])`,
      records: [{ scope: 'vector_store.delete', collection, namespace: 'other' }],
    },
    {
      it: 'records what deletes records, where options are lists',
      when: isOld,
      body: `
        print([await index.deleteOne('private')])
        print([await index.deleteMany(['private-1', 'private-2'])])
        print([await index.deleteMany({ text: 'private' })])
        print([await index.deleteAll()])`,
      records: [
        { scope: 'vector_store.delete', collection, namespace, batch_size: 1 },
        { scope: 'vector_store.delete', collection, namespace, batch_size: 2 },
        { scope: 'vector_store.delete', collection, namespace },
        { scope: 'vector_store.delete', collection, namespace },
      ],
    },
    {
      it: 'records the calls of an index of documents once, by either name',
      when: hasDocuments,
      body: `
        const scoreBy = [{ type: 'text', field: 'text', query: 'private' }]
        print((await index.documents.search({ scoreBy, topK: 3 })).matches.length)
        print((await index.searchDocuments({ scoreBy, topK: 2, filter: { text: 'private' } })).matches.length)
        print((await index.searchDocuments({ scoreBy: [{ type: 'dense', field: 'v', values: [1, 2, 3] }], topK: 1 })).matches.length)
        print(await index.documents.upsert({ documents: [{ _id: 'private', text: 'private' }] }))
        print((await index.documents.fetch({ ids: ['private-1', 'private-2'] })).documents)
        print((await index.documents.list({ limit: 2 })).documents.length)
        print(await index.documents.update({ documents: [{ _id: 'private', text: 'private' }] }))
        print(await index.documents.update({ filter: { text: 'private' }, setFields: { text: 'private' } }))
        print(await index.documents.delete({ ids: ['private'] }))`,
      records: [
        { ...search(3), query_len: 7 },
        { ...search(2), query_len: 7, filtered: true },
        { ...search(1), dimensions: 3 },
        { scope: 'vector_store.upsert', collection, namespace, batch_size: 1, results: 1 },
        { scope: 'vector_store.fetch', collection, namespace, batch_size: 2, results: 2, billed_units: 2 },
        { scope: 'vector_store.fetch', collection, namespace, top_k: 2, results: 2, billed_units: 1 },
        { scope: 'vector_store.upsert', collection, namespace, batch_size: 1, results: 1 },
        { scope: 'vector_store.upsert', collection, namespace, results: 4 },
        { scope: 'vector_store.delete', collection, namespace, batch_size: 1, results: 1 },
      ],
    },
    {
      it: 'records an index that is known by its host without a name',
      when: isNew,
      body: `print((await pinecone.index({ host: index.target.indexHostUrl }).query({ vector: [1], topK: 1 })).matches.length)`,
      records: [{ ...nameless, namespace: '__default__', dimensions: 1 }],
    },
    {
      it: 'records embeddings and reranking',
      when: isNew,
      body: `
        print(await pinecone.inference.embed({ model: 'e5', inputs: ['private', 'private too'], parameters: { inputType: 'query' } }))
        print(await pinecone.inference.rerank({ model: 'bge', query: 'private', documents: ['private a', 'private b', 'private c'], topN: 2 }))
        print(await pinecone.inference.rerank({ model: 'turns', query: 'private', documents: ['private a', 'private b', 'private c'], topN: 2 }))`,
      records: [
        { scope: 'embedding_provider.embed', model: 'e5', batch_size: 2, dimensions: 4, input_tokens: 3, results: 2 },
        { ...reranked, model: 'bge', order_kept: true },
        { ...reranked, model: 'turns', order_kept: false },
      ],
    },
    {
      it: 'records embeddings and reranking, where options are arguments',
      when: isOld,
      body: `
        print(await pinecone.inference.embed('e5', ['private', 'private too'], { inputType: 'query' }))
        print(await pinecone.inference.rerank('bge', 'private', ['private a', 'private b', 'private c'], { topN: 2 }))
        print(await pinecone.inference.rerank('turns', 'private', ['private a', 'private b', 'private c'], { topN: 2 }))`,
      records: [
        { scope: 'embedding_provider.embed', model: 'e5', batch_size: 2, dimensions: 4, input_tokens: 3, results: 2 },
        { ...reranked, model: 'bge', order_kept: true },
        { ...reranked, model: 'turns', order_kept: false },
      ],
    },
  ],
})
