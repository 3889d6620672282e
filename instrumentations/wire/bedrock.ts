import type { Wire } from '../../agent/model.ts'

const model = 'args.0.params.model'

/** A model's body is its maker's; what all have is the path. */
export default {
  name: 'bedrock',
  system: { provider: 'aws.bedrock' },
  hosts: ['bedrock-runtime.*.amazonaws.com'],
  libraries: {
    bedrock: 'user-agent: aws-sdk-js/',
    anthropic: 'x-stainless-lang: js',
    'ai-sdk-bedrock': 'user-agent: ai-sdk/amazon-bedrock',
  },
  calls: {
    'POST /model/{model}/converse': {
      target: 'llm',
      scope: 'generate',
      metadata: {
        model,
        input_tokens: 'result.usage.inputTokens',
        output_tokens: 'result.usage.outputTokens',
        cached_tokens: 'result.usage.cacheReadInputTokens',
        finish_reason: 'result.stopReason',
      },
    },
    'POST /model/{model}/converse-stream': { target: 'llm', scope: 'generate', metadata: { model, stream: true } },
    'POST /model/{model}/invoke': [
      {
        target: 'embedding_provider',
        scope: 'embed',
        when: 'has(args.0.body.inputText) || has(args.0.body.texts)',
        metadata: {
          model,
          batch_size: 'size(args.0.body.texts) ?? 1',
          dimensions: 'size(result.embedding) ?? size(result.embeddings.0)',
          input_tokens: 'result.inputTextTokenCount',
          results: 'size(result.embeddings) ?? 1',
        },
      },
      { target: 'llm', scope: 'generate', metadata: { model } },
    ],
  },
} satisfies Wire
