import { bedrockAgentServer } from '../bedrock-agent-server.ts'
import { bedrockServer } from '../bedrock-server.ts'
import { asked, type Family, status, texts } from './row.ts'

const credentials = `region: 'us-east-1', endpoint: url, maxAttempts: 1, credentials: { accessKeyId: 'private', secretAccessKey: 'private' }`
const invoke = (model: string, body: string) =>
  `client.send(new InvokeModelCommand({ modelId: '${model}', body: JSON.stringify(${body}) }))`

/** Bedrock and its agents. */
export const bedrock: Family = {
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
          order_kept: answered.results[0].index === 0,
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
          order_kept: answered.results.every(({ index }: { index: number }, i: number) => index === i),
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
