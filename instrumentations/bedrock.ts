import type { Call, Instrumentation } from '../agent/model.ts'
import { createSends, inputOf, nameOf } from './shared/aws.ts'
import { textsIn } from './shared/texts.ts'

// biome-ignore lint/suspicious/noExplicitAny: bodies are read by shape
type Any = any

const send = createSends('BedrockRuntimeClient')
const model = (call: Call) => nameOf(inputOf(call)?.modelId)
// An inference profile of the user's own tells nothing of its model: its calls count as written answers.
const embeds = ({ modelId }: Any) => /embed/i.test(`${modelId}`)
const reranks = ({ modelId }: Any) => /rerank/i.test(`${modelId}`)

/** Bodies above this (pictures, many texts) are not looked at. */
const mostRead = 1_000_000

/** A body as the model's maker defines it; parsed only for a call that has a record, and kept by nobody. */
function parsed(body: unknown): Any {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return undefined
  if (body.length > mostRead) return undefined
  try {
    return JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString())
  } catch {
    return undefined // A body of another kind.
  }
}
const asked = (call: Call) => parsed(inputOf(call)?.body)
const answered = ({ result }: Call) => parsed((result as Any)?.body)

const sizeOf = (...lists: readonly unknown[]) => lists.find(Array.isArray)?.length
/** Titan's text alone, or texts and nested contents as Cohere has them. */
const textsOf = ({ inputText, inputImage, texts, inputs }: Any) =>
  inputImage === undefined ? (inputText ?? texts ?? textsIn(inputs)) : undefined
/** Titan answers with one vector, Cohere with a list of them, or with one list for each kind of number. */
const vectorsOf = ({ embedding, embeddings }: Any): Any =>
  embedding !== undefined ? [embedding] : Array.isArray(embeddings) ? embeddings : Object.values(embeddings ?? {})[0]
/** Anthropic's, Nova's, Llama's, Titan's. */
const writtenBy = {
  input_tokens: (call: Call) => {
    const { usage, prompt_token_count, inputTextTokenCount } = answered(call) ?? {}
    return (
      usage?.input_tokens ?? usage?.inputTokens ?? usage?.prompt_tokens ?? prompt_token_count ?? inputTextTokenCount
    )
  },
  output_tokens: (call: Call) => {
    const { usage, generation_token_count, results } = answered(call) ?? {}
    return (
      usage?.output_tokens ??
      usage?.outputTokens ??
      usage?.completion_tokens ??
      generation_token_count ??
      results?.[0]?.tokenCount
    )
  },
  cached_tokens: (call: Call) => {
    const { usage } = answered(call) ?? {}
    return usage?.cache_read_input_tokens ?? usage?.cacheReadInputTokens
  },
}

/** What Bedrock itself adds to the last chunk of any model. */
const metrics = (key: string) => (call: Call) => {
  const bytes = (call.chunk as Any)?.chunk?.bytes
  if (!(bytes instanceof Uint8Array)) return undefined
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return text.includes(marker) ? parsed(text)?.[marker]?.[key] : undefined
}
const marker = 'amazon-bedrock-invocationMetrics'

const usage = (at: 'result' | 'chunk.metadata') => ({
  input_tokens: `${at}.usage.inputTokens`,
  output_tokens: `${at}.usage.outputTokens`,
  cached_tokens: `${at}.usage.cacheReadInputTokens`,
  server_ms: `${at}.metrics.latencyMs`,
})
const stream = () => true

export default {
  name: 'bedrock',
  module: '@aws-sdk/client-bedrock-runtime',
  versions: '>=3 <4',
  target: 'llm',
  system: { provider: 'aws.bedrock' },
  methods: [
    send(['InvokeModelCommand'], 'embed', {
      target: 'embedding_provider',
      accepts: embeds,
      inputs: (call) => textsOf(asked(call) ?? {}),
      metadata: {
        model,
        batch_size: (call) => {
          const body = asked(call)
          return body && (sizeOf(body.texts, body.images, body.inputs) ?? 1)
        },
        dimensions: (call) => vectorsOf(answered(call) ?? {})?.[0]?.length,
        results: (call) => vectorsOf(answered(call) ?? {})?.length,
        // Others have it in a header, which a result does not show.
        input_tokens: (call) => answered(call)?.inputTextTokenCount,
      },
    }),
    send(['InvokeModelCommand'], 'rerank', {
      target: 'semantic_search',
      accepts: reranks,
      metadata: {
        model,
        batch_size: (call) => sizeOf(asked(call)?.documents),
        query_len: (call) => asked(call)?.query?.length,
        top_k: (call) => asked(call)?.top_n,
        results: (call) => sizeOf(answered(call)?.results),
      },
    }),
    send(['InvokeModelCommand'], 'generate', { metadata: { model, ...writtenBy } }),
    send(['InvokeModelWithResponseStreamCommand'], 'generate', {
      stream: 'body',
      metadata: { model, stream },
      chunk: {
        input_tokens: metrics('inputTokenCount'),
        output_tokens: metrics('outputTokenCount'),
        cached_tokens: metrics('cacheReadInputTokenCount'),
        server_ms: metrics('invocationLatency'),
      },
    }),
    send(['ConverseCommand'], 'generate', { metadata: { model, ...usage('result') } }),
    send(['ConverseStreamCommand'], 'generate', {
      stream: 'stream',
      metadata: { model, stream },
      chunk: usage('chunk.metadata'),
      counted: (chunk) => (chunk as Any)?.contentBlockDelta !== undefined,
    }),
  ],
} satisfies Instrumentation
