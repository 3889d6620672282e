import { type Body, json, type Loopback, listen } from './openai-server.ts'

/** What all answers since the last time told of. */
export interface Told {
  readonly input: number
  readonly output: number
  readonly texts: number
}

/**
 * Speaks OpenAI's chats, streamed too, and its embeddings. No two answers tell of the same tokens, and `GET /told` takes
 * their sums. A model that is given tools calls the first one, until it sees its answer. `retry` refuses every first try.
 */
export async function tokenServer(): Promise<Loopback> {
  let count = 0
  let told: Told = { input: 0, output: 0, texts: 0 }
  const refused = new Set<string>()
  const usageOf = (texts: number, writes: boolean) => {
    const [prompt_tokens, completion_tokens] = [100 + count, writes ? 10 + (count++ % 80) : 0]
    if (!writes) count++
    told = { input: told.input + prompt_tokens, output: told.output + completion_tokens, texts: told.texts + texts }
    const total_tokens = prompt_tokens + completion_tokens
    return writes ? { prompt_tokens, completion_tokens, total_tokens } : { prompt_tokens, total_tokens }
  }

  return listen((request, text, response) => {
    const body: Body = JSON.parse(text || '{}')
    if (request.url === '/told') {
      json(response, told)
      told = { input: 0, output: 0, texts: 0 }
      return
    }
    const key = JSON.stringify([body.messages, body.input])
    if (body.model === 'retry' && !refused.has(key)) {
      refused.add(key)
      response.setHeader('retry-after-ms', '1')
      return json(response, { error: { message: 'overloaded', type: 'server_error' } }, 503)
    }
    if (request.url?.endsWith('/embeddings')) return json(response, embeddingsOf(body, usageOf))
    if (!body.stream) return json(response, chatOf(body, usageOf(0, true)))
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const events = chunksOf(body, usageOf).map((event) => `data: ${JSON.stringify(event)}\n\n`)
    response.end(`${events.join('')}data: [DONE]\n\n`)
  })
}

type UsageOf = (texts: number, writes: boolean) => object

function embeddingsOf({ model, input, encoding_format }: Body, usageOf: UsageOf) {
  const texts = [input].flat()
  const data = texts.map((_, index) => {
    const vector = Float32Array.of(1, 2, index)
    const embedding = encoding_format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector]
    return { object: 'embedding', index, embedding }
  })
  return { object: 'list', model, data, usage: usageOf(texts.length, false) }
}

function messageOf({ messages, tools }: Body) {
  const isAsked = Array.isArray(tools) && !(messages as { role: string }[]).some(({ role }) => role === 'tool')
  if (!isAsked) return { message: { role: 'assistant', content: 'private answer' }, finish_reason: 'stop' }
  const { name } = tools[0].function
  const tool_calls = [{ index: 0, id: 'call_1', type: 'function', function: { name, arguments: '{}' } }]
  return { message: { role: 'assistant', content: null, tool_calls }, finish_reason: 'tool_calls' }
}

const common = { id: 'chatcmpl-1', created: 1 }

function chatOf(body: Body, usage: object) {
  const choices = [{ index: 0, ...messageOf(body), logprobs: null }]
  return { ...common, object: 'chat.completion', model: body.model, choices, usage }
}

function chunksOf(body: Body, usageOf: UsageOf): unknown[] {
  const one = { ...common, object: 'chat.completion.chunk', model: body.model }
  const { message, finish_reason } = messageOf(body)
  const chunks = [
    { ...one, choices: [{ index: 0, delta: message, finish_reason: null }] },
    { ...one, choices: [{ index: 0, delta: {}, finish_reason }] },
  ]
  const { include_usage } = (body.stream_options ?? {}) as { include_usage?: boolean }
  return include_usage ? [...chunks, { ...one, choices: [], usage: usageOf(0, true) }] : chunks
}
