import { createServer, type Http2ServerResponse, type ServerHttp2Session } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { crc32 } from 'node:zlib'
import { json, type Loopback, listen } from './openai-server.ts'

/** Speaks what S3 Vectors does; the index `fail` is not found, the first question to `busy` is refused. */
export function s3vectorsServer(): Promise<Loopback> {
  const refused = new Set<string>()
  return listen((request, body, response) => {
    const { indexName, indexArn, keys, topK, maxResults, returnData } = JSON.parse(body || '{}')
    const index = indexName ?? indexArn.split('/').at(-1)
    if (index === 'fail') {
      response.setHeader('x-amzn-errortype', 'NotFoundException')
      return json(response, { message: 'no such index' }, 404)
    }
    const client = String(request.headers['user-agent']) + request.socket.remotePort
    if (index === 'busy' && !refused.has(client)) {
      refused.add(client)
      response.setHeader('x-amzn-errortype', 'ServiceUnavailableException')
      return json(response, { message: 'later' }, 503)
    }
    const vectors = (count: number) =>
      Array.from({ length: count }, (_, i) => ({
        key: `private ${i}`,
        distance: i / 10,
        metadata: { text: 'private' },
        ...(returnData && { data: { float32: [1, 2, 3] } }),
      }))
    switch (request.url) {
      case '/QueryVectors':
        return json(response, { vectors: vectors(topK), distanceMetric: 'cosine' })
      case '/GetVectors':
        return json(response, { vectors: vectors(keys.length) })
      case '/ListVectors':
        return json(response, { vectors: vectors(maxResults ?? 4) })
      default:
        return json(response, {})
    }
  })
}

const words = ['private one ', 'private two ', 'private three']
const usage = { inputTokens: 5, outputTokens: 7, totalTokens: 12, cacheReadInputTokens: 2 }
const metrics = { latencyMs: 11 }

/** Speaks what Bedrock's runtime does, by HTTP/2 as its client; the model `fail` is not found. */
export function bedrockServer(): Promise<Loopback> {
  const sessions = new Set<ServerHttp2Session>()
  const requests: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text) => (body += text))
    request.on('end', () => {
      const [, , model = '', action = ''] = request.url.split('/').map(decodeURIComponent)
      requests.push(`${request.method} ${action}`)
      answer(model, action, body, response)
    })
  })
  server.on('session', (session) => sessions.add(session))
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        requests,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed())
            for (const session of sessions) session.destroy()
          }),
      })
    })
  })
}

function answer(model: string, action: string, body: string, response: Http2ServerResponse): unknown {
  const whole = (value: unknown, status = 200, headers = {}) => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-requestid': 'loopback', ...headers })
    response.end(JSON.stringify(value))
  }
  if (model === 'fail')
    return whole({ message: 'no such model' }, 404, { 'x-amzn-errortype': 'ResourceNotFoundException' })
  if (action === 'converse') {
    const message = { role: 'assistant', content: [{ text: words.join('') }] }
    return whole({ output: { message }, stopReason: 'end_turn', usage, metrics })
  }
  if (action === 'converse-stream')
    return events(response, [
      ['messageStart', { role: 'assistant' }],
      ...words.map((text) => ['contentBlockDelta', { contentBlockIndex: 0, delta: { text } }] as const),
      ['contentBlockStop', { contentBlockIndex: 0 }],
      ['messageStop', { stopReason: 'end_turn' }],
      ['metadata', { usage, metrics }],
    ])
  if (action === 'invoke-with-response-stream') {
    const counts = { inputTokenCount: 5, outputTokenCount: 7, invocationLatency: 11, firstByteLatency: 3 }
    const parts = [
      ...words.map((text) => ({ type: 'content_block_delta', delta: { type: 'text_delta', text } })),
      { type: 'message_stop', 'amazon-bedrock-invocationMetrics': counts },
    ]
    return events(
      response,
      parts.map((part) => ['chunk', { bytes: Buffer.from(JSON.stringify(part)).toString('base64') }] as const),
    )
  }
  return whole(invoked(model, JSON.parse(body)), 200, { 'x-amzn-bedrock-input-token-count': '3' })
}

// biome-ignore lint/suspicious/noExplicitAny: each maker's own body
function invoked(model: string, { texts, documents, embedding_types, top_n = 3 }: any): unknown {
  const vectors = texts?.map((text: string) => [text.length, 1, 2])
  if (model.includes('cohere.embed'))
    return { id: 'private', texts, embeddings: embedding_types ? { float: vectors } : vectors }
  if (model.includes('embed')) return { embedding: [1, 2, 3, 4], inputTextTokenCount: 3 }
  if (documents)
    return { results: documents.slice(0, top_n).map((_: unknown, index: number) => ({ index, relevance_score: 0.5 })) }
  if (model.includes('llama'))
    return { generation: words.join(''), prompt_token_count: 5, generation_token_count: 7, stop_reason: 'stop' }
  if (model.includes('titan'))
    return {
      inputTextTokenCount: 5,
      results: [{ tokenCount: 7, outputText: words.join(''), completionReason: 'FINISH' }],
    }
  const content = [{ type: 'text', text: words.join('') }]
  return { role: 'assistant', content, usage: { input_tokens: 5, output_tokens: 7, cache_read_input_tokens: 2 } }
}

type Event = readonly [type: string, value: unknown]

function events(response: Http2ServerResponse, all: readonly Event[]): void {
  response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream', 'x-amzn-requestid': 'loopback' })
  for (const [type, value] of all) response.write(frame(type, value))
  response.end()
}

/** A message of the event stream encoding: lengths, checksum, headers, payload, checksum. */
export function frame(type: string, value: unknown): Buffer {
  const header = (name: string, text: string) => {
    const size = Buffer.alloc(3)
    size.writeUInt8(7)
    size.writeUInt16BE(text.length, 1)
    return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), size, Buffer.from(text)])
  }
  const headers = Buffer.concat([
    header(':event-type', type),
    header(':content-type', 'application/json'),
    header(':message-type', 'event'),
  ])
  const payload = Buffer.from(JSON.stringify(value))
  const prelude = Buffer.alloc(8)
  prelude.writeUInt32BE(16 + headers.length + payload.length)
  prelude.writeUInt32BE(headers.length, 4)
  const head = Buffer.concat([prelude, checksum(prelude), headers, payload])
  return Buffer.concat([head, checksum(head)])
}

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(bytes))
  return sum
}
