import type { Call, Instrumentation, Method } from '../agent/model.ts'
import { isAnswer } from './shared/parts.ts'

// biome-ignore lint/suspicious/noExplicitAny: the library's objects are read by shape
type Any = any

/** The classes are not exported: what the provider makes leads to them. It sends nothing until it is asked. */
const prototypes = (exports: Any) => {
  const provider = exports.createOpenAI({ apiKey: 'none' })
  const names = ['chat', 'completion', 'responses', 'embedding'] as const
  return Object.fromEntries(names.map((name) => [name, Object.getPrototypeOf(provider[name]('none'))]))
}

const asked = { model: 'this.modelId', provider: 'this.provider()' }
/** Specification 2 has numbers, later ones have them by kind. */
const usage = (usageOf: (call: Call) => Any) => ({
  input_tokens: (call: Call) => usageOf(call)?.inputTokens?.total ?? usageOf(call)?.inputTokens,
  output_tokens: (call: Call) => usageOf(call)?.outputTokens?.total ?? usageOf(call)?.outputTokens,
  cached_tokens: (call: Call) => usageOf(call)?.inputTokens?.cacheRead ?? usageOf(call)?.cachedInputTokens,
})

type Place = Pick<Method, 'at' | 'from' | 'file'>
const embeds = (place: Place): Method => ({
  ...place,
  target: 'embedding_provider',
  scope: 'embed',
  inputs: 'args.0.values',
  metadata: {
    ...asked,
    batch_size: 'args.0.values.length',
    dimensions: 'result.embeddings.0.length',
    input_tokens: 'result.usage.tokens',
    results: 'result.embeddings.length',
  },
})
const generates = (place: Place): Method => ({
  ...place,
  scope: 'generate',
  metadata: { ...asked, ...usage(({ result }) => (result as Any)?.usage) },
})
const streams = (place: Place): Method => ({
  ...place,
  scope: 'generate',
  ends: { kind: 'stream', at: 'stream' },
  metadata: { ...asked, stream: () => true },
  chunk: usage(({ chunk }) => (chunk as Any)?.usage),
  counted: isAnswer,
})

// Other providers take their classes for OpenAI's models, as @ai-sdk/azure does, from here.
const file = 'dist/internal/index'
const inside = (name: string, method: string) => ({ at: `OpenAI${name}.prototype.${method}`, file })
const outside = (name: string, method: string) => ({ at: `${name}.${method}`, from: prototypes })

/** The AI SDK's models, called directly or by `ai`, which is a library of its own: its records hold these. */
export default {
  name: 'ai-sdk',
  module: '@ai-sdk/openai',
  versions: '>=2 <5',
  target: 'llm',
  system: {},
  methods: [
    embeds(outside('embedding', 'doEmbed')),
    embeds(inside('EmbeddingModel', 'doEmbed')),
    ...['chat', 'completion', 'responses'].flatMap((name) => [
      generates(outside(name, 'doGenerate')),
      streams(outside(name, 'doStream')),
    ]),
    ...['Chat', 'Completion', 'Responses'].flatMap((name) => [
      generates(inside(`${name}LanguageModel`, 'doGenerate')),
      streams(inside(`${name}LanguageModel`, 'doStream')),
    ]),
  ],
} satisfies Instrumentation
