import type { Call, Instrumentation, Method } from '../agent/model.ts'
import { isAnswer } from './shared/parts.ts'

// biome-ignore lint/suspicious/noExplicitAny: the library's objects are read by shape
type Any = any
const arg = ({ args }: Call): Any => args[0]
const operation = (id: string) => (call: Call) => arg(call)?.event?.operationId === id

const options = {
  // A model may also be its name.
  model: (call: Call) => arg(call)?.model?.modelId ?? arg(call)?.model,
  // The providers' own models have it as a getter of this.
  provider: (call: Call) => arg(call)?.model?.provider ?? arg(call)?.model?.config?.provider,
  input_tokens: 'result.usage.tokens',
}
const named = { model: 'args.0.event.modelId', provider: 'args.0.event.provider' }
/** With `recordInputs: false` all inputs are replaced by ''. */
const lengthOf = (value: unknown) =>
  Array.isArray(value) || (typeof value === 'string' && value !== '') ? value.length : undefined
const event = {
  ...named,
  dimensions: 'args.0.event.dimensions',
  input_tokens: 'result.usage.tokens',
}

const usage = (at: string) => ({
  input_tokens: `${at}.inputTokens`,
  output_tokens: `${at}.outputTokens`,
  // Version 5 has the first alone, 6 both, 7 the second.
  cached_tokens: ({ result, ask }: Call) =>
    cachedOf(
      at
        .split('.')
        .slice(1)
        .reduce((value, key) => (key.endsWith('()') ? ask(value, key.slice(0, -2)) : value?.[key]), result as Any),
    ),
})
const cachedOf = (usage: Any) => usage?.inputTokenDetails?.cacheReadTokens ?? usage?.cachedInputTokens

const generate = { target: 'llm', scope: 'generate' } as const
const asked = { model: options.model, provider: options.provider }

/**
 * What `streamText` and `streamObject` return holds a stream, which all that an application may read is made from. Its
 * errors are parts of it, so such a record has none.
 */
const streamed = (at: string, kept: string, counted: Method['counted'] = isAnswer) =>
  ({
    ...generate,
    at,
    versions: '<7',
    ends: { kind: 'stream', at: 'baseStream' },
    // A promise's value as the library itself keeps it: asking for the promise would consume the stream.
    metadata: { ...asked, stream: () => true, ...usage(`result.${kept}.status.value`) },
    chunk: {},
    counted,
  }) satisfies Method

/**
 * Version 7 publishes its calls, but those with `telemetry: { isEnabled: false }`, which the agent respects. That is
 * better than to replace its exports: it needs no hook in a 23,000 line module, and reaches bundled copies of it.
 * It says nothing of `generateObject` and `streamObject`, which it deprecates, nor of a stream's tokens.
 */
export default {
  name: 'ai',
  module: 'ai',
  versions: '>=5 <8',
  target: 'embedding_provider',
  system: {},
  methods: [
    {
      at: 'embed',
      versions: '<7',
      scope: 'embed',
      inputs: 'args.0.value',
      metadata: { ...options, batch_size: 'texts(args.0.value)' },
    },
    {
      at: 'embedMany',
      versions: '<7',
      scope: 'embed',
      inputs: 'args.0.values',
      metadata: { ...options, batch_size: 'args.0.values.length', results: 'result.embeddings.length' },
    },
    {
      channel: 'ai:telemetry',
      versions: '>=7',
      scope: 'embed',
      when: operation('ai.embed'),
      inputs: 'args.0.event.value',
      metadata: { ...event, batch_size: () => 1 },
    },
    {
      channel: 'ai:telemetry',
      versions: '>=7',
      scope: 'embed',
      when: operation('ai.embedMany'),
      inputs: 'args.0.event.value',
      metadata: {
        ...event,
        batch_size: (call) => lengthOf(arg(call)?.event?.value),
        results: 'result.embeddings.length',
      },
    },
    { ...generate, at: 'generateText', versions: '<7', metadata: { ...asked, ...usage('result.totalUsage()') } },
    { ...generate, at: 'generateObject', versions: '<7', metadata: { ...asked, ...usage('result.usage') } },
    streamed('streamText', '_totalUsage'),
    // What the model wrote is there as text, too.
    streamed('streamObject', '_usage', (part) => (part as Any)?.type !== 'object' && isAnswer(part)),
    {
      at: 'rerank',
      // Version 5 has none.
      versions: '>=6 <7',
      target: 'semantic_search',
      scope: 'rerank',
      metadata: {
        ...asked,
        batch_size: 'args.0.documents.length',
        query_len: 'args.0.query.length',
        top_k: 'args.0.topN',
        results: 'result.ranking.length',
      },
    },
    {
      ...generate,
      channel: 'ai:telemetry',
      versions: '>=7',
      when: operation('ai.generateText'),
      metadata: { ...named, ...usage('result.totalUsage()') },
    },
    {
      ...generate,
      channel: 'ai:telemetry',
      versions: '>=7',
      when: operation('ai.streamText'),
      metadata: { ...named, stream: () => true },
    },
    {
      channel: 'ai:telemetry',
      versions: '>=7',
      target: 'semantic_search',
      scope: 'rerank',
      when: operation('ai.rerank'),
      metadata: {
        ...named,
        batch_size: (call) => lengthOf(arg(call)?.event?.documents),
        query_len: (call) => lengthOf(arg(call)?.event?.query),
        top_k: 'args.0.event.topN',
        results: 'result.ranking.length',
      },
    },
  ],
} satisfies Instrumentation
