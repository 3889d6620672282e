import type { Instrumentation } from '../agent/model.ts'
import { invokes, sends } from './shared/aws.ts'
import { embedding, metrics, ranking, textsAsked, written } from './shared/model-body.ts'

const usage = (at: string) => ({
  input_tokens: `${at}.usage.inputTokens`,
  output_tokens: `${at}.usage.outputTokens`,
  cached_tokens: `${at}.usage.cacheReadInputTokens`,
  server_ms: `${at}.metrics.latencyMs`,
})
const client = sends('BedrockRuntimeClient', { model: 'args.0.input.modelId' })
const command = (name: string) => ({ scope: 'generate', when: `args.0.constructor.name == '${name}Command'` })
const streamed = (name: string, at: string) => ({
  ...command(name),
  ends: [client.ends, { kind: 'stream', at } as const],
  metadata: { stream: true },
})

export default {
  name: 'bedrock',
  module: '@aws-sdk/client-bedrock-runtime',
  versions: '>=3 <4',
  target: 'llm',
  system: { provider: 'aws.bedrock' },
  classes: [
    {
      ...client,
      methods: {
        send: [
          {
            scope: 'embed',
            target: 'embedding_provider',
            when: invokes(/embed/i),
            inputs: textsAsked,
            metadata: embedding,
          },
          { scope: 'rerank', target: 'semantic_search', when: invokes(/rerank/i), metadata: ranking },
          // A user's own inference profile tells nothing of its model: its calls count as written answers.
          { ...command('InvokeModel'), metadata: written },
          { ...streamed('InvokeModelWithResponseStream', 'body'), chunk: metrics },
          { ...command('Converse'), metadata: usage('result') },
          {
            ...streamed('ConverseStream', 'stream'),
            chunk: usage('chunk.metadata'),
            token: 'has(chunk.contentBlockDelta)',
          },
        ],
      },
    },
  ],
} satisfies Instrumentation
