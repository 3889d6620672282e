import type { Instrumentation } from '../agent/model.ts'

const model = 'this.model'
/** A generator of batches, as fast as they are asked for. */
const embed = { scope: 'embed', inputs: 'args.0', metadata: { model, batch_size: 'args.0.length' } }
const query = {
  scope: 'embed',
  inputs: 'args.0',
  metadata: { model, batch_size: () => 1, dimensions: 'result.length' },
}

/** `passageEmbed` is `embed`. `queryEmbed` takes the first of one of its batches, and never asks for its end. */
export default {
  name: 'fastembed',
  module: 'fastembed',
  versions: '>=2 <3',
  target: 'embedding_provider',
  system: { provider: 'fastembed', local: true },
  methods: [
    { at: 'FlagEmbedding.prototype.embed', ...embed, chunk: { dimensions: 'chunk.0.length' } },
    { at: 'FlagEmbedding.prototype.queryEmbed', ...query },
    { at: 'SparseTextEmbedding.prototype.embed', ...embed, chunk: {} },
    { at: 'SparseTextEmbedding.prototype.queryEmbed', ...query },
  ],
} satisfies Instrumentation
