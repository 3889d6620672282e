import { anthropicServer } from '../anthropic-server.ts'
import { cohereServer } from '../cohere-server.ts'
import { googleServer } from '../google-server.ts'
import { voyageServer } from '../voyage-server.ts'
import { asked, type Family, type Really, status, texts } from './row.ts'

const gemini: Really = ({ answered: { usageMetadata: counts, candidates, modelVersion } }) => ({
  input_tokens: counts.promptTokenCount,
  output_tokens: counts.candidatesTokenCount + (counts.thoughtsTokenCount ?? 0),
  finish_reason: candidates[0].finishReason,
  response_model: modelVersion,
})
const reranked =
  (results: string): Really =>
  ({ sent, answered }) => ({
    model: sent.model,
    batch_size: sent.documents.length,
    query_len: sent.query.length,
    results: answered[results].length,
    order_kept: answered[results].every(({ index }: { index: number }, i: number) => index === i),
  })

/** What speaks as its own vendor does. */
export const vendors: Family = {
  anthropic: {
    server: anthropicServer,
    imports: [['{ Anthropic }', '@anthropic-ai/sdk']],
    setUp: `const client = new Anthropic({ baseURL: url, apiKey: 'k', maxRetries: 0 })`,
    rows: [
      [
        'llm.generate',
        `client.messages.create({ model: 'm', max_tokens: 9, ${asked} })`,
        ({ sent, answered: { usage, stop_reason } }) => ({
          model: sent.model,
          input_tokens: usage.input_tokens + usage.cache_creation_input_tokens + usage.cache_read_input_tokens,
          cached_tokens: usage.cache_read_input_tokens,
          cache_write_tokens: usage.cache_creation_input_tokens,
          output_tokens: usage.output_tokens,
          finish_reason: stop_reason,
        }),
      ],
      ['llm.generate', `client.messages.create({ model: 'fail', max_tokens: 9, ${asked} })`, status],
    ],
  },
  cohere: {
    server: cohereServer,
    imports: [['{ CohereClientV2 }', 'cohere-ai']],
    setUp: `const client = new CohereClientV2({ token: 'k', environment: url, maxRetries: 0 })`,
    rows: [
      [
        'embedding_provider.embed',
        `client.embed({ model: 'small', inputType: 'search_query', texts: ${texts}, embeddingTypes: ['float'] })`,
        ({ sent, answered }) => ({
          model: sent.model,
          batch_size: sent.texts.length,
          results: answered.embeddings.float.length,
          dimensions: answered.embeddings.float[0].length,
          input_tokens: answered.meta.billed_units.input_tokens,
        }),
      ],
      [
        'semantic_search.rerank',
        `client.rerank({ model: 'm', query: 'private', documents: ${texts}, topN: 1 })`,
        (last, all) => ({ ...reranked('results')(last, all), top_k: last.sent.top_n }),
      ],
      [
        'llm.generate',
        `client.chat({ model: 'cached', ${asked} })`,
        ({ sent, answered }) => ({
          model: sent.model,
          input_tokens: answered.usage.tokens.input_tokens,
          output_tokens: answered.usage.tokens.output_tokens,
          cached_tokens: answered.usage.cached_tokens,
          finish_reason: answered.finish_reason,
        }),
      ],
      ['llm.generate', `client.chat({ model: 'fail', ${asked} })`, status],
    ],
  },
  voyage: {
    server: voyageServer,
    imports: [['{ VoyageAIClient }', 'voyageai']],
    setUp: `const client = new VoyageAIClient({ apiKey: 'k', environment: url, maxRetries: 0 })`,
    rows: [
      [
        'embedding_provider.embed',
        `client.embed({ model: 'voyage-3', input: ${texts} })`,
        ({ sent, answered }) => ({
          model: sent.model,
          batch_size: sent.input.length,
          results: answered.data.length,
          input_tokens: answered.usage.total_tokens,
        }),
      ],
      [
        'semantic_search.rerank',
        `client.rerank({ model: 'm', query: 'private', documents: ${texts} })`,
        reranked('data'),
      ],
      ['embedding_provider.embed', `client.embed({ model: 'fail', input: ${texts} })`, status],
    ],
  },
  genai: {
    server: googleServer,
    imports: [['{ GoogleGenAI }', '@google/genai']],
    setUp: `const client = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: url } })`,
    rows: [
      [
        'embedding_provider.embed',
        `client.models.embedContent({ model: 'small', contents: ${texts} })`,
        ({ sent, answered }) => ({
          batch_size: sent.requests.length,
          results: answered.embeddings.length,
          dimensions: answered.embeddings[0].values.length,
        }),
      ],
      ['llm.generate', `client.models.generateContent({ model: 'thinker', contents: 'private' })`, gemini],
      ['llm.generate', `client.models.generateContent({ model: 'fail', contents: 'private' })`, status],
    ],
  },
  'generative-ai': {
    server: googleServer,
    imports: [['{ GoogleGenerativeAI }', '@google/generative-ai']],
    setUp: `
      const of = (model) => new GoogleGenerativeAI('k').getGenerativeModel({ model }, { baseUrl: url })
      const requests = ${texts}.map((text) => ({ content: { role: 'user', parts: [{ text }] } }))`,
    rows: [
      [
        'embedding_provider.embed',
        `of('small').batchEmbedContents({ requests })`,
        ({ sent, answered }) => ({
          batch_size: sent.requests.length,
          results: answered.embeddings.length,
          dimensions: answered.embeddings[0].values.length,
        }),
      ],
      ['llm.generate', `of('thinker').generateContent('private')`, gemini],
      ['llm.generate', `of('fail').generateContent('private')`, status],
    ],
  },
}
