import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

export interface Loopback {
  readonly url: string
  /** Requests that arrived, as `POST /embeddings`. */
  readonly requests: readonly string[]
  close(): Promise<void>
}

/** Listens on a free loopback port until closed. */
export async function listen(
  answer: (request: IncomingMessage, body: string, response: ServerResponse) => void,
  upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
): Promise<Loopback> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text) => (body += text))
    request.on('end', () => {
      requests.push(`${request.method} ${request.url?.split('?')[0]}`)
      answer(request, body, response)
    })
  })
  if (upgrade !== undefined) server.on('upgrade', upgrade)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_loopback' })
  response.end(JSON.stringify(value))
}

export type Body = Readonly<Record<string, unknown>>

/**
 * What models do that have no answer: `fail` is refused with 400, `hang` never answered, `retry` refused with 429 on
 * the first request of a Stainless client's call. True when the request is done with.
 */
export function refuses(request: IncomingMessage, { model }: Body, response: ServerResponse): boolean {
  const error = { message: 'no such model', type: 'invalid_request_error', code: 'model_not_found' }
  const tooMany = model === 'retry' && request.headers['x-stainless-retry-count'] === '0'
  if (model === 'fail') json(response, { error }, 400)
  if (tooMany) {
    response.setHeader('retry-after-ms', '1')
    json(response, { error: { message: 'too many requests' } }, 429)
  }
  return model === 'fail' || model === 'hang' || tooMany
}

/**
 * Sends events, each under its `type`. Of the model `endless` the first one only; `cut` ends after two, the socket
 * with it; `broken` goes on with an error.
 */
export function sendEvents(response: ServerResponse, { model }: Body, events: readonly unknown[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': 'req_loopback' })
  const send = (event: unknown) => {
    const { type } = event as { type?: string }
    const data = typeof event === 'string' ? event : JSON.stringify(event)
    response.write(`${type ? `event: ${type}\n` : ''}data: ${data}\n\n`)
  }
  for (const [i, event] of events.entries()) {
    send(event)
    if (model === 'endless') return
    if (i !== 1) continue
    if (model === 'broken') send({ type: 'error', error: { message: 'overloaded', type: 'server_error' } })
    // The client is to have read what came before.
    if (model === 'cut') return void setTimeout(() => response.destroy(), 50)
  }
  response.end()
}

/**
 * Speaks OpenAI's embeddings, chat, completions and responses, and the `rerank` of others, under any prefix; under
 * `/openai/v1` it adds what Groq does. Embeddings are base64 unless floats are asked for. The model `slow` takes 300 ms.
 */
export function openaiServer(): Promise<Loopback> {
  return listen((request, text, response) => {
    const body: Body = JSON.parse(text || '{}')
    const path = request.url?.split('?')[0] ?? ''
    if (refuses(request, body, response)) return
    const reply = () => {
      if (!body.stream) json(response, answerOf(path, body))
      else if (path.endsWith('/responses')) sendEvents(response, body, responseEvents(body))
      else sendEvents(response, body, [...chunksOf(path, body), '[DONE]'])
    }
    if (body.model === 'slow') setTimeout(reply, 300)
    else reply()
  })
}

function answerOf(path: string, body: Body): unknown {
  if (path.endsWith('/embeddings')) return embeddingsOf(body)
  if (path.endsWith('/responses')) return responseOf(body, 'completed')
  if (path.endsWith('/rerank')) return rerankedOf(body)
  if (path.startsWith('/openai/v1')) return { ...chatOf(body), usage: groqUsage, x_groq: { id: 'req_1' } }
  if (path.endsWith('/chat/completions')) return chatOf(body)
  return {
    id: 'cmpl-1',
    object: 'text_completion',
    created: 1,
    model: body.model,
    choices: [{ index: 0, text: 'a private answer', finish_reason: 'stop', logprobs: null }],
    usage: chatUsage,
  }
}

function rerankedOf({ model, documents, top_n }: Body) {
  const results = (documents as unknown[]).map((_, index) => ({ index, relevance_score: 1 / (index + 1) }))
  return { object: 'rerank', id: 'rr-1', model, results: results.slice(0, top_n as number), usage: chatUsage }
}

function embeddingsOf({ model, input, encoding_format, dimensions = 8 }: Body) {
  const inputs: unknown[] = Array.isArray(input) ? input : [input]
  const data = inputs.map((text, index) => {
    const vector = Float32Array.from({ length: dimensions as number }, (_value, i) =>
      Math.sin(String(text).length + i + index),
    )
    const embedding = encoding_format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector]
    return { object: 'embedding', index, embedding }
  })
  const tokens = inputs.length * 3
  return { object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } }
}

const chatUsage = {
  prompt_tokens: 11,
  completion_tokens: 7,
  total_tokens: 18,
  prompt_tokens_details: { cached_tokens: 5 },
}
const groqUsage = { ...chatUsage, queue_time: 0.01, prompt_time: 0.02, completion_time: 0.23, total_time: 0.25 }
const responseUsage = {
  input_tokens: 11,
  input_tokens_details: { cached_tokens: 5 },
  output_tokens: 7,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 18,
}

/** A model that is given tools calls the first one, until it sees its answer. */
function chatOf({ model, messages, tools }: Body) {
  const asked = Array.isArray(tools) && !(messages as { role: string }[]).some(({ role }) => role === 'tool')
  const name = asked && tools[0].function.name
  const message = asked
    ? { content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name, arguments: '{}' } }] }
    : { content: '{"answer":"private"}' }
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', refusal: null, ...message },
        finish_reason: asked ? 'tool_calls' : 'stop',
        logprobs: null,
      },
    ],
    usage: chatUsage,
  }
}

const part = { type: 'output_text', text: '{"answer":"private"}', annotations: [] }
const item = { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [part] }
const responseOf = ({ model }: Body, status: string) => ({
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  model,
  status,
  error: null,
  tools: [],
  output: status === 'completed' ? [item] : [],
  ...(status === 'completed' && { usage: responseUsage }),
})

function chunksOf(path: string, { model, stream_options }: Body): unknown[] {
  const isChat = path.endsWith('/chat/completions')
  const common = { id: 'chatcmpl-1', object: isChat ? 'chat.completion.chunk' : 'text_completion', created: 1, model }
  const texts = ['{"answer":', '"private', '"}']
  const chunks = texts.map((text, i) => {
    const delta = isChat ? { delta: { ...(i === 0 && { role: 'assistant' }), content: text } } : { text }
    return { ...common, choices: [{ index: 0, ...delta, finish_reason: i === 2 ? 'stop' : null, logprobs: null }] }
  })
  if (path.startsWith('/openai/v1'))
    return [...chunks, { ...common, choices: [], x_groq: { id: 'req_1', usage: groqUsage } }]
  const usage = (stream_options as { include_usage?: boolean })?.include_usage
  return usage ? [...chunks, { ...common, choices: [], usage: chatUsage }] : chunks
}

function responseEvents(body: Body): unknown[] {
  const place = { item_id: item.id, output_index: 0, content_index: 0 }
  const started = { ...item, status: 'in_progress', content: [] }
  return [
    { type: 'response.created', response: responseOf(body, 'in_progress') },
    { type: 'response.output_item.added', output_index: 0, item: started },
    { type: 'response.content_part.added', ...place, part: { ...part, text: '' } },
    { type: 'response.output_text.delta', ...place, delta: part.text, logprobs: [] },
    { type: 'response.output_text.done', ...place, text: part.text, logprobs: [] },
    { type: 'response.content_part.done', ...place, part },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: responseOf(body, 'completed') },
  ].map((event, sequence_number) => ({ ...event, sequence_number }))
}
