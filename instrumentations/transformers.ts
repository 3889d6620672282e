import type { Instrumentation } from '../agent/model.ts'
import { columns, itsName, loaded, modelOf, prompted, read, rows, writes, written } from './shared/transformers.ts'

const llm = { scope: 'llm.generate' }

export default {
  name: 'transformers',
  module: '@huggingface/transformers',
  versions: '>=3 <5',
  target: 'embedding_provider',
  system: { provider: 'transformers', local: true },
  classes: [
    {
      // A pipeline is a function that calls this.
      at: 'FeatureExtractionPipeline.prototype',
      methods: {
        _call: {
          scope: 'embed',
          inputs: 'args.0',
          metadata: { model: modelOf, batch_size: 'texts(args.0)', dimensions: columns, results: rows },
        },
      },
    },
    {
      // That of the pipelines that write ends with it, and begins with it.
      at: 'PreTrainedModel.prototype',
      methods: {
        generate: {
          ...llm,
          when: writes,
          metadata: { model: itsName, batch_size: rows, input_tokens: read, output_tokens: written },
        },
        _get_logits_processor: { ...llm, note: prompted },
      },
    },
    {
      at: 'PreTrainedModel',
      methods: {
        from_pretrained: [
          { scope: 'embed', noteValue: loaded },
          { ...llm, noteValue: loaded },
        ],
      },
    },
  ],
} satisfies Instrumentation
