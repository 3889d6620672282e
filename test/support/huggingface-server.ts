import type { ServerResponse } from 'node:http'
import { json, type Loopback, listen } from './openai-server.ts'

const mapping = { 'hf-inference': { providerId: 'bge', status: 'live', task: 'feature-extraction' } }
const words = ['private ', 'answer ', 'in parts']

/** Speaks as an inference endpoint does, and as the hub that knows which provider has a model. */
export function huggingfaceServer(): Promise<Loopback> {
  return listen((request, text, response) => {
    if (request.method === 'GET') return json(response, { id: 'bge', inferenceProviderMapping: mapping })
    const { model, inputs, parameters, messages, prompt, stream } = JSON.parse(text || '{}')
    if (inputs === 'private failure') return json(response, { error: 'no such input' }, 400)
    if (messages) return stream ? events(response, words.map(chatPart(model))) : json(response, chat(model))
    if (parameters?.max_new_tokens)
      return stream
        ? events(response, words.map(textPart))
        : json(response, [
            { generated_text: words.join(''), details: { generated_tokens: 3, finish_reason: 'length' } },
          ])
    if (prompt) {
      if (stream) return events(response, words.map(promptPart(model)))
      const choices = [{ index: 0, text: words.join(''), finish_reason: 'length' }]
      return json(response, { ...made(model), object: 'text_completion', choices, usage })
    }
    const vectors = [inputs].flat().map((_value, i) => [i, 0.1, 0.2, 0.3])
    return json(response, Array.isArray(inputs) ? vectors : vectors[0])
  })
}

const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 }
const made = (model: string) => ({ id: 'private-id', model, created: 1, system_fingerprint: '1' })

function chat(model: string) {
  const message = { role: 'assistant', content: words.join('') }
  const choices = [{ index: 0, message, finish_reason: 'stop', logprobs: null }]
  return { ...made(model), object: 'chat.completion', choices, usage }
}

const chatPart = (model: string) => (content: string, i: number) => ({
  ...made(model),
  object: 'chat.completion.chunk',
  choices: [
    { index: 0, delta: { role: 'assistant', content }, finish_reason: i === 2 ? 'stop' : null, logprobs: null },
  ],
  ...(i === 2 && { usage }),
})

const promptPart = (model: string) => (text: string, i: number) => ({
  ...made(model),
  object: 'text_completion',
  choices: [{ index: 0, text, finish_reason: i === 2 ? 'length' : null }],
  ...(i === 2 && { usage }),
})

const textPart = (text: string, i: number) => ({
  index: i + 1,
  token: { id: i, text, logprob: -1, special: false },
  generated_text: i === 2 ? words.join('') : null,
  details: i === 2 ? { finish_reason: 'length', generated_tokens: 3 } : null,
})

function events(response: ServerResponse, list: readonly unknown[]) {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.end(list.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''))
}
