import type { Call, Instrumentation } from '../agent/model.ts'
import { listOf, numberOf } from './shared/kinds.ts'
import { textsIn } from './shared/texts.ts'

// biome-ignore lint/suspicious/noExplicitAny: the library's objects are read by shape
type Any = any

/** Vertex counts the tokens of each content, and of the call with its newer models only. */
function embeddedTokens({ result }: Call): number | undefined {
  const { usageMetadata, embeddings } = (result ?? {}) as Any
  const counts = listOf(embeddings).flatMap((one) => numberOf(one?.statistics?.tokenCount) ?? [])
  return usageMetadata?.promptTokenCount ?? (counts.length > 0 ? counts.reduce((a, b) => a + b) : undefined)
}

const usage = (from: 'result' | 'chunk') => ({
  input_tokens: `${from}.usageMetadata.promptTokenCount`,
  output_tokens: `${from}.usageMetadata.candidatesTokenCount`,
  cached_tokens: `${from}.usageMetadata.cachedContentTokenCount`,
})

/** These are fields of `models`. Chats go through the same two, and a call with its automatic function calls is one. */
export default {
  name: 'genai',
  module: '@google/genai',
  versions: '>=1 <4',
  target: 'embedding_provider',
  system: { provider: 'gcp.gen_ai' },
  methods: [
    {
      at: 'GoogleGenAI.new.models.embedContent',
      scope: 'embed',
      inputs: (call) => textsIn((call.args[0] as Any)?.contents),
      metadata: {
        model: 'args.0.model',
        batch_size: 'count(args.0.contents)',
        dimensions: 'args.0.config.outputDimensionality',
        input_tokens: embeddedTokens,
        results: 'result.embeddings.length',
      },
    },
    {
      at: 'GoogleGenAI.new.models.generateContent',
      scope: 'generate',
      target: 'llm',
      metadata: { model: 'args.0.model', ...usage('result') },
    },
    {
      at: 'GoogleGenAI.new.models.generateContentStream',
      scope: 'generate',
      target: 'llm',
      metadata: { model: 'args.0.model', stream: () => true },
      chunk: usage('chunk'),
    },
  ],
} satisfies Instrumentation
