import type { Instrumentation } from '../agent/model.ts'
import { embeds, generates, mayGenerate, prototypesOf } from './shared/ai-sdk.ts'

interface Exports {
  createGoogleGenerativeAI(options: object): unknown
}
interface Inside {
  readonly GoogleLanguageModel?: { readonly prototype: object }
  readonly GoogleGenerativeAILanguageModel: { readonly prototype: object }
  readonly GoogleInteractionsLanguageModel?: { readonly prototype: object }
}
const from = ({ createGoogleGenerativeAI }: Exports) =>
  prototypesOf(createGoogleGenerativeAI({ apiKey: 'none' }), ['chat', 'embedding', 'interactions'])
// What @ai-sdk/google-vertex takes its Gemini from; 4 has renamed the class.
const file = 'dist/internal/index'
const inside = (exports: Inside) => ({
  chat: (exports.GoogleLanguageModel ?? exports.GoogleGenerativeAILanguageModel).prototype,
  interactions: exports.GoogleInteractionsLanguageModel?.prototype ?? {},
})
const gemini = generates((at) => ({
  // With specification 2 the thoughts are beside the output.
  output_tokens: `${at}.usage.outputTokens.total ?? ${at}.usage.outputTokens + (${at}.usage.reasoningTokens ?? 0)`,
  response_model: `${at}.response.modelId ?? ${at}.response.body.modelVersion ?? ${at}.modelId`,
}))

export default {
  name: 'ai-sdk-google',
  module: '@ai-sdk/google',
  versions: '>=2 <5',
  target: 'llm',
  system: {},
  classes: [
    { ...embeds, from, at: 'embedding' },
    { ...gemini, from, at: 'chat' },
    { ...mayGenerate(), from, at: 'interactions' },
    { ...gemini, file, from: inside, at: 'chat' },
    { ...mayGenerate(), file, from: inside, at: 'interactions' },
  ],
} satisfies Instrumentation
