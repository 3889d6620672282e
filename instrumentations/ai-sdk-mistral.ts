import type { Instrumentation } from '../agent/model.ts'
import { embeds, generates, mayGenerate, prototypesOf } from './shared/ai-sdk.ts'

interface Exports {
  createMistral(options: object): unknown
}
const from = ({ createMistral }: Exports) =>
  prototypesOf(createMistral({ apiKey: 'none' }), ['chat', 'embedding', 'conversation'])

export default {
  name: 'ai-sdk-mistral',
  module: '@ai-sdk/mistral',
  versions: '>=2 <5',
  target: 'llm',
  system: {},
  classes: [
    { ...embeds, from, at: 'embedding' },
    { ...generates(), from, at: 'chat' },
    { ...mayGenerate(), from, at: 'conversation' },
  ],
} satisfies Instrumentation
