import type { Instrumentation } from '../agent/model.ts'
import { embeds, prototypesOf } from './shared/ai-sdk.ts'

interface Exports {
  createVertex(options: object): unknown
}
const from = ({ createVertex }: Exports) =>
  prototypesOf(createVertex({ project: 'none', location: 'none' }), ['textEmbeddingModel'])

/** Its Gemini is that of @ai-sdk/google, its Claude of @ai-sdk/anthropic, and its open models of @ai-sdk/openai-compatible. */
export default {
  name: 'ai-sdk-vertex',
  module: '@ai-sdk/google-vertex',
  versions: '>=3 <6',
  target: 'embedding_provider',
  system: {},
  classes: [
    { ...embeds, from, at: 'textEmbeddingModel' },
    { ...embeds, from, file: 'dist/edge/index', at: 'textEmbeddingModel' },
  ],
} satisfies Instrumentation
