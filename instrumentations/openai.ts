import type { Instrumentation } from '../agent/model.ts'

export default {
  name: 'openai',
  module: 'openai',
  versions: '>=6 <8',
  target: 'embedding_provider',
  methods: [
    {
      at: 'OpenAI.Embeddings.prototype.create',
      scope: 'embed',
      // The client's APIPromise reads its body once, in these.
      settles: ['parse', 'asResponse', '_thenUnwrap'],
      metadata: {
        model: 'args.0.model',
        batch_size: 'count(args.0.input)',
        dimensions: 'args.0.dimensions',
        input_tokens: 'result.usage.prompt_tokens',
        results: 'result.data.length',
      },
    },
  ],
} satisfies Instrumentation
