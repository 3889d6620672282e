import type { Instrumentation } from '../agent/model.ts'
import { geminiUsage } from './shared/gemini.ts'

const provider = "this.apiClient.clientOptions.vertexai && 'gcp.vertex_ai' || 'gcp.gemini'"
const llm = { scope: 'generate', target: 'llm' }

export default {
  name: 'genai',
  module: '@google/genai',
  versions: '>=1 <4',
  target: 'embedding_provider',
  system: { provider: 'gcp.gemini' },
  classes: [
    {
      // Fields of `models`. Chats go through the same two, and a call with its automatic function calls is one.
      at: 'GoogleGenAI.new.models',
      metadata: { model: 'args.0.model', provider },
      methods: {
        embedContent: {
          scope: 'embed',
          inputs: 'contents(args.0.contents)',
          metadata: {
            batch_size: 'count(args.0.contents)',
            dimensions: 'args.0.config.outputDimensionality',
            // Vertex counts the tokens of each content, and of the call with its newer models only.
            input_tokens: 'result.usageMetadata.promptTokenCount ?? sum(result.embeddings.*.statistics.tokenCount)',
            results: 'result.embeddings.length',
          },
        },
        generateContent: { ...llm, metadata: geminiUsage('result') },
        generateContentStream: { ...llm, metadata: { stream: true }, chunk: geminiUsage('chunk') },
      },
    },
  ],
} satisfies Instrumentation
