import type { Instrumentation } from '../agent/model.ts'
import { embeds, generates, prototypesOf } from './shared/ai-sdk.ts'

interface Exports {
  createOpenAI(options: object): unknown
}
const from = ({ createOpenAI }: Exports) =>
  prototypesOf(createOpenAI({ apiKey: 'none' }), ['chat', 'completion', 'responses', 'embedding'])
// Other providers take their classes for OpenAI's models, as @ai-sdk/azure does, from here.
const file = 'dist/internal/index'
const models = ['Chat', 'Completion', 'Responses'].map((name) => `OpenAI${name}LanguageModel.prototype`)

/** The AI SDK's models, called directly or by `ai`, which is a library of its own: its records hold these. */
export default {
  name: 'ai-sdk',
  module: '@ai-sdk/openai',
  versions: '>=2 <5',
  target: 'llm',
  system: {},
  classes: [
    { ...embeds, from, at: 'embedding' },
    { ...embeds, file, at: 'OpenAIEmbeddingModel.prototype' },
    { ...generates(), from, at: ['chat', 'completion', 'responses'] },
    { ...generates(), file, at: models },
  ],
} satisfies Instrumentation
