import type { Call, Wire } from '../../agent/model.ts'
import { converseUsage } from '../shared/converse-usage.ts'

const model = 'args.0.params.model'
/** By its model, since the body may not be known. */
const asks =
  (kind: RegExp) =>
  ({ args }: Pick<Call, 'args'>) =>
    kind.test((args[0] as { readonly params: Readonly<Record<string, string>> }).params.model ?? '')

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
        ...converseUsage('result'),
        finish_reason: 'result.stopReason',
      },
    },
    'POST /model/{model}/converse-stream': { target: 'llm', scope: 'generate', metadata: { model, stream: true } },
    'POST /model/{model}/invoke': [
      {
        target: 'embedding_provider',
        scope: 'embed',
        when: asks(/embed/i),
        metadata: {
          model,
          batch_size: 'size(args.0.body.texts) ?? 1',
          dimensions: 'size(result.embedding) ?? size(result.embeddings.0)',
          input_tokens: 'result.inputTextTokenCount',
          results: 'size(result.embeddings) ?? 1',
        },
      },
      {
        target: 'semantic_search',
        scope: 'rerank',
        when: asks(/rerank/i),
        metadata: {
          model,
          batch_size: 'size(args.0.body.documents)',
          query_len: 'chars(args.0.body.query)',
          top_k: 'args.0.body.top_n',
          results: 'size(result.results)',
        },
      },
      { target: 'llm', scope: 'generate', metadata: { model } },
    ],
  },
} satisfies Wire
