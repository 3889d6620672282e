import type { Instrumentation } from '../agent/model.ts'
import { isCommand, sends } from './shared/aws.ts'
import { answer, refused, searched, steps } from './shared/bedrock-agent.ts'
import { orderKept } from './shared/order.ts'

const input = 'args.0.input'
const client = sends('BedrockAgentRuntimeClient', {})
const command = (name: string) => ({ when: isCommand(name) })
const streamed = (name: string, at: string) => ({
  ...command(name),
  ends: [client.ends, { kind: 'stream', at } as const],
})
const llm = { scope: 'llm.generate' }

const agent = (model: string) => ({
  ...llm,
  metadata: { model: `${input}.${model}`, query_len: `${input}.inputText.length`, stream: true },
  chunk: steps,
  token: 'is(chunk.chunk.bytes || chunk.returnControl)',
})
const ranking = `${input}.rerankingConfiguration.bedrockRerankingConfiguration`

export default {
  name: 'bedrock-agent',
  module: '@aws-sdk/client-bedrock-agent-runtime',
  versions: '>=3 <4',
  target: 'semantic_search',
  system: { provider: 'aws.bedrock' },
  classes: [
    {
      ...client,
      scope: 'retrieve',
      methods: {
        send: [
          {
            ...command('Retrieve'),
            metadata: {
              collection: `${input}.knowledgeBaseId`,
              query_len: `${input}.retrievalQuery.text.length`,
              ...searched(`${input}.retrievalConfiguration`),
              results: 'result.retrievalResults.length',
            },
          },
          {
            ...streamed('AgenticRetrieveStream', 'stream'),
            metadata: {
              collection: `${input}.retrievers.0.configuration.knowledgeBase.knowledgeBaseId`,
              query_len: `${input}.messages.-1.content.text.length`,
              stream: true,
            },
            chunk: { results: 'chunk.result.results.length' },
            token: 'is(chunk.responseEvent.text)',
          },
          {
            ...command('Rerank'),
            scope: 'rerank',
            metadata: {
              model: `${ranking}.modelConfiguration.modelArn`,
              batch_size: `${input}.sources.length`,
              query_len: `${input}.queries.0.textQuery.text.length`,
              top_k: `${ranking}.numberOfResults`,
              results: 'result.results.length',
              ...orderKept(`${input}.sources`, 'result.results.*.index'),
            },
          },
          {
            ...llm,
            ...command('RetrieveAndGenerate'),
            metadata: { ...answer, finish_reason: refused('result.guardrailAction') },
          },
          {
            ...llm,
            ...streamed('RetrieveAndGenerateStream', 'stream'),
            metadata: { ...answer, stream: true },
            chunk: { finish_reason: refused('chunk.guardrail.action') },
            token: 'is(chunk.output.text)',
          },
          { ...agent('agentId'), ...streamed('InvokeAgent', 'completion') },
          { ...agent('foundationModel'), ...streamed('InvokeInlineAgent', 'completion') },
        ],
      },
    },
  ],
} satisfies Instrumentation
