import type { Instrumentation } from '../agent/model.ts'
import { columns, itsName, loaded, modelOf, prompted, read, rows, writes, written } from './shared/transformers.ts'

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
      inputs: 'args.0',
      metadata: { model: modelOf, batch_size: 'texts(args.0)', dimensions: columns, results: rows },
      methods: { _call: 'embed' },
    },
    {
      // That of the pipelines that write ends with it, and begins with it.
      at: 'PreTrainedModel.prototype',
      when: writes,
      metadata: { model: itsName, batch_size: rows, input_tokens: read, output_tokens: written },
      methods: { generate: 'llm.generate' },
    },
    { at: 'PreTrainedModel.prototype', methods: { _get_logits_processor: { scope: 'llm.generate', note: prompted } } },
    {
      at: 'PreTrainedModel',
      methods: { from_pretrained: ['embed', 'llm.generate'].map((scope) => ({ scope, noteValue: loaded })) },
    },
  ],
} satisfies Instrumentation
