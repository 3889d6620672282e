import type { Instrumentation } from '../agent/model.ts'
import { embeds, generates, mayRerank, prototypesOf } from './shared/ai-sdk.ts'

interface Exports {
  createCohere(options: object): unknown
}
const from = ({ createCohere }: Exports) =>
  prototypesOf(createCohere({ apiKey: 'none' }), ['languageModel', 'embedding', 'reranking'])

export default {
  name: 'ai-sdk-cohere',
  module: '@ai-sdk/cohere',
  versions: '>=2 <5',
  target: 'llm',
  system: {},
  classes: [
    { ...embeds, from, at: 'embedding' },
    { ...generates(), from, at: 'languageModel' },
    { ...mayRerank, from, at: 'reranking' },
  ],
} satisfies Instrumentation
