import type { ServerResponse } from 'node:http'
import { type Body, json, type Loopback, listen } from './openai-server.ts'

const words = ['private ', 'answer ', 'in parts']
/** Each character is a token. */
const metricsOf = ({ prompt, texts, text_batch }: Body) => ({
  predict_time: 0.25,
  total_time: 0.5,
  input_token_count: (typeof prompt === 'string' ? [prompt] : listOf(texts ?? text_batch)).join('').length,
  output_token_count: prompt === undefined ? 0 : words.join('').length,
})
const listOf = (texts: unknown): string[] => (Array.isArray(texts) ? texts : JSON.parse(String(texts)))

/** Speaks as Replicate's API does. A prediction is done when it was waited for, or at the second asking for it. */
export function replicateServer(): Promise<Loopback> {
  const predictions = new Map<string, { asked: number; readonly model: string; readonly input: Body }>()
  return listen((request, text, response) => {
    const { url = '', method, headers } = request
    const origin = `http://${headers.host}`
    const [, kind, owner = '', name = ''] = url.split('/')
    if (kind === 'stream') return events(response, owner)
    if (method === 'GET' || url.endsWith('/cancel')) {
      const found = predictions.get(owner)
      return found === undefined
        ? json(response, { detail: 'not found' }, 404)
        : json(response, shown(origin, owner, found, ++found.asked > 1))
    }
    const { input, version } = JSON.parse(text)
    if (input.prompt === 'private failure') return json(response, { detail: 'no such input' }, 422)
    const model = kind === 'models' ? `${owner}/${name}` : version === undefined ? 'owner/deployed' : 'owner/chat'
    const made = { asked: 0, model, input }
    const id = String(predictions.size + 1)
    predictions.set(id, made)
    json(response, shown(origin, id, made, headers.prefer !== undefined && input.prompt !== 'private slow'), 201)
  })
}

function shown(origin: string, id: string, { model, input }: { model: string; input: Body }, done: boolean) {
  const status = !done ? 'starting' : input.prompt === 'private fault' ? 'failed' : 'succeeded'
  return {
    ...{ id, model, version: 'hidden', input, logs: 'private', source: 'api', data_removed: false, status },
    ...{ created_at: '2026-01-01T00:00:00Z', error: status === 'failed' ? 'private' : null },
    ...(status === 'succeeded' && { output: outputOf(input), metrics: metricsOf(input) }),
    ...(done && { completed_at: '2026-01-01T00:00:01Z' }),
    urls: {
      get: `${origin}/predictions/${id}`,
      stream: `${origin}/stream/${input.prompt === 'private fault' ? 'fault' : 'whole'}`,
    },
  }
}

function outputOf({ texts, text_batch: batch }: Body): unknown {
  if (texts !== undefined) return listOf(texts).map(() => [0.1, 0.2, 0.3])
  return typeof batch === 'string' ? listOf(batch).map(() => ({ embedding: [0.1, 0.2, 0.3] })) : words
}

/** A fault is all that is sent: the client drops what was not yet read before it. */
function events(response: ServerResponse, how: string) {
  const sent = how === 'fault' ? [['error', 'private']] : [...words.map((data) => ['output', data]), ['done', '{}']]
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.end(sent.map(([event, data], i) => `event: ${event}\nid: ${i}\ndata: ${data}\n\n`).join(''))
}
