import type { Call, Instrumentation } from '../agent/model.ts'
import { listOf } from './shared/kinds.ts'

/** A pipeline is a function that calls this, and does not keep the name of its model. */
export default {
  name: 'transformers',
  module: '@huggingface/transformers',
  versions: '>=4 <5',
  target: 'embedding_provider',
  system: { provider: 'transformers', local: true },
  methods: [
    {
      at: 'FeatureExtractionPipeline.prototype._call',
      scope: 'embed',
      inputs: 'args.0',
      metadata: {
        batch_size: 'texts(args.0)',
        dimensions: ({ result, ask }: Call) => listOf(ask(result, 'dims')).at(-1),
        results: 'result.dims().0',
      },
    },
  ],
} satisfies Instrumentation
