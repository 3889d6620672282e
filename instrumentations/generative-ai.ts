import type { Instrumentation } from '../agent/model.ts'
import { geminiAnswer, isAnswer, textAsked } from './shared/gemini.ts'

const llm = { scope: 'llm.generate', metadata: { model: 'this.model' } }
const answer = { metadata: geminiAnswer('result.response') }
const stream = {
  ends: { kind: 'stream', at: 'stream' } as const,
  metadata: { stream: true },
  chunk: geminiAnswer('chunk'),
  token: isAnswer,
}

export default {
  name: 'generative-ai',
  module: '@google/generative-ai',
  versions: '>=0.24 <1',
  target: 'embedding_provider',
  system: { provider: 'gcp.gemini' },
  classes: [
    {
      at: 'GenerativeModel.prototype',
      scope: 'embed',
      metadata: { model: 'this.model', input_tokens: 'result.usageMetadata.promptTokenCount' },
      methods: {
        embedContent: { inputs: textAsked, metadata: { batch_size: 1, dimensions: 'result.embedding.values.length' } },
        batchEmbedContents: {
          inputs: 'contents(args.0.requests)',
          metadata: {
            batch_size: 'args.0.requests.length',
            dimensions: 'result.embeddings.0.values.length',
            results: 'result.embeddings.length',
          },
        },
      },
    },
    { ...llm, at: 'GenerativeModel.prototype', methods: { generateContent: answer, generateContentStream: stream } },
    // A chat does not go through its model's methods.
    { ...llm, at: 'ChatSession.prototype', methods: { sendMessage: answer, sendMessageStream: stream } },
  ],
} satisfies Instrumentation
