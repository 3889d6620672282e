import type { ServerResponse } from 'node:http'
import { json, type Loopback, listen } from './openai-server.ts'

const mapping = { 'hf-inference': { providerId: 'bge', status: 'live', task: 'feature-extraction' } }
const words = ['private ', 'answer ', 'in parts']

/** Speaks as an inference endpoint does, and as the hub that knows which provider has a model. Each character is a token. */
export function huggingfaceServer(): Promise<Loopback> {
  return listen((request, text, response) => {
    if (request.method === 'GET') return json(response, { id: 'bge', inferenceProviderMapping: mapping })
    const { model, inputs, parameters, messages, prompt, stream } = JSON.parse(text || '{}')
    if (inputs === 'private failure') return json(response, { error: 'no such input' }, 400)
    const usage = usageOf((messages?.[0].content ?? prompt ?? inputs).length)
    if (messages) return stream ? events(response, chatParts(model, usage)) : json(response, chat(model, usage))
    if (parameters?.max_new_tokens)
      return stream
        ? events(response, textParts(inputs))
        : json(response, [
            { generated_text: words.join(''), details: { generated_tokens: written, finish_reason: 'length' } },
          ])
    if (prompt) {
      if (stream) return events(response, words.map(promptPart(model, usage)))
      const choices = [{ index: 0, text: words.join(''), finish_reason: 'length' }]
      return json(response, { ...made(model), object: 'text_completion', choices, usage })
    }
    const vectors = [inputs].flat().map((_value, i) => [i, 0.1, 0.2, 0.3])
    return json(response, Array.isArray(inputs) ? vectors : vectors[0])
  })
}

const written = words.join('').length
const usageOf = (asked: number) => ({
  prompt_tokens: asked,
  completion_tokens: written,
  total_tokens: asked + written,
  prompt_tokens_details: { cached_tokens: 4 },
})
const made = (model: string) => ({ id: 'private-id', model: `${model}-8b`, created: 1, system_fingerprint: '1' })

function chat(model: string, usage: object) {
  const message = { role: 'assistant', content: words.join('') }
  const choices = [{ index: 0, message, finish_reason: 'stop', logprobs: null }]
  return { ...made(model), object: 'chat.completion', choices, usage }
}

/** The usage comes last, by itself. */
function chatParts(model: string, usage: object) {
  const part = (content: string, finish_reason: string | null = null) => ({
    ...{ ...made(model), object: 'chat.completion.chunk' },
    choices: [{ index: 0, delta: { role: 'assistant', content }, finish_reason, logprobs: null }],
  })
  return [...words.map((word) => part(word)), part('', 'stop'), { ...part(''), choices: [], usage }]
}

const promptPart = (model: string, usage: object) => (text: string, i: number) => ({
  ...made(model),
  object: 'text_completion',
  choices: [{ index: 0, text, finish_reason: i === 2 ? 'length' : null }],
  ...(i === 2 && { usage }),
})

/** The last token is not a text. */
const textParts = (inputs: string) =>
  [...words, '</s>'].map((text, i) => ({
    index: i + 1,
    token: { id: i, text, logprob: -1, special: i === 3 },
    generated_text: i === 3 ? words.join('') : null,
    details: i === 3 ? { finish_reason: 'length', generated_tokens: written, input_length: inputs.length } : null,
  }))

function events(response: ServerResponse, list: readonly unknown[]) {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.end(list.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''))
}
