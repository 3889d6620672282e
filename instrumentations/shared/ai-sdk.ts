import type { Method } from '../../agent/model.ts'
import { orderKept } from './order.ts'
import { isAnswer } from './parts.ts'

/** What the AI SDK's packages have in common: each makes models of one interface, by a function that is exported. */

// biome-ignore lint/suspicious/noExplicitAny: what a provider makes is read by shape
type Any = any
type Words = Readonly<Record<string, string>>

/**
 * The prototypes of a provider's models, by the names of its methods that make them: the classes are often not exported.
 * It sends nothing until it is asked. An older version may have none of a name: then nothing of that is there.
 */
export const prototypesOf = (provider: Any, names: readonly string[]) =>
  Object.fromEntries(
    names.map((name) => [name, provider[name] === undefined ? {} : Object.getPrototypeOf(provider[name]('none'))]),
  )

const metadata = { model: 'this.modelId', provider: 'this.provider()' }
/** Specification 2 has numbers, later ones have them by kind. */
const usageAt = (at: string) => ({
  input_tokens: `${at}.inputTokens.total ?? ${at}.inputTokens`,
  output_tokens: `${at}.outputTokens.total ?? ${at}.outputTokens`,
  cached_tokens: `${at}.inputTokens.cacheRead ?? ${at}.cachedInputTokens`,
  cache_write_tokens: `${at}.inputTokens.cacheWrite`,
  // 0 stands for what a service does not tell, too.
  reasoning_tokens: `${at}.outputTokens.reasoning || ${at}.reasoningTokens || undefined`,
})
const endedAt = (at: string) => ({ finish_reason: `${at}.finishReason.unified ?? ${at}.finishReason` })

export const embeds = {
  scope: 'embedding_provider.embed',
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

const partsOf = (own: (at: string) => Words) => ({
  chunk: { ...usageAt('chunk.usage'), ...endedAt('chunk'), response_model: 'chunk.modelId', ...own('chunk') },
  failed: `chunk.type == 'error' && (chunk.error || true)`,
  token: isAnswer,
})
/** What a model's stream tells of itself, whose parts go on in others: of several the last, and the sum of their tokens. */
export const partsOfModels = (() => {
  const { chunk, ...rest } = partsOf(() => ({}))
  const summed = Object.entries(usageAt('chunk.usage')).map(([key, path]) => [key, `sum(${path})`])
  return { ...rest, chunk: { ...chunk, ...Object.fromEntries(summed) } as Words }
})()

/** `own` is what a package tells in its own way, of an answer and of a stream's last part: both as `at`. */
const methodsOf = (own: (at: string) => Words) =>
  ({
    doGenerate: {
      metadata: {
        ...usageAt('result.usage'),
        ...endedAt('result'),
        response_model: 'result.response.modelId',
        ...own('result'),
      },
    },
    doStream: {
      ends: { kind: 'stream', at: 'stream' },
      metadata: { stream: true },
      ...partsOf(own),
    },
  }) satisfies Record<string, Partial<Method>>

export const generates = (own: (at: string) => Words = () => ({})) => ({
  scope: 'llm.generate',
  metadata,
  methods: methodsOf(own),
})

/** Of models that not every version has. */
export const mayGenerate = () => {
  const { doGenerate, doStream } = methodsOf(() => ({}))
  return { scope: 'llm.generate', metadata, methods: { 'doGenerate?': doGenerate, 'doStream?': doStream } }
}

export const mayRerank = {
  scope: 'semantic_search.rerank',
  metadata,
  methods: {
    'doRerank?': {
      metadata: {
        batch_size: 'args.0.documents.values.length',
        query_len: 'args.0.query.length',
        top_k: 'args.0.topN',
        results: 'result.ranking.length',
        ...orderKept('args.0.documents.values', 'result.ranking.*.index'),
      },
    },
  },
}

/**
 * With specification 2 Anthropic's and Bedrock's input is without what a cache had, and what that was given is in their
 * own metadata. Of a later one, whose input is no number, the sum is not read.
 */
export const inputWithCache = (written: string) => (at: string) => {
  const stored = `${at}.providerMetadata.${written}`
  const { inputTokens, cached } = { inputTokens: `${at}.usage.inputTokens`, cached: `${at}.usage.cachedInputTokens` }
  return {
    input_tokens: `${inputTokens}.total ?? ${inputTokens} + (${cached} ?? 0) + (${stored} ?? 0)`,
    cache_write_tokens: `${inputTokens}.cacheWrite ?? ${stored}`,
  }
}
