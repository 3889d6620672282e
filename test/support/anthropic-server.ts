import { type Body, json, type Loopback, listen, refuses, sendEvents } from './openai-server.ts'

/** Speaks Anthropic's messages, streamed and not; a model that is given tools uses the first one, once. */
export function anthropicServer(): Promise<Loopback> {
  return listen((request, text, response) => {
    const body: Body = JSON.parse(text || '{}')
    if (refuses(request, body, response)) return
    if (body.stream) sendEvents(response, body, eventsOf(body))
    else json(response, messageOf(body))
  })
}

const usage = { input_tokens: 11, cache_creation_input_tokens: 0, cache_read_input_tokens: 5, output_tokens: 7 }

function messageOf({ model, messages, tools }: Body) {
  const asked = Array.isArray(tools) && (messages as unknown[]).length === 1
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model,
    content: asked
      ? [{ type: 'tool_use', id: 'toolu_1', name: tools[0].name, input: {} }]
      : [{ type: 'text', text: '{"answer":"private"}', citations: null }],
    stop_reason: asked ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage,
  }
}

function eventsOf(body: Body): unknown[] {
  const started = { ...messageOf(body), content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } }
  const delta = (text: string) => ({
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'text_delta', text },
  })
  return [
    { type: 'message_start', message: started },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'ping' },
    delta('{"answer":'),
    delta('"private"}'),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 7 } },
    { type: 'message_stop' },
  ]
}
