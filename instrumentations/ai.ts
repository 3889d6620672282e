import type { Call, Instrumentation } from '../agent/model.ts'

// biome-ignore lint/suspicious/noExplicitAny: the library's objects are read by shape
const arg = ({ args }: Call): any => args[0]
const operation = (id: string) => (call: Call) => arg(call)?.event?.operationId === id

const options = {
  // A model may also be its name.
  model: (call: Call) => arg(call)?.model?.modelId ?? arg(call)?.model,
  provider: 'args.0.model.provider',
  input_tokens: 'result.usage.tokens',
}
const event = {
  model: 'args.0.event.modelId',
  provider: 'args.0.event.provider',
  dimensions: 'args.0.event.dimensions',
  input_tokens: 'result.usage.tokens',
}

/**
 * Version 7 publishes its calls, but those with `telemetry: { isEnabled: false }`, which the agent respects. That is
 * better than to replace its exports: it needs no hook in a 23,000 line module, and reaches bundled copies of it.
 */
export default {
  name: 'ai',
  module: 'ai',
  versions: '>=6 <8',
  target: 'embedding_provider',
  methods: [
    {
      at: 'embed',
      versions: '<7',
      scope: 'embed',
      metadata: { ...options, batch_size: 'count(args.0.value)' },
    },
    {
      at: 'embedMany',
      versions: '<7',
      scope: 'embed',
      metadata: { ...options, batch_size: 'args.0.values.length', results: 'result.embeddings.length' },
    },
    {
      channel: 'ai:telemetry',
      versions: '>=7',
      scope: 'embed',
      when: operation('ai.embed'),
      metadata: { ...event, batch_size: () => 1 },
    },
    {
      channel: 'ai:telemetry',
      versions: '>=7',
      scope: 'embed',
      when: operation('ai.embedMany'),
      metadata: {
        ...event,
        // With `recordInputs: false` the values are replaced by ''.
        batch_size: (call) => (Array.isArray(arg(call).event.value) ? arg(call).event.value.length : undefined),
        results: 'result.embeddings.length',
      },
    },
  ],
} satisfies Instrumentation
