import type { Instrumentation } from '../agent/model.ts'
import { partsOfModels } from './shared/ai-sdk.ts'
import { orderKept } from './shared/order.ts'
import { isAnswer, isText } from './shared/parts.ts'

/** A model may also be its name. The providers' own models have `provider` as a getter of what `config` has. */
const asked = {
  model: 'args.0.model.modelId ?? args.0.model',
  provider: 'args.0.model.provider ?? args.0.model.config.provider',
}
const named = { model: 'args.0.event.modelId', provider: 'args.0.event.provider' }
/** With `recordInputs: false` all inputs are replaced by ''. */
const lengthOf = (path: string) => `chars(${path}) || undefined ?? size(${path})`
const usage = (at: string) => ({
  input_tokens: `${at}.inputTokens`,
  output_tokens: `${at}.outputTokens`,
  // Version 5 has the second alone, 6 both, 7 the first.
  cached_tokens: `${at}.inputTokenDetails.cacheReadTokens ?? ${at}.cachedInputTokens`,
  cache_write_tokens: `${at}.inputTokenDetails.cacheWriteTokens`,
  // 0 stands for what a service does not tell, too.
  reasoning_tokens: `${at}.outputTokenDetails.reasoningTokens || ${at}.reasoningTokens || undefined`,
})
const ended = (at: string) => ({ finish_reason: `${at}.finishReason`, response_model: `${at}.response.modelId` })
/** A text is that of its last step. */
const text = { ...usage('result.totalUsage()'), ...ended('result.steps.-1') }
const tokens = { input_tokens: 'result.usage.tokens' }
const embedded = { ...named, ...tokens, dimensions: 'args.0.event.dimensions' }
const ranked = (at: string, length: (path: string) => string) => ({
  batch_size: length(`${at}.documents`),
  query_len: length(`${at}.query`),
  top_k: `${at}.topN`,
  results: 'result.ranking.length',
  ...orderKept(`${at}.documents`, 'result.ranking.*.originalIndex'),
})
const results = 'result.embeddings.length'

const embed = { scope: 'embed' }
const rerank = { scope: 'semantic_search.rerank' }
const generate = { scope: 'llm.generate' }
/**
 * What `streamText` and `streamObject` return holds a stream, which all that an application may read is made from; its
 * errors are parts of that. A promise's value is read where the library keeps it: to ask for it would consume the stream.
 */
const streamed = (kept: string, response: string, part: string) => ({
  ends: { kind: 'stream', at: 'baseStream' } as const,
  metadata: {
    stream: true,
    ...usage(`result.${kept}.status.value`),
    finish_reason: 'result._finishReason.status.value',
    response_model: `result.${response}.modelId`,
  },
  chunk: {},
  failed: `${part}.type == 'error' && (${part}.error || true)`,
})
const textStream = { ...streamed('_totalUsage', '_steps.status.value.-1.response', 'chunk.part'), token: isAnswer }
const objectStream = { ...streamed('_usage', '_response.status.value', 'chunk'), token: isText }
const agent = {
  ...generate,
  metadata: {
    model: 'this.settings.model.modelId ?? this.settings.model',
    provider: 'this.settings.model.provider ?? this.settings.model.config.provider',
  },
  methods: { generate: { metadata: text }, stream: textStream },
}
const told = (id: string) => ({
  channel: 'ai:telemetry',
  versions: '>=7',
  when: `args.0.event.operationId == 'ai.${id}'`,
})
const value = 'args.0.event.value'

/**
 * Version 7 publishes its calls, but those with `telemetry: { isEnabled: false }`, which the agent respects. That is
 * better than to replace its exports: it needs no hook in a 23,000 line module, and reaches bundled copies of it.
 * It says nothing of `generateObject` and `streamObject`, which it deprecates.
 */
export default {
  name: 'ai',
  module: 'ai',
  versions: '>=5 <8',
  target: 'embedding_provider',
  framework: true,
  system: {},
  classes: [
    {
      versions: '<7',
      metadata: asked,
      methods: {
        embed: { ...embed, inputs: 'args.0.value', metadata: { ...tokens, batch_size: 'texts(args.0.value)' } },
        embedMany: {
          ...embed,
          inputs: 'args.0.values',
          metadata: { ...tokens, batch_size: 'args.0.values.length', results },
        },
        generateText: { ...generate, metadata: text },
        generateObject: { ...generate, metadata: { ...usage('result.usage'), ...ended('result') } },
        streamText: { ...generate, ...textStream },
        streamObject: { ...generate, ...objectStream },
        // Version 5 has none.
        rerank: { ...rerank, versions: '>=6 <7', metadata: ranked('args.0', (path) => `${path}.length`) },
      },
    },
    // They call functions of the module itself, which no replaced export reaches.
    { ...agent, at: 'Experimental_Agent.prototype', versions: '<6' },
    { ...agent, at: 'ToolLoopAgent.prototype', versions: '>=6 <7' },
  ],
  methods: [
    { ...told('embed'), ...embed, inputs: value, metadata: { ...embedded, batch_size: 1 } },
    { ...told('embedMany'), ...embed, inputs: value, metadata: { ...embedded, batch_size: lengthOf(value), results } },
    { ...told('generateText'), ...generate, metadata: { ...named, ...text } },
    {
      ...told('streamText'),
      ...generate,
      metadata: { ...named, stream: true },
      // Its own end has no result, but each call of a model in it has the stream that it gives.
      joins: { id: 'args.0.event.callId', stream: 'args.0.result.stream' },
      ...partsOfModels,
    },
    { ...told('rerank'), ...rerank, metadata: { ...named, ...ranked('args.0.event', lengthOf) } },
  ],
} satisfies Instrumentation
