import { anthropicServer } from '../anthropic-server.ts'
import { bedrockAgentServer } from '../bedrock-agent-server.ts'
import { bedrockServer } from '../bedrock-server.ts'
import { cohereServer } from '../cohere-server.ts'
import { googleServer } from '../google-server.ts'
import { voyageServer } from '../voyage-server.ts'
import { asked, type Family, type Really, texts } from './row.ts'

const credentials = `region: 'us-east-1', endpoint: url, maxAttempts: 1, credentials: { accessKeyId: 'private', secretAccessKey: 'private' }`
const invoke = (model: string, body: string) =>
  `client.send(new InvokeModelCommand({ modelId: '${model}', body: JSON.stringify(${body}) }))`
const gemini: Really = ({ answered: { usageMetadata: counts, candidates, modelVersion } }) => ({
  input_tokens: counts.promptTokenCount,
  output_tokens: counts.candidatesTokenCount + (counts.thoughtsTokenCount ?? 0),
  finish_reason: candidates[0].finishReason,
  response_model: modelVersion,
})
const status: Really = (last) => ({ status: last.status })
const reranked =
  (results: string): Really =>
  ({ sent, answered }) => ({
    model: sent.model,
    batch_size: sent.documents.length,
    query_len: sent.query.length,
    results: answered[results].length,
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
  bedrock: {
    server: bedrockServer,
    imports: [['{ BedrockRuntimeClient, InvokeModelCommand, ConverseCommand }', '@aws-sdk/client-bedrock-runtime']],
    setUp: `const client = new BedrockRuntimeClient({ ${credentials} })`,
    rows: [
      [
        'embedding_provider.embed',
        invoke('cohere.embed', `{ texts: ${texts}, input_type: 'search_query' }`),
        ({ sent, answered }) => ({
          batch_size: sent.texts.length,
          results: answered.embeddings.length,
          dimensions: answered.embeddings[0].length,
        }),
      ],
      [
        'semantic_search.rerank',
        invoke('cohere.rerank', `{ query: 'private', documents: ${texts}, top_n: 1 }`),
        ({ sent, answered }) => ({
          batch_size: sent.documents.length,
          query_len: sent.query.length,
          top_k: sent.top_n,
          results: answered.results.length,
        }),
      ],
      [
        'llm.generate',
        `client.send(new ConverseCommand({ modelId: 'warm', messages: [{ role: 'user', content: [{ text: 'private' }, { cachePoint: { type: 'default' } }, { text: 'more' }] }] }))`,
        ({ answered: { usage, stopReason } }) => ({
          input_tokens: usage.inputTokens + usage.cacheReadInputTokens + usage.cacheWriteInputTokens,
          cached_tokens: usage.cacheReadInputTokens,
          output_tokens: usage.outputTokens,
          finish_reason: stopReason,
        }),
      ],
      ['llm.generate', invoke('fail', `{ ${asked} }`), status],
    ],
    end: 'client.destroy()',
  },
  'bedrock-agent': {
    server: bedrockAgentServer,
    imports: [['* as agents', '@aws-sdk/client-bedrock-agent-runtime']],
    setUp: `
      const client = new agents.BedrockAgentRuntimeClient({ ${credentials} })
      const arn = (name) => 'arn:aws:bedrock:us-east-1::foundation-model/' + name
      const vectorSearchConfiguration = { numberOfResults: 3 }
      const retrieve = (knowledgeBaseId) => client.send(new agents.RetrieveCommand({ knowledgeBaseId, retrievalQuery: { text: 'private' }, retrievalConfiguration: { vectorSearchConfiguration } }))`,
    rows: [
      [
        'semantic_search.retrieve',
        `retrieve('docs')`,
        ({ sent, answered }) => ({
          query_len: sent.retrievalQuery.text.length,
          top_k: sent.retrievalConfiguration.vectorSearchConfiguration.numberOfResults,
          results: answered.retrievalResults.length,
        }),
      ],
      [
        'semantic_search.rerank',
        `client.send(new agents.RerankCommand({
          queries: [{ type: 'TEXT', textQuery: { text: 'private' } }],
          sources: ${texts}.map((text) => ({ type: 'INLINE', inlineDocumentSource: { type: 'TEXT', textDocument: { text } } })),
          rerankingConfiguration: { type: 'BEDROCK_RERANKING_MODEL', bedrockRerankingConfiguration: { modelConfiguration: { modelArn: arn('ranks') } } },
        }))`,
        ({ sent, answered }) => ({
          batch_size: sent.sources.length,
          query_len: sent.queries[0].textQuery.text.length,
          results: answered.results.length,
        }),
      ],
      [
        'llm.generate',
        `client.send(new agents.RetrieveAndGenerateCommand({
          input: { text: 'private secret' },
          retrieveAndGenerateConfiguration: { type: 'KNOWLEDGE_BASE', knowledgeBaseConfiguration: { knowledgeBaseId: 'docs', modelArn: arn('claude') } },
        }))`,
        ({ sent, answered }) => ({ query_len: sent.input.text.length, finish_reason: answered.guardrailAction }),
      ],
      ['semantic_search.retrieve', `retrieve('fail')`, status],
    ],
    end: 'client.destroy()',
  },
}
