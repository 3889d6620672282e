import type { Instrumentation } from '../agent/model.ts'
import { isAnswer } from './shared/parts.ts'

interface Exports {
  createOpenAI(options: object): Readonly<Record<string, (model: string) => object>>
}
/** The classes are not exported: what the provider makes leads to them. It sends nothing until it is asked. */
const from = ({ createOpenAI }: Exports) => {
  const provider = createOpenAI({ apiKey: 'none' })
  const names = ['chat', 'completion', 'responses', 'embedding']
  return Object.fromEntries(names.map((name) => [name, Object.getPrototypeOf(provider[name]?.('none'))]))
}
// Other providers take their classes for OpenAI's models, as @ai-sdk/azure does, from here.
const file = 'dist/internal/index'

const metadata = { model: 'this.modelId', provider: 'this.provider()' }
/** Specification 2 has numbers, later ones have them by kind. */
const usage = (at: string) => ({
  input_tokens: `${at}.inputTokens.total ?? ${at}.inputTokens`,
  output_tokens: `${at}.outputTokens.total ?? ${at}.outputTokens`,
  cached_tokens: `${at}.inputTokens.cacheRead ?? ${at}.cachedInputTokens`,
  cache_write_tokens: `${at}.inputTokens.cacheWrite`,
  // 0 stands for what a service does not tell, too.
  reasoning_tokens: `${at}.outputTokens.reasoning || ${at}.reasoningTokens || undefined`,
})
const ended = (at: string) => ({ finish_reason: `${at}.finishReason.unified ?? ${at}.finishReason` })
const embeds = {
  target: 'embedding_provider',
  scope: 'embed',
  inputs: 'args.0.values',
  metadata,
  methods: {
    doEmbed: {
      metadata: {
        batch_size: 'args.0.values.length',
        dimensions: 'result.embeddings.0.length',
        input_tokens: 'result.usage.tokens',
        results: 'result.embeddings.length',
      },
    },
  },
}
const generates = {
  scope: 'generate',
  metadata,
  methods: {
    doGenerate: {
      metadata: { ...usage('result.usage'), ...ended('result'), response_model: 'result.response.modelId' },
    },
    doStream: {
      ends: { kind: 'stream', at: 'stream' } as const,
      metadata: { stream: true },
      chunk: { ...usage('chunk.usage'), ...ended('chunk'), response_model: 'chunk.modelId' },
      failed: `chunk.type == 'error' && (chunk.error || true)`,
      token: isAnswer,
    },
  },
}
const models = ['Chat', 'Completion', 'Responses'].map((name) => `OpenAI${name}LanguageModel.prototype`)

/** The AI SDK's models, called directly or by `ai`, which is a library of its own: its records hold these. */
export default {
  name: 'ai-sdk',
  module: '@ai-sdk/openai',
  versions: '>=2 <5',
  target: 'llm',
  system: {},
  classes: [
    { ...embeds, from, at: 'embedding' },
    { ...embeds, file, at: 'OpenAIEmbeddingModel.prototype' },
    { ...generates, from, at: ['chat', 'completion', 'responses'] },
    { ...generates, file, at: models },
  ],
} satisfies Instrumentation
