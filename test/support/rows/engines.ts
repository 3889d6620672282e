import { chromaServer } from '../chroma-server.ts'
import { openaiServer } from '../openai-server.ts'
import type { Family } from './row.ts'

/** Engines that run in the application, or as a server of their own: what they did is asked of themselves. */
export const engines: Family = {
  lancedb: {
    imports: [['{ connect as lance }', '@lancedb/lancedb']],
    setUp: `
      const rows = [1, 2, 3].map((id) => ({ id, vector: [id, 1] }))
      const docs = await (await lance('./lance')).createTable('docs', rows)`,
    held: 'await docs.countRows()',
    rows: [
      ['vector_store.manage', 'docs.listIndices()', '{ collection: docs.name }'],
      ['vector_store.upsert', `docs.add(rows)`, '{ batch_size: after - before }'],
      [
        'vector_store.search',
        'docs.search([1, 2]).limit(2).toArray()',
        '{ results: result.length, dimensions: result[0].vector.length, top_score: result[0]._distance, last_score: result.at(-1)._distance }',
      ],
      ['vector_store.fetch', `docs.query().where('id < 3').toArray()`, '{ results: result.length }'],
      ['vector_store.delete', `docs.delete('id = 3')`, '{ collection: docs.name }'],
      ['vector_store.search', 'docs.search([1, 2, 3]).limit(2).toArray()', '{ dimensions: 3 }'],
    ],
  },
  orama: {
    imports: [['* as orama', '@orama/orama']],
    setUp: `
      const db = await orama.create({ schema: { title: 'string', embedding: 'vector[2]' } })
      const docs = [1, 2, 3].map((i) => ({ id: 'private ' + i, title: 'private ' + i, embedding: [i, 1] }))
      const near = (property) => orama.search(db, { mode: 'vector', vector: { value: [1, 2], property }, similarity: 0.1, limit: 2 })`,
    held: 'await orama.count(db)',
    rows: [
      [
        'vector_store.manage',
        `orama.create({ schema: { title: 'string' } })`,
        `{ operation: result.tokenizer && 'create' }`,
      ],
      [
        'vector_store.upsert',
        'orama.insertMultiple(db, docs)',
        '{ batch_size: docs.length, results: after - before, dimensions: (await orama.getByID(db, result[0])).embedding.length }',
      ],
      [
        'vector_store.search',
        `near('embedding')`,
        '{ results: result.hits.length, dimensions: 2, top_score: result.hits[0].score, last_score: result.hits.at(-1).score }',
      ],
      ['vector_store.fetch', `orama.getByID(db, 'private 1')`, '{ batch_size: [result].length }'],
      ['database.query', `orama.search(db, { term: 'private' })`, '{ results: result.hits.length }'],
      ['vector_store.delete', `orama.removeMultiple(db, ['private 1', 'private 2'])`, '{ results: before - after }'],
      ['vector_store.search', `near('private')`, '{ dimensions: 2 }'],
    ],
  },
  vectra: {
    server: openaiServer,
    imports: [['{ LocalIndex, LocalDocumentIndex, OpenAIEmbeddings as VectraEmbeddings }', 'vectra']],
    setUp: `
      const index = new LocalIndex('vectra')
      await index.createIndex({ version: 1, deleteIfExists: true })
      const embeddings = new VectraEmbeddings({ apiKey: 'k', model: 'm', endpoint: url, dimensions: 3, maxTokens: 8000 })
      const documents = new LocalDocumentIndex({ folderPath: 'vectra documents', embeddings })
      await documents.createIndex({ version: 1, deleteIfExists: true })
      await documents.upsertDocument('private', 'private one')
      const items = [1, 2, 3].map((i) => ({ id: 'private ' + i, metadata: {}, vector: [i, 1, 2] }))`,
    held: '(await index.getIndexStats()).items',
    rows: [
      ['vector_store.manage', 'index.getIndexStats()', `{ operation: result.items === before && 'get_index_stats' }`],
      [
        'embedding_provider.embed',
        `embeddings.createEmbeddings(['private one', 'private two'])`,
        ({ sent, answered }) => ({ batch_size: sent.input.length, results: answered.data.length }),
      ],
      ['semantic_search.retrieve', `documents.queryDocuments('private')`, '{ results: result.length }'],
      ['vector_store.upsert', 'index.batchInsertItems(items)', '{ batch_size: items.length, results: after - before }'],
      [
        'vector_store.search',
        `index.queryItems([1, 2, 3], 'private', 2)`,
        '{ results: result.length, dimensions: result[0].item.vector.length, top_score: result[0].score, last_score: result.at(-1).score }',
      ],
      ['vector_store.fetch', 'index.listItems()', '{ results: before }'],
      ['vector_store.delete', `index.deleteItem('private 1')`, '{ batch_size: before - after }'],
      ['vector_store.upsert', 'index.insertItem({ metadata: {} })', '{ batch_size: 1 }'],
    ],
  },
  usearch: {
    imports: [['{ Index as UsearchIndex }', 'usearch']],
    setUp: `
      const index = new UsearchIndex(3, 'cos')
      const found = ({ keys }) => keys.length`,
    held: 'Number(index.size())',
    rows: [
      [
        'vector_store.upsert',
        'index.add([1n, 2n, 3n], [[1, 2, 3], [4, 5, 6], [7, 8, 1]])',
        '{ batch_size: after - before, dimensions: Number(index.dimensions()) }',
      ],
      [
        'vector_store.search',
        'index.search(Float32Array.of(1, 2, 3), 2)',
        '{ batch_size: 1, results: found(result), top_score: result.distances[0], last_score: result.distances.at(-1) }',
      ],
      ['vector_store.delete', 'index.remove([2n, 9n])', '{ batch_size: 2, results: before - after }'],
      [
        'vector_store.manage',
        `index.save('private.usearch')`,
        `{ operation: fs_.existsSync('private.usearch') && 'save' }`,
      ],
      ['vector_store.search', 'index.search([[1, 2, 3]], -1)', '{ batch_size: 1 }'],
    ],
  },
  chromadb: {
    server: chromaServer,
    imports: [['{ ChromaClient }', 'chromadb']],
    packages: 'current',
    setUp: `
      const { hostname, port } = new URL(url)
      const embedded = []
      const embeddingFunction = { name: 'own', generate: async (texts) => { embedded.push(texts); return texts.map((text) => [text.length, 1]) }, getConfig: () => ({}) }
      const docs = await new ChromaClient({ host: hostname, port: Number(port) }).createCollection({ name: 'docs', embeddingFunction })`,
    held: 'await docs.count()',
    rows: [
      ['vector_store.manage', `docs.modify({ name: 'docs' })`, '{ collection: docs.name }'],
      [
        'vector_store.upsert',
        `docs.add({ ids: ['a', 'b', 'c'], embeddings: [[1, 1], [2, 1], [3, 1]] })`,
        '{ batch_size: after - before, dimensions: 2 }',
      ],
      [
        'vector_store.search',
        'docs.query({ queryEmbeddings: [[1, 1], [3, 1]], nResults: 2 })',
        '{ batch_size: result.ids.length, results: result.ids.flat().length }',
      ],
      [
        'embedding_provider.embed',
        `docs.query({ queryTexts: ['private', 'private too'], nResults: 1 })`,
        '{ batch_size: embedded.at(-1).length }',
      ],
      ['vector_store.fetch', `docs.get({ ids: ['a', 'b', 'none'] })`, '{ batch_size: 3, results: result.ids.length }'],
      ['vector_store.delete', `docs.delete({ ids: ['a', 'b'] })`, '{ batch_size: before - after }'],
      ['vector_store.search', 'docs.query({ nResults: 1 })', '{ top_k: 1 }'],
    ],
  },
}
