import type { Instrumentation } from '../agent/model.ts'
import { generates, inputWithCache, prototypesOf } from './shared/ai-sdk.ts'

interface Exports {
  createAnthropic(): unknown
}
interface Inside {
  readonly AnthropicLanguageModel?: { readonly prototype: object }
  readonly AnthropicMessagesLanguageModel: { readonly prototype: object }
}
const messages = generates(inputWithCache('anthropic.cacheCreationInputTokens'))

/** `/internal` is what the packages for Bedrock and Vertex take their Claude from; 4 has renamed its class. */
export default {
  name: 'ai-sdk-anthropic',
  module: '@ai-sdk/anthropic',
  versions: '>=2 <5',
  target: 'llm',
  system: {},
  classes: [
    {
      ...messages,
      from: ({ createAnthropic }: Exports) => prototypesOf(createAnthropic(), ['messages']),
      at: 'messages',
    },
    {
      ...messages,
      file: 'dist/internal/index',
      from: ({ AnthropicLanguageModel, AnthropicMessagesLanguageModel }: Inside) => ({
        model: (AnthropicLanguageModel ?? AnthropicMessagesLanguageModel).prototype,
      }),
      at: 'model',
    },
  ],
} satisfies Instrumentation
