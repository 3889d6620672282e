import type { Call, Instrumentation } from '../agent/model.ts'
import { textOf } from './shared/kinds.ts'
import { textIn, textsIn } from './shared/texts.ts'

// biome-ignore lint/suspicious/noExplicitAny: the library's objects are read by shape
type Any = any

/** As it was asked for: the library puts `models/` before it. */
const model = ({ self }: Call) => textOf((self as Any)?.model).replace(/^models\//, '') || undefined

const usage = (from: string) => ({
  input_tokens: `${from}.usageMetadata.promptTokenCount`,
  output_tokens: `${from}.usageMetadata.candidatesTokenCount`,
  cached_tokens: `${from}.usageMetadata.cachedContentTokenCount`,
})
const answer = { scope: 'generate', target: 'llm', metadata: { model, ...usage('result.response') } }
const stream = {
  scope: 'generate',
  target: 'llm',
  ends: { kind: 'stream', at: 'stream' } as const,
  metadata: { model, stream: () => true },
  chunk: usage('chunk'),
}

/** A chat does not go through its model's methods. */
export default {
  name: 'generative-ai',
  module: '@google/generative-ai',
  versions: '>=0.24 <1',
  target: 'embedding_provider',
  system: { provider: 'gcp.gemini' },
  methods: [
    {
      at: 'GenerativeModel.prototype.embedContent',
      scope: 'embed',
      inputs: ({ args }) => textIn(args[0]),
      metadata: { model, batch_size: () => 1, dimensions: 'result.embedding.values.length' },
    },
    {
      at: 'GenerativeModel.prototype.batchEmbedContents',
      scope: 'embed',
      inputs: ({ args }) => textsIn((args[0] as Any)?.requests),
      metadata: {
        model,
        batch_size: 'args.0.requests.length',
        dimensions: 'result.embeddings.0.values.length',
        results: 'result.embeddings.length',
      },
    },
    { at: 'GenerativeModel.prototype.generateContent', ...answer },
    { at: 'GenerativeModel.prototype.generateContentStream', ...stream },
    { at: 'ChatSession.prototype.sendMessage', ...answer },
    { at: 'ChatSession.prototype.sendMessageStream', ...stream },
  ],
} satisfies Instrumentation
