import type { Instrumentation } from '../agent/model.ts'
import { embeds, generates, inputWithCache, mayRerank, prototypesOf } from './shared/ai-sdk.ts'

interface Exports {
  createAmazonBedrock(options: object): unknown
}
const from = ({ createAmazonBedrock }: Exports) =>
  prototypesOf(createAmazonBedrock({ region: 'none' }), ['languageModel', 'embedding', 'reranking'])

/** Its models of Anthropic's own format are those of @ai-sdk/anthropic, and of OpenAI's those of @ai-sdk/openai. */
export default {
  name: 'ai-sdk-bedrock',
  module: '@ai-sdk/amazon-bedrock',
  versions: '>=3 <6',
  target: 'llm',
  system: {},
  classes: [
    { ...embeds, from, at: 'embedding' },
    { ...generates(inputWithCache('bedrock.usage.cacheWriteInputTokens')), from, at: 'languageModel' },
    { ...mayRerank, from, at: 'reranking' },
  ],
} satisfies Instrumentation
