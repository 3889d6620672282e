import type { Instrumentation } from '../agent/model.ts'

const model = { scope: 'embed', inputs: 'args.0', metadata: { model: 'this.model' } }
/** A generator of batches, as fast as they are asked for. */
const embed = { metadata: { batch_size: 'args.0.length' } }
const results = 'sum(chunk.length)'
const queryEmbed = { metadata: { batch_size: 1, dimensions: 'result.length' } }

/** `passageEmbed` is `embed`. `queryEmbed` takes the first of one of its batches, and never asks for its end. */
export default {
  name: 'fastembed',
  module: 'fastembed',
  versions: '>=2 <3',
  target: 'embedding_provider',
  system: { provider: 'fastembed', local: true },
  classes: [
    {
      ...model,
      at: 'FlagEmbedding.prototype',
      methods: { embed: { ...embed, chunk: { results, dimensions: 'chunk.0.length' } }, queryEmbed },
    },
    { ...model, at: 'SparseTextEmbedding.prototype', methods: { embed: { ...embed, chunk: { results } }, queryEmbed } },
  ],
} satisfies Instrumentation
