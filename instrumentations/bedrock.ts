import type { Instrumentation } from '../agent/model.ts'
import { invokes, isCommand, sends } from './shared/aws.ts'
import { converseUsage as usage } from './shared/converse-usage.ts'
import { isPiece, metrics, written } from './shared/model-answer.ts'
import { embedding, ranking, textsAsked, vectorsAnswered } from './shared/model-body.ts'

const client = sends('BedrockRuntimeClient', { model: 'args.0.input.modelId' })
const command = (name: string) => ({ scope: 'generate', when: isCommand(name) })
const streamed = (name: string, at: string) => ({
  ...command(name),
  ends: [client.ends, { kind: 'stream', at } as const],
  metadata: { stream: true },
})
const delta = 'chunk.contentBlockDelta.delta'

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
            scope: 'embedding_provider.embed',
            when: invokes(/embed/i),
            inputs: textsAsked,
            vectors: vectorsAnswered,
            metadata: embedding,
          },
          { scope: 'semantic_search.rerank', when: invokes(/rerank/i), metadata: ranking },
          // A user's own inference profile tells nothing of its model: its calls count as written answers.
          { ...command('InvokeModel'), metadata: written },
          { ...streamed('InvokeModelWithResponseStream', 'body'), chunk: metrics, token: isPiece },
          { ...command('Converse'), metadata: { ...usage('result'), finish_reason: 'result.stopReason' } },
          {
            ...streamed('ConverseStream', 'stream'),
            chunk: { ...usage('chunk.metadata'), finish_reason: 'chunk.messageStop.stopReason' },
            token: `is(${delta}.text || ${delta}.toolUse)`,
          },
        ],
      },
    },
  ],
} satisfies Instrumentation
