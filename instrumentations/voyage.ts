import type { Instrumentation } from '../agent/model.ts'
import { client } from './shared/fern.ts'
import { reranked } from './shared/order.ts'

/** `withRawResponse()` gives the same one level deeper. */
const reply = (path: string) => `result.data.${path} ?? result.${path}`
const data = (path: string) => `(result.data.data ?? result.data).${path}`
const told = { input_tokens: reply('usage.totalTokens'), response_model: reply('model') }
const found = { ...told, results: reply('data.length') }
const { metadata: asked, ends } = client
const dimensions = `args.0.outputDimension ?? size(${data('0.embedding')})`
const nested = { scope: 'embed', inputs: 'contents(args.0.inputs)' }
/** Chunks that are embedded in the context of each other, a list of them for each document. */
const inContext = { batch_size: 'total(args.0.inputs)' }

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
        ...asked,
        ...inContext,
        dimensions: 'args.0.outputDimension ?? size(result.results.0.embeddings.0)',
        input_tokens: 'result.totalTokens',
        results: 'sum(result.results.*.embeddings.length)',
        response_model: 'result.rawResponse.model',
      },
      methods: { contextualizedEmbed: {} },
    },
    {
      at: 'GeneratedVoyageAIClient.prototype',
      ends,
      metadata: { ...asked, ...told },
      methods: {
        contextualizedEmbed: {
          ...nested,
          metadata: {
            ...inContext,
            dimensions: `args.0.outputDimension ?? size(${data('0.data.0.embedding')})`,
            results: `sum(${data('*.data.length')})`,
          },
        },
        // Parts of one input.
        multimodalEmbed: { ...nested, metadata: { batch_size: 'args.0.inputs.length', dimensions, ...found } },
        rerank: {
          scope: 'semantic_search.rerank',
          metadata: reranked({ top_k: 'args.0.topK', results: found.results, places: reply('data.*.index') }),
        },
      },
    },
  ],
} satisfies Instrumentation
