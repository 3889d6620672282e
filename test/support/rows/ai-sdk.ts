import { aiSdkBedrockServer } from '../ai-sdk-bedrock-server.ts'
import { anthropicServer } from '../anthropic-server.ts'
import type { Import } from '../application.ts'
import { cohereServer } from '../cohere-server.ts'
import { googleServer } from '../google-server.ts'
import { mistralServer } from '../mistral-server.ts'
import { openaiServer } from '../openai-server.ts'
import { type Family, type Really, type Row, type Rows, texts } from './row.ts'

const asked = `{ prompt: [{ role: 'user', content: [{ type: 'text', text: 'private' }] }] }`
const ranked = `{ documents: { type: 'text', values: ${texts} }, query: 'private', topN: 1 }`

/** A row for each of a provider's models; `made` makes it, `names` are how it has them made. */
const provider = (
  server: Rows['server'],
  [name, module]: readonly [string, string],
  options: string,
  rows: readonly Row[],
): Rows => ({
  server: server as NonNullable<Rows['server']>,
  imports: [[`{ ${name} }`, module]] satisfies readonly Import[],
  setUp: `const made = ${name}({ apiKey: 'k', ${options} })`,
  rows,
})
const embeds = (really: Really, model = `made.textEmbeddingModel('small')`): Row => [
  'embedding_provider.embed',
  `${model}.doEmbed({ values: ${texts} })`,
  really,
]
const writes = (really: Really, model = 'm'): Row => ['llm.generate', `made('${model}').doGenerate(${asked})`, really]
const fails: Row = ['llm.generate', `made('fail').doGenerate(${asked})`, ({ status }) => ({ status })]

const compatible: Really = ({ sent, answered: { usage } }) => ({
  model: sent.model,
  input_tokens: usage.prompt_tokens,
  output_tokens: usage.completion_tokens,
})
const vectors: Really = ({ sent, answered }) => ({
  model: sent.model,
  batch_size: sent.input.length,
  results: answered.data.length,
  dimensions: answered.data[0].embedding.length,
  input_tokens: answered.usage.prompt_tokens,
})

/** The providers of the AI SDK, by the interface that its models have. */
export const aiSdk: Family = {
  'ai-sdk': provider(openaiServer, ['createOpenAI', '@ai-sdk/openai'], 'baseURL: url', [
    embeds(vectors),
    writes(({ sent, answered: { usage } }) => ({
      model: sent.model,
      input_tokens: usage.input_tokens,
      output_tokens: usage.output_tokens,
      cached_tokens: usage.input_tokens_details.cached_tokens,
    })),
    fails,
  ]),
  'ai-sdk-openai-compatible': provider(
    openaiServer,
    ['createOpenAICompatible', '@ai-sdk/openai-compatible'],
    `name: 'mine', baseURL: url + '/v1'`,
    [embeds(vectors), writes(compatible), fails],
  ),
  'ai-sdk-mistral': provider(mistralServer, ['createMistral', '@ai-sdk/mistral'], 'baseURL: url', [
    embeds(vectors),
    writes(compatible),
    fails,
  ]),
  'ai-sdk-anthropic': provider(anthropicServer, ['createAnthropic', '@ai-sdk/anthropic'], 'baseURL: url', [
    writes(({ sent, answered: { usage } }) => ({
      model: sent.model,
      input_tokens: usage.input_tokens + usage.cache_creation_input_tokens + usage.cache_read_input_tokens,
      output_tokens: usage.output_tokens,
      cached_tokens: usage.cache_read_input_tokens,
      cache_write_tokens: usage.cache_creation_input_tokens,
    })),
    fails,
  ]),
  'ai-sdk-cohere': provider(cohereServer, ['createCohere', '@ai-sdk/cohere'], `baseURL: url + '/v2'`, [
    embeds(({ sent, answered }) => ({
      model: sent.model,
      batch_size: sent.texts.length,
      results: answered.embeddings.float.length,
      dimensions: answered.embeddings.float[0].length,
      input_tokens: answered.meta.billed_units.input_tokens,
    })),
    writes(({ answered: { usage } }) => ({
      input_tokens: usage.tokens.input_tokens,
      output_tokens: usage.tokens.output_tokens,
    })),
    [
      'semantic_search.rerank',
      `made.reranking('ranks').doRerank(${ranked})`,
      ({ sent, answered }) => ({
        batch_size: sent.documents.length,
        query_len: sent.query.length,
        top_k: sent.top_n,
        results: answered.results.length,
      }),
    ],
    fails,
  ]),
  'ai-sdk-google': provider(googleServer, ['createGoogleGenerativeAI', '@ai-sdk/google'], 'baseURL: url', [
    embeds(({ sent, answered }) => ({
      batch_size: sent.requests.length,
      results: answered.embeddings.length,
      dimensions: answered.embeddings[0].values.length,
    })),
    writes(
      ({ answered: { usageMetadata, modelVersion } }) => ({
        input_tokens: usageMetadata.promptTokenCount,
        output_tokens: usageMetadata.candidatesTokenCount + usageMetadata.thoughtsTokenCount,
        reasoning_tokens: usageMetadata.thoughtsTokenCount,
        response_model: modelVersion,
      }),
      'thinker',
    ),
    fails,
  ]),
  'ai-sdk-vertex': provider(
    googleServer,
    ['createVertex', '@ai-sdk/google-vertex'],
    `project: 'mine', location: 'here', baseURL: url, googleAuthOptions: { authClient: { getAccessToken: async () => ({ token: 'k' }) } }`,
    [
      embeds(({ sent, answered: { predictions } }) => ({
        batch_size: sent.instances.length,
        results: predictions.length,
        dimensions: predictions[0].embeddings.values.length,
      })),
      [
        'embedding_provider.embed',
        `made.textEmbeddingModel('fail').doEmbed({ values: ${texts} })`,
        ({ status }) => ({ status }),
      ],
    ],
  ),
  'ai-sdk-bedrock': provider(
    aiSdkBedrockServer,
    ['createAmazonBedrock', '@ai-sdk/amazon-bedrock'],
    `region: 'us-east-1', baseURL: url`,
    [
      [
        'embedding_provider.embed',
        `made.embedding('titan-embed').doEmbed({ values: ['private'] })`,
        ({ answered }) => ({ dimensions: answered.embedding.length, input_tokens: answered.inputTextTokenCount }),
      ],
      writes(({ answered: { usage } }) => ({ input_tokens: usage.inputTokens, output_tokens: usage.outputTokens })),
      [
        'semantic_search.rerank',
        `made.reranking('ranks').doRerank(${ranked})`,
        ({ sent, answered }) => ({ batch_size: sent.sources.length, results: answered.results.length }),
      ],
      fails,
    ],
  ),
}
