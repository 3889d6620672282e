import { library } from '../support/library.ts'
import { eachManaged, managed } from '../support/managed.ts'
import { openaiServer } from '../support/openai-server.ts'

const single = { scope: 'vector_store.upsert', batch_size: 1, dimensions: 3 }
const near = { top_score: 'score', last_score: 'score', score_kind: 'similarity' }
const embedded = (count: number) => ({
  scope: 'embedding_provider.embed',
  model: 'm',
  provider: 'openai_compatible',
  batch_size: count,
  dimensions: 3,
  results: count,
})

library({
  name: 'vectra',
  module: 'vectra',
  packages: ['current', 'previous'],
  server: openaiServer,
  imports: [
    ['{ LocalIndex, LocalDocumentIndex, OpenAIEmbeddings }', 'vectra'],
    ['* as vectra', 'vectra'],
  ],
  setUp: ({ url }) => `
    const index = new LocalIndex('private items')
    await index.createIndex({ version: 1, deleteIfExists: true })
    const embeddings = new OpenAIEmbeddings({ apiKey: 'private', model: 'm', endpoint: '${url}', dimensions: 3, maxTokens: 8000 })
    const documents = new LocalDocumentIndex({ folderPath: 'private documents', embeddings, chunkingConfig: { chunkSize: 10 } })
    await documents.createIndex({ version: 1, deleteIfExists: true })
    const items = (count, from = 0) => Array.from({ length: count }, (_, i) =>
      ({ id: 'private ' + (from + i), metadata: { key: 'private', odd: (from + i) % 2 === 1 }, vector: [from + i, 1, 2] }))
    const seen = (found) => found.map(({ item, score }) => [item.id, score])`,
  shapes: [
    'LocalIndex',
    'LocalIndex.prototype',
    'LocalDocumentIndex',
    'LocalDocumentIndex.prototype',
    'OpenAIEmbeddings.prototype',
    'index',
    'index.getItem("private 1")',
  ],
  fails: `index.insertItem({ metadata: {} })`,
  many: `index.queryItems([i, 1, 2], 'private', 1 + (i % 3))`,
  calls: [
    {
      it: 'records what makes, opens, lists and changes what holds the data',
      body: `
        const other = new LocalIndex('private others')
        print(await other.createIndex({ version: 1, deleteIfExists: true }))
        print(await other.getIndexStats().then(({ items }) => items))
        print(await other.deleteIndex())`,
      records: eachManaged('create_index get_index_stats delete_index'),
    },
    {
      it: 'records what writes items',
      body: `
        print(await index.insertItem(items(1)[0]))
        print(await index.upsertItem({ ...items(1)[0], vector: [9, 1, 2] }))
        print((await index.batchInsertItems(items(5, 1))).length)
        await index.beginUpdate()
        print(await index.insertItem(items(1, 6)[0]))
        await index.endUpdate()`,
      records: [single, single, { ...single, batch_size: 5, results: 5 }, single],
    },
    {
      it: 'records a search with what it found',
      body: `
        print(seen(await index.queryItems([1, 2, 3], 'private', 3)))
        print(seen(await index.queryItems([1, 2, 3], 'private', 9, { odd: { $eq: true } })))`,
      records: [
        { scope: 'vector_store.search', top_k: 3, filtered: false, results: 3, dimensions: 3, ...near },
        { scope: 'vector_store.search', top_k: 9, filtered: true, results: 3, dimensions: 3, ...near },
      ],
    },
    {
      it: 'records what reads items and what deletes them',
      body: `
        print((await index.getItem('private 1')).vector)
        print((await index.listItems()).length)
        print((await index.listItemsByMetadata({ odd: true })).length)
        print(await index.deleteItem('private 1'))`,
      records: [
        { scope: 'vector_store.fetch', batch_size: 1 },
        { scope: 'vector_store.fetch', results: 7 },
        { scope: 'vector_store.fetch', filtered: true, results: 3 },
        { scope: 'vector_store.delete', batch_size: 1 },
      ],
    },
    {
      it: 'records a deletion of several, which 0.12 does not have',
      when: ({ packages }) => packages === 'current',
      body: `
        await index.deleteItems(['private 2'])
        await index.deleteItems(new Set(['private 3', 'private gone']))
        print((await index.getIndexStats()).items)`,
      records: [
        { scope: 'vector_store.delete', batch_size: 1 },
        { scope: 'vector_store.delete', batch_size: 2 },
        managed('get_index_stats'),
      ],
    },
    {
      it: 'records a document as one write, with the embedding of its chunks and the deletion of what was there',
      body: `
        print((await documents.upsertDocument('private.md', 'a private text', 'md', { topic: 'private' })).uri)
        print((await documents.upsertDocument('private.md', 'another private text', 'md')).uri)
        print((await documents.upsertDocument('more.txt', ['all of', 'and more of', 'the last of'].map((more) => 'private words of mine, ' + more + ' them.').join('\\n\\n'))).uri)
        print((await documents.getCatalogStats()).chunks)`,
      records: [
        embedded(1),
        { scope: 'vector_store.upsert', batch_size: 1 },
        { scope: 'vector_store.delete', batch_size: 1 },
        embedded(1),
        { scope: 'vector_store.upsert', batch_size: 1 },
        embedded(3),
        { scope: 'vector_store.upsert', batch_size: 1 },
        managed('get_index_stats'),
      ],
    },
    {
      it: 'records a question as one retrieval, with its embedding and its search',
      body: `
        const found = await documents.queryDocuments('a private question', { maxDocuments: 1, maxChunks: 2, filter: { documentId: { $ne: 'x' } } })
        print(found.map(({ uri, score, chunks }) => [uri, score, chunks.length]))
        print((await documents.queryDocuments('private')).length)
        print((await documents.listDocuments()).length)
        print(await documents.deleteDocument('more.txt'))`,
      records: [
        embedded(1),
        { scope: 'vector_store.search', top_k: 2, filtered: true, results: 2, dimensions: 3, ...near },
        { scope: 'semantic_search.retrieve', query_len: 18, top_k: 1, candidates: 2, filtered: true, results: 1 },
        embedded(1),
        { scope: 'vector_store.search', top_k: 50, filtered: false, results: 4, dimensions: 3, ...near },
        { scope: 'semantic_search.retrieve', query_len: 7, filtered: false, results: 2 },
        { scope: 'vector_store.fetch', results: 2 },
        { scope: 'vector_store.delete', batch_size: 1 },
      ],
    },
    {
      it: 'records embeddings that are asked for',
      body: `print(await embeddings.createEmbeddings(['private', 'also private']))`,
      records: [embedded(2)],
    },
    {
      it: 'records embeddings that failed, which is returned; 0.12 throws it',
      when: ({ packages }) => packages === 'current',
      body: `print((await new OpenAIEmbeddings({ apiKey: 'private', model: 'fail', endpoint: embeddings.options.endpoint }).createEmbeddings('private')).status)`,
      records: [
        {
          ...{ scope: 'embedding_provider.embed', model: 'fail', provider: 'openai_compatible' },
          ...{ batch_size: 1, error: 'error' },
        },
      ],
    },
    {
      it: 'records embeddings of a model in this process, and that it could not be loaded',
      when: ({ packages }) => packages === 'current',
      body: `
        const extract = async (texts) => ({ dims: [texts.length, 2], data: new Float32Array(2 * texts.length) })
        const own = new vectra.TransformersEmbeddings(extract, undefined, { model: 'mini', pooling: 'mean', normalize: true })
        print(await own.createEmbeddings(['private', 'also private']))
        print((await new vectra.LocalEmbeddings({ model: 'Xenova/mini' }).createEmbeddings('private')).status)`,
      records: [
        { scope: 'embedding_provider.embed', model: 'mini', batch_size: 2, dimensions: 2, results: 2 },
        { scope: 'embedding_provider.embed', model: 'Xenova/mini', batch_size: 1, error: 'error' },
      ],
    },
  ],
})
