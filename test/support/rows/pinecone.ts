import { pineconeAssistantServer } from '../pinecone-assistant-server.ts'
import { pineconeServer } from '../pinecone-server.ts'
import { type Family, texts } from './row.ts'

const two = `[{ id: 'a', vector: [1, 2] }, { id: 'b', vector: [3, 4] }]`

/** Pinecone and its assistants. */
export const pinecone: Family = {
  pinecone: {
    server: pineconeServer,
    imports: [['{ Pinecone }', '@pinecone-database/pinecone']],
    setUp: `
      const client = new Pinecone({ apiKey: 'k', controllerHostUrl: url })
      const index = client.index({ name: 'docs', host: url, namespace: 'ns' })`,
    rows: [
      ['vector_store.manage', `client.describeIndex('docs')`, ({ answered }) => ({ collection: answered.name })],
      [
        'embedding_provider.embed',
        `client.inference.embed({ model: 'm', inputs: ${texts}, parameters: { inputType: 'passage' } })`,
        ({ sent, answered }) => ({
          batch_size: sent.inputs.length,
          results: answered.data.length,
          dimensions: answered.data[0].values.length,
          input_tokens: answered.usage.total_tokens,
        }),
      ],
      [
        'semantic_search.rerank',
        `client.inference.rerank({ model: 'm', query: 'private', documents: ${texts}, topN: 1 })`,
        ({ sent, answered }) => ({
          batch_size: sent.documents.length,
          query_len: sent.query.length,
          top_k: sent.top_n,
          results: answered.data.length,
          order_kept: answered.data[0].index === 0,
          billed_units: answered.usage.rerank_units,
        }),
      ],
      [
        'vector_store.search',
        'index.query({ vector: [1, 2], topK: 3 })',
        ({ sent, answered }) => ({
          top_k: sent.topK,
          dimensions: sent.vector.length,
          results: answered.matches.length,
          top_score: answered.matches[0].score,
          last_score: answered.matches.at(-1).score,
          billed_units: answered.usage.readUnits,
        }),
      ],
      [
        'vector_store.upsert',
        `index.upsert({ records: ${two.replaceAll('vector', 'values')} })`,
        ({ sent, answered }) => ({ batch_size: answered.upsertedCount, dimensions: sent.vectors[0].values.length }),
      ],
      [
        'vector_store.fetch',
        `index.fetch({ ids: ['a', 'b'] })`,
        ({ path, answered }) => ({
          batch_size: new URL(path, 'http://loopback').searchParams.getAll('ids').length,
          results: Object.keys(answered.vectors).length,
          billed_units: answered.usage.readUnits,
        }),
      ],
      ['vector_store.delete', `index.deleteMany({ ids: ['a', 'b'] })`, ({ sent }) => ({ batch_size: sent.ids.length })],
      // Its error has no number.
      ['vector_store.search', 'index.query({ vector: [1], topK: 1, filter: { missing: true } })', '{ filtered: true }'],
    ],
  },
  'pinecone-assistant': {
    server: pineconeAssistantServer,
    imports: [
      ['{ Pinecone as PineconeOfBooks }', '@pinecone-database/pinecone'],
      ['{ writeFileSync }', 'node:fs'],
    ],
    setUp: `
      const books = new PineconeOfBooks({ apiKey: 'k', controllerHostUrl: url }).assistant({ name: 'books' })
      const ask = { messages: [{ role: 'user', content: 'private question' }], model: 'gpt-4o' }
      writeFileSync('private.txt', 'private')`,
    rows: [
      [
        'llm.generate',
        'books.chat(ask)',
        ({ sent, answered }) => ({
          model: sent.model,
          response_model: answered.model,
          input_tokens: answered.usage.prompt_tokens,
          output_tokens: answered.usage.completion_tokens,
          finish_reason: answered.finish_reason,
        }),
      ],
      [
        'semantic_search.retrieve',
        `books.context({ query: 'private', topK: 3 })`,
        ({ sent, answered }) => ({
          query_len: sent.query.length,
          top_k: sent.top_k,
          results: answered.snippets.length,
          input_tokens: answered.usage.prompt_tokens,
        }),
      ],
      [
        'vector_store.upsert',
        `books.uploadFile({ path: 'private.txt' })`,
        (_, all) => ({ batch_size: all.filter(({ path }) => path.includes('/files/')).length }),
      ],
      ['vector_store.fetch', 'books.listFiles({})', ({ answered }) => ({ results: answered.files.length })],
      [
        'vector_store.delete',
        `books.deleteFile('private')`,
        (_, all) => ({ batch_size: all.filter(({ path }) => path.endsWith('/private')).length }),
      ],
      ['llm.generate', `books.chat({ ...ask, model: 'fail' })`, ({ sent }) => ({ model: sent.model })],
    ],
  },
}
