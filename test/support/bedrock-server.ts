import { createServer, type ServerHttp2Session } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { events, type Reply } from './aws-events.ts'
import { type Exchange, type Loopback, watched } from './openai-server.ts'

// biome-ignore lint/suspicious/noExplicitAny: each maker's own body
type Any = any
export type Answer = (path: readonly string[], body: Any, response: Reply) => unknown

export const words = ['private one ', 'private two ', 'private three']
const written = words.join('').length
const metrics = { latencyMs: 11 }

/** Listens by HTTP/2, as the clients of Bedrock do. */
export function listenAsAws(answer: Answer): Promise<Loopback> {
  const sessions = new Set<ServerHttp2Session>()
  const requests: string[] = []
  const exchanges: Exchange[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text) => (body += text))
    request.on('end', () => {
      const path = request.url.split('?')[0]?.split('/').slice(1).map(decodeURIComponent) ?? []
      requests.push(`${request.method} ${path.at(-1)}`)
      watched(request.url, body, response, exchanges)
      answer(path, JSON.parse(body || '{}'), response)
    })
  })
  server.on('session', (session) => sessions.add(session))
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        requests,
        exchanges,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed())
            for (const session of sessions) session.destroy()
          }),
      })
    })
  })
}

export function whole(response: Reply, value: unknown, status = 200, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-requestid': 'loopback', ...headers })
  response.end(JSON.stringify(value))
}
export const notFound = (response: Reply) =>
  whole(response, { message: 'not found' }, 404, { 'x-amzn-errortype': 'ResourceNotFoundException' })

/**
 * Speaks what Bedrock's runtime does. Each character is a token; those before a cache point are written to the cache, or
 * read from it by the model `warm`, and are not in the input's own count. The model `fail` is not found.
 */
export const bedrockServer = (): Promise<Loopback> => listenAsAws(answerAsBedrock)

export const answerAsBedrock: Answer = ([, model = '', action], body, response) => {
  if (model === 'fail' || action === 'count-tokens') return notFound(response)
  if (action === 'converse') {
    const message = { role: 'assistant', content: [{ text: words.join('') }] }
    return whole(response, { output: { message }, stopReason: 'end_turn', metrics, ...counted(model, body) })
  }
  if (action === 'converse-stream') {
    const block = (delta: Any, contentBlockIndex = 1) => ['contentBlockDelta', { contentBlockIndex, delta }] as const
    return events(response, [
      ['messageStart', { role: 'assistant' }],
      block({ reasoningContent: { text: 'private thought' } }, 0),
      ...words.map((text) => block({ text })),
      ['contentBlockStop', { contentBlockIndex: 1 }],
      ['messageStop', { stopReason: 'end_turn' }],
      ['metadata', { metrics, ...counted(model, body) }],
    ])
  }
  if (action === 'invoke-with-response-stream') {
    const { usage } = counted(model, body)
    const counts = {
      inputTokenCount: usage.inputTokens,
      outputTokenCount: usage.outputTokens,
      ...('cacheReadInputTokens' in usage && { cacheReadInputTokenCount: usage.cacheReadInputTokens }),
      ...('cacheWriteInputTokens' in usage && { cacheWriteInputTokenCount: usage.cacheWriteInputTokens }),
      ...{ invocationLatency: 11, firstByteLatency: 3 },
    }
    const parts = [
      { type: 'message_start', message: { role: 'assistant', content: [] } },
      { type: 'content_block_delta', delta: { type: 'thinking_delta', thinking: 'private thought' } },
      ...words.map((text) => ({ type: 'content_block_delta', delta: { type: 'text_delta', text } })),
      { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null } },
      { type: 'message_stop', 'amazon-bedrock-invocationMetrics': counts },
    ]
    return events(
      response,
      parts.map((part) => ['chunk', { bytes: Buffer.from(JSON.stringify(part)).toString('base64') }] as const),
    )
  }
  return whole(response, invoked(model, body), 200, { 'x-amzn-bedrock-input-token-count': '3' })
}

/** What a conversation asks, before and after its cache point. */
function counted(model: string, { messages }: Any) {
  const parts = messages.flatMap(({ content }: Any) => content)
  const point = parts.findIndex(({ cachePoint, cache_control }: Any) => cachePoint ?? cache_control)
  const sizeOf = (some: Any[]) => some.map(({ text = '' }) => text).join('').length
  const before = sizeOf(parts.slice(0, point + 1))
  const inputTokens = sizeOf(parts) - before
  const cache =
    model === 'warm'
      ? { cacheReadInputTokens: before, cacheWriteInputTokens: 0 }
      : { cacheReadInputTokens: 0, cacheWriteInputTokens: before }
  const totalTokens = inputTokens + written + before
  const usage = { inputTokens, outputTokens: written, totalTokens, ...(point >= 0 && cache) }
  const chosen = 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-haiku'
  return { usage, ...(model.includes('router') && { trace: { promptRouter: { invokedModelId: chosen } } }) }
}

function invoked(model: string, body: Any): unknown {
  const { texts, documents, embedding_types, inputText, prompt, top_n = documents?.length } = body
  const vectors = texts?.map((text: string) => [text.length, 1, 2])
  if (model.includes('cohere.embed'))
    return { id: 'private', texts, embeddings: embedding_types ? { float: vectors } : vectors }
  if (model.includes('nova') && body.singleEmbeddingParams)
    return { embeddings: [{ embeddingType: 'TEXT', embedding: [1, 2, 3, 4, 5] }] }
  if (model.includes('embed')) return { embedding: [1, 2, 3, 4], inputTextTokenCount: inputText.length }
  if (documents)
    return { results: documents.slice(0, top_n).map((_: unknown, index: number) => ({ index, relevance_score: 0.5 })) }
  if (model.includes('llama')) {
    const counts = { prompt_token_count: prompt.length, generation_token_count: written }
    return { generation: words.join(''), ...counts, stop_reason: 'stop' }
  }
  if (model.includes('titan'))
    return {
      inputTextTokenCount: inputText.length,
      results: [{ tokenCount: written, outputText: words.join(''), completionReason: 'FINISH' }],
    }
  const { usage } = counted(model, body)
  const cache = 'cacheReadInputTokens' in usage && {
    cache_read_input_tokens: usage.cacheReadInputTokens,
    cache_creation_input_tokens: usage.cacheWriteInputTokens,
  }
  return {
    ...{ model: 'claude-of-a-date', role: 'assistant', stop_reason: 'end_turn' },
    content: [{ type: 'text', text: words.join('') }],
    usage: { input_tokens: usage.inputTokens, output_tokens: usage.outputTokens, ...cache },
  }
}
