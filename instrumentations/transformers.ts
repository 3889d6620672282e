import type { Instrumentation } from '../agent/model.ts'

export default {
  name: 'transformers',
  module: '@huggingface/transformers',
  versions: '>=4 <5',
  target: 'embedding_provider',
  system: { provider: 'transformers', local: true },
  classes: [
    {
      // A pipeline is a function that calls this, and does not keep the name of its model.
      at: 'FeatureExtractionPipeline.prototype',
      methods: {
        _call: {
          scope: 'embed',
          inputs: 'args.0',
          metadata: { batch_size: 'texts(args.0)', dimensions: 'result.dims().-1', results: 'result.dims().0' },
        },
      },
    },
  ],
} satisfies Instrumentation
