import type { Instrumentation } from '../agent/model.ts'
import { ended, lengthOf, objectStream, ranked, text, textStream, tokens, usage } from './shared/ai-calls.ts'
import { partsOfModels } from './shared/ai-sdk.ts'

/** A model may also be its name. The providers' own models have `provider` as a getter of what `config` has. */
const asked = {
  model: 'args.0.model.modelId ?? args.0.model',
  provider: 'args.0.model.provider ?? args.0.model.config.provider',
}
const named = { model: 'args.0.event.modelId', provider: 'args.0.event.provider' }
const dimensions = 'result.embedding.length ?? result.embeddings.0.length'
const embedded = { ...named, ...tokens, dimensions: `${dimensions} ?? args.0.event.dimensions` }
const results = 'result.embeddings.length'

const embed = { scope: 'embed' }
const rerank = { scope: 'semantic_search.rerank' }
const generate = { scope: 'llm.generate' }
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
        embed: {
          ...embed,
          inputs: 'args.0.value',
          metadata: { ...tokens, dimensions, batch_size: 'texts(args.0.value)' },
        },
        embedMany: {
          ...embed,
          inputs: 'args.0.values',
          metadata: { ...tokens, dimensions, batch_size: 'args.0.values.length', results },
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
