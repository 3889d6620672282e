import { json, type Loopback, listen } from './openai-server.ts'

const words = ['private ', 'answer ', 'in parts']

/** Speaks Mistral's API: embeddings, chats, code and agents. The model `fail` answers 404. */
export function mistralServer(): Promise<Loopback> {
  return listen((request, text, response) => {
    const { model = 'of-the-agent', input, output_dimension = 4, stream } = JSON.parse(text || '{}')
    if (model === 'fail') return json(response, { object: 'error', message: 'no such model', code: '1500' }, 404)
    const whole = { id: 'private-id', model, created: 1 }
    if (request.url?.endsWith('/embeddings')) {
      const inputs = [input].flat()
      return json(response, {
        ...whole,
        object: 'list',
        data: inputs.map((_, index) => ({
          object: 'embedding',
          index,
          embedding: Array.from({ length: output_dimension }, (_value, i) => index + i),
        })),
        usage: { prompt_tokens: 3 * inputs.length, completion_tokens: 0, total_tokens: 3 * inputs.length },
      })
    }
    const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 }
    if (!stream) {
      const message = { role: 'assistant', content: '{"private":"answer"}', tool_calls: null, prefix: false }
      const choices = [{ index: 0, message, finish_reason: 'stop' }]
      return json(response, { ...whole, object: 'chat.completion', choices, usage })
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const [i, content] of words.entries()) {
      const last = i === words.length - 1
      const choices = [{ index: 0, delta: { role: 'assistant', content }, finish_reason: last ? 'stop' : null }]
      const chunk = { ...whole, object: 'chat.completion.chunk', choices, ...(last && { usage }) }
      response.write(`data: ${JSON.stringify(chunk)}\n\n`)
    }
    response.end('data: [DONE]\n\n')
  })
}
