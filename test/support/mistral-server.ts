import type { ServerResponse } from 'node:http'
import { type Body, json, type Loopback, listen } from './openai-server.ts'

// biome-ignore lint/suspicious/noExplicitAny: bodies are read as JSON
type Any = any

const words = ['private ', 'answer ', 'in parts']
const created = '2026-01-01T00:00:00Z'

/**
 * Speaks Mistral's API: embeddings, chats, code, agents and conversations. Each character is a token, and 100 what a web
 * search reads. The model `fail` answers 404, `cached` has read a part of the prompt before, the input `private failure` fails in its stream.
 */
export function mistralServer(): Promise<Loopback> {
  return listen((request, text, response) => {
    const body = JSON.parse(text || '{}')
    const { model = 'of-the-agent', input, output_dimension = 4, stream } = body
    if (model === 'fail') return json(response, { object: 'error', message: 'no such model', code: '1500' }, 404)
    const whole = { id: 'private-id', model: `${model}-2506`, created: 1 }
    if (request.url?.includes('/conversations'))
      return stream ? conversationStream(response, whole, body) : json(response, conversation(whole, body))
    if (request.url?.endsWith('/embeddings')) {
      const inputs = [input].flat()
      const counted = inputs.join('').length
      return json(response, {
        ...whole,
        object: 'list',
        data: inputs.map((_, index) => ({
          object: 'embedding',
          index,
          embedding: Array.from({ length: output_dimension }, (_value, i) => index + i),
        })),
        usage: { prompt_tokens: counted, completion_tokens: 0, total_tokens: counted },
      })
    }
    const usage = usageOf(body, stream ? words.join('') : '{"private":"answer"}')
    if (!stream) {
      const message = { role: 'assistant', content: '{"private":"answer"}', tool_calls: null, prefix: false }
      const choices = [{ index: 0, message, finish_reason: 'stop' }]
      return json(response, { ...whole, object: 'chat.completion', choices, usage })
    }
    const thought = { type: 'thinking', thinking: [{ type: 'text', text: 'private thought' }] }
    const deltas = [...(model === 'magistral' ? [[thought]] : []), ...words]
    const chunks = deltas.map((content, i) => {
      const last = i === deltas.length - 1
      const choices = [{ index: 0, delta: { role: 'assistant', content }, finish_reason: last ? 'stop' : null }]
      return { ...whole, object: 'chat.completion.chunk', choices, ...(last && { usage }) }
    })
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(
      [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]'].map((data) => `data: ${data}\n\n`).join(''),
    )
  })
}

function usageOf({ model, messages, prompt }: Any, answer: string) {
  const [asked, written] = [(prompt ?? messages.map(({ content }: Any) => content).join('')).length, answer.length]
  return {
    ...{ prompt_tokens: asked, completion_tokens: written, total_tokens: asked + written },
    ...(model === 'cached' && { prompt_tokens_details: { cached_tokens: 4 } }),
  }
}

function conversationUsage({ inputs, tools = [] }: Any) {
  const [asked, written, read] = [inputs.length, words.join('').length, 100 * tools.length]
  return {
    ...{ prompt_tokens: asked, completion_tokens: written, total_tokens: asked + written + read },
    ...(read > 0 && { connector_tokens: read, connectors: { web_search: 1 } }),
  }
}

function conversation({ model }: Body, body: Any) {
  const entry = {
    object: 'entry',
    type: 'message.output',
    created_at: created,
    completed_at: created,
    id: 'private-id',
  }
  const outputs = [{ ...entry, model, role: 'assistant', content: words.join('') }]
  return { object: 'conversation.response', conversation_id: 'private-id', outputs, usage: conversationUsage(body) }
}

function conversationStream(response: ServerResponse, { model }: Body, body: Any) {
  const output = { created_at: created, output_index: 0, id: 'private-id', content_index: 0, model, role: 'assistant' }
  const events: Body[] = [
    { type: 'conversation.response.started', created_at: created, conversation_id: 'private-id' },
    ...words.map((content) => ({ type: 'message.output.delta', ...output, content })),
    body.inputs === 'private failure'
      ? { type: 'conversation.response.error', created_at: created, message: 'private', code: 3230 }
      : { type: 'conversation.response.done', created_at: created, usage: conversationUsage(body) },
  ]
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''))
}
