import type { Instrumentation } from '../agent/model.ts'

/** `withRawResponse()` gives the same one level deeper. */
const reply = (path: string) => `result.data.${path} ?? result.${path}`
const found = { input_tokens: reply('usage.totalTokens'), results: reply('data.length') }
// The client's promise reads its body before it is asked, in these. What it keeps of that it gives through them alone.
const ends = { kind: 'thenable', methods: ['unwrap', 'withRawResponse'] } as const

const dimensions = 'args.0.outputDimension'
const asked = { model: 'args.0.model', provider: 'provider(this._options.baseUrl ?? this._options.environment)' }
/** Parts of one input, or chunks that are embedded in the context of each other. */
const nested = {
  scope: 'embed',
  inputs: 'contents(args.0.inputs)',
  metadata: { ...asked, batch_size: 'args.0.inputs.length' },
}

export default {
  name: 'voyage',
  module: 'voyageai',
  versions: '>=0.3 <0.5',
  target: 'embedding_provider',
  system: { provider: 'voyage_ai' },
  observe: 'chain',
  classes: [
    {
      // The first is a subclass of the generated one: its own methods call that one's.
      at: ['VoyageAIClient.prototype', 'GeneratedVoyageAIClient.prototype'],
      scope: 'embed',
      ends,
      inputs: 'args.0.input',
      metadata: { ...asked, dimensions, batch_size: 'texts(args.0.input)', ...found },
      methods: { embed: {} },
    },
    {
      ...nested,
      at: 'VoyageAIClient.prototype',
      versions: '>=0.4',
      metadata: {
        ...nested.metadata,
        dimensions,
        input_tokens: 'result.totalTokens',
        results: 'result.results.length',
      },
      methods: { contextualizedEmbed: {} },
    },
    {
      at: 'GeneratedVoyageAIClient.prototype',
      ends,
      metadata: { ...asked, ...found },
      methods: {
        contextualizedEmbed: { ...nested, metadata: { ...nested.metadata, dimensions } },
        multimodalEmbed: nested,
        rerank: {
          scope: 'rerank',
          target: 'semantic_search',
          metadata: { batch_size: 'args.0.documents.length', query_len: 'args.0.query.length', top_k: 'args.0.topK' },
        },
      },
    },
  ],
} satisfies Instrumentation
