import type { ServerResponse } from 'node:http'
import { json, type Loopback, listen } from './openai-server.ts'

const details = { input_tokens_details: { cached_tokens: 2 }, output_tokens_details: { reasoning_tokens: 0 } }
const words = ['private one ', 'private two ', 'private three']
const id = { id: 'private-id', model: 'writes' }

/** Speaks OpenAI's chats, completions and responses, streamed too, and its embeddings. The model `fail` answers 400. */
export function aiSdkServer(): Promise<Loopback> {
  return listen((request, body, response) => {
    const { model, input, stream } = JSON.parse(body || '{}')
    if (model === 'fail')
      return json(response, { error: { message: 'no such model', type: 'invalid_request_error' } }, 400)
    const path = request.url?.split('?')[0] ?? ''
    if (path.endsWith('/embeddings')) {
      const data = input.map((text: string, index: number) => ({ index, embedding: [text.length, 1, 2] }))
      return json(response, { object: 'list', model, data, usage: { prompt_tokens: 3, total_tokens: 3 } })
    }
    const answer = path.endsWith('/responses') ? responses : path.endsWith('/chat/completions') ? chat : completion
    if (stream) return events(response, answer.streamed)
    json(response, answer.whole)
  })
}

const chatUsage = {
  prompt_tokens: 5,
  completion_tokens: 7,
  total_tokens: 12,
  prompt_tokens_details: { cached_tokens: 2 },
}
const chat = {
  whole: {
    ...id,
    created: 1,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: words.join('') }, finish_reason: 'stop' }],
    usage: chatUsage,
  },
  streamed: [
    ...words.map((content) => ({
      ...id,
      created: 1,
      choices: [{ index: 0, delta: { role: 'assistant', content }, finish_reason: null }],
    })),
    { ...id, created: 1, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    { ...id, created: 1, choices: [], usage: chatUsage },
  ],
}

const completionUsage = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 }
const completion = {
  whole: {
    ...id,
    created: 1,
    object: 'text_completion',
    choices: [{ index: 0, text: words.join(''), finish_reason: 'stop' }],
    usage: completionUsage,
  },
  streamed: [
    ...words.map((text) => ({ ...id, created: 1, choices: [{ index: 0, text, finish_reason: null }] })),
    { ...id, created: 1, choices: [{ index: 0, text: '', finish_reason: 'stop' }] },
    { ...id, created: 1, choices: [], usage: completionUsage },
  ],
}

const message = { type: 'message', id: 'msg_private', role: 'assistant' }
const ended = {
  ...id,
  created_at: 1,
  output: [{ ...message, content: [{ type: 'output_text', text: words.join(''), annotations: [] }] }],
  usage: { input_tokens: 5, output_tokens: 7, ...details },
}
const responses = {
  whole: ended,
  streamed: [
    { type: 'response.created', response: { ...id, created_at: 1 } },
    { type: 'response.output_item.added', output_index: 0, item: message },
    ...words.map((delta) => ({ type: 'response.output_text.delta', item_id: message.id, output_index: 0, delta })),
    { type: 'response.output_item.done', output_index: 0, item: message },
    { type: 'response.completed', response: ended },
  ],
}

function events(response: ServerResponse, values: readonly unknown[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.end(`${values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join('')}data: [DONE]\n\n`)
}
