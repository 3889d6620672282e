import { openaiServer } from '../openai-server.ts'
import { embedded, refused, written } from './openai-facts.ts'
import { asked, type Family, texts, widthOf } from './row.ts'

/** OpenAI's own protocol. */
export const openaiAlike: Family = {
  openai: {
    server: openaiServer,
    imports: [['{ OpenAI }', 'openai']],
    setUp: `
      const client = new OpenAI({ baseURL: url, apiKey: 'k', maxRetries: 0 })
      const read = async (stream) => { for await (const _ of stream); }`,
    rows: [
      ['vector_store.manage', `client.vectorStores.retrieve('vs_1')`, ({ answered }) => ({ collection: answered.id })],
      ['embedding_provider.embed', `client.embeddings.create({ model: 'small', input: ${texts} })`, embedded],
      ['llm.generate', `client.chat.completions.create({ model: 'm', ${asked} })`, written],
      [
        'llm.generate',
        `client.responses.create({ model: 'm', input: 'private', stream: true }).then(read)`,
        ({ answered }) => {
          const { usage } = answered.find(({ type }: { type: string }) => type === 'response.completed').response
          return { stream: true, input_tokens: usage.input_tokens, output_tokens: usage.output_tokens }
        },
      ],
      ['llm.generate', `client.chat.completions.create({ model: 'fail', ${asked} })`, refused],
      [
        'vector_store.search',
        `client.vectorStores.search('vs_1', { query: 'private', max_num_results: 2 })`,
        ({ sent, answered }) => ({ top_k: sent.max_num_results, results: answered.data.length }),
      ],
      [
        'vector_store.upsert',
        `client.vectorStores.fileBatches.createAndPoll('vs_1', { file_ids: ['file-1', 'file-bad', 'file-2'] })`,
        ({ answered }, [first]) => ({
          batch_size: first?.sent.file_ids.length,
          results: answered.file_counts.completed,
          failed_items: answered.file_counts.failed,
        }),
      ],
    ],
  },
  groq: {
    server: openaiServer,
    imports: [['{ Groq }', 'groq-sdk']],
    setUp: `const client = new Groq({ baseURL: url, apiKey: 'k', maxRetries: 0 })`,
    rows: [
      ['embedding_provider.embed', `client.embeddings.create({ model: 'small', input: ${texts} })`, embedded],
      ['llm.generate', `client.chat.completions.create({ model: 'm', ${asked} })`, written],
      ['llm.generate', `client.chat.completions.create({ model: 'fail', ${asked} })`, refused],
    ],
  },
  together: {
    server: openaiServer,
    imports: [['{ Together }', 'together-ai']],
    setUp: `const client = new Together({ baseURL: url, apiKey: 'k', maxRetries: 0 })`,
    rows: [
      [
        'embedding_provider.embed',
        `client.embeddings.create({ model: 'small', input: ${texts} })`,
        ({ sent, answered }) => ({
          model: sent.model,
          batch_size: sent.input.length,
          results: answered.data.length,
          dimensions: widthOf(answered.data[0].embedding),
        }),
      ],
      [
        'semantic_search.rerank',
        `client.rerank.create({ model: 'm', query: 'private', documents: ${texts}, top_n: 1 })`,
        ({ sent, answered }) => ({
          model: sent.model,
          batch_size: sent.documents.length,
          query_len: sent.query.length,
          top_k: sent.top_n,
          results: answered.results.length,
          order_kept: answered.results[0].index === 0,
        }),
      ],
      ['llm.generate', `client.chat.completions.create({ model: 'm', ${asked} })`, written],
      ['llm.generate', `client.chat.completions.create({ model: 'fail', ${asked} })`, refused],
    ],
  },
}
