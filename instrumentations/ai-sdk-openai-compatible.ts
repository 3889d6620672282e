import type { Instrumentation } from '../agent/model.ts'
import { embeds, generates } from './shared/ai-sdk.ts'

/** The packages of many services are made of its classes, which it exports. */
export default {
  name: 'ai-sdk-openai-compatible',
  module: '@ai-sdk/openai-compatible',
  versions: '>=1 <4',
  target: 'llm',
  system: {},
  classes: [
    { ...embeds, at: 'OpenAICompatibleEmbeddingModel.prototype' },
    {
      ...generates(),
      at: ['OpenAICompatibleChatLanguageModel.prototype', 'OpenAICompatibleCompletionLanguageModel.prototype'],
    },
  ],
} satisfies Instrumentation
