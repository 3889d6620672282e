import type { Wire } from '../../agent/model.ts'
import { geminiAnswer } from '../shared/gemini.ts'

const model = 'args.0.params.model'
const provider = 'provider(args.0.url)'
const generate = { target: 'llm', scope: 'generate', metadata: { model, provider, ...geminiAnswer('result') } }
const stream = { target: 'llm', scope: 'generate', metadata: { model, provider, stream: true } }
const embed = { target: 'embedding_provider', scope: 'embed' }

export default {
  name: 'google',
  system: { provider: 'gcp.gemini' },
  hosts: ['generativelanguage.googleapis.com', 'aiplatform.googleapis.com', '*-aiplatform.googleapis.com'],
  libraries: {
    genai: 'x-goog-api-client: google-genai-sdk',
    'generative-ai': 'x-goog-api-client: genai-js',
    'ai-sdk-google': 'user-agent: ai-sdk/google',
    'ai-sdk-vertex': 'user-agent: ai-sdk/google-vertex',
  },
  calls: {
    'POST /**/models/{model}:embedContent': {
      ...embed,
      metadata: {
        ...{ model, provider, batch_size: 1, results: 1 },
        dimensions: 'args.0.body.outputDimensionality ?? size(result.embedding.values)',
        input_tokens: 'result.usageMetadata.promptTokenCount',
      },
    },
    'POST /**/models/{model}:batchEmbedContents': {
      ...embed,
      metadata: {
        ...{ model, provider, batch_size: 'size(args.0.body.requests)' },
        dimensions: 'size(result.embeddings.0.values)',
        input_tokens: 'result.usageMetadata.promptTokenCount',
        results: 'result.embeddings.length',
      },
    },
    'POST /**/models/{model}:predict': {
      ...embed,
      when: 'has(args.0.body.instances.0.content)',
      metadata: {
        ...{ model, provider, batch_size: 'size(args.0.body.instances)' },
        dimensions: 'size(result.predictions.0.embeddings.values)',
        input_tokens: 'sum(result.predictions.*.embeddings.statistics.token_count)',
        results: 'result.predictions.length',
      },
    },
    'POST /**/models/{model}:generateContent': generate,
    'POST /**/models/{model}:streamGenerateContent': stream,
  },
} satisfies Wire
