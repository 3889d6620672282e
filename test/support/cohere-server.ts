import type { ServerResponse } from 'node:http'
import { json, type Loopback, listen } from './openai-server.ts'

// biome-ignore lint/suspicious/noExplicitAny: bodies are read as JSON
type Any = any

const words = ['private ', 'answer ', 'in parts']

/** Speaks Cohere's API, v1 and v2. The model `fail` answers 404. */
export function cohereServer(): Promise<Loopback> {
  return listen((request, text, response) => {
    const [, version = '', path = ''] = request.url?.split('/') ?? []
    const body = JSON.parse(text || '{}')
    if (body.model === 'fail') return json(response, { message: 'private model not found' }, 404)
    if (path === 'embed') return json(response, embedded(version, body))
    if (path === 'rerank') return json(response, reranked(body))
    if (path === 'generate') return generate(response, body)
    return version === 'v2' ? chat2(response, body) : chat1(response, body)
  })
}

const meta = (version: string, billed_units: Any, more = {}) => ({ api_version: { version }, billed_units, ...more })

function embedded(version: string, { texts, inputs, images, embedding_types = ['float'], output_dimension = 4 }: Any) {
  const count = (texts ?? inputs ?? images).length
  const vectors = Array.from({ length: count }, (_, i) =>
    Array.from({ length: output_dimension }, (_value, j) => i + j),
  )
  const typed = version === 'v2' || embedding_types.length > 1
  return {
    id: 'private-id',
    ...(version === 'v1' && { response_type: typed ? 'embeddings_by_type' : 'embeddings_floats' }),
    embeddings: typed ? Object.fromEntries(embedding_types.map((type: string) => [type, vectors])) : vectors,
    texts: texts ?? [],
    meta: meta(version, { input_tokens: 2 * count }),
  }
}

function reranked({ documents, top_n = documents.length }: Any) {
  const results = documents.slice(0, top_n).map((_: unknown, i: number) => ({ index: i, relevance_score: 1 / (1 + i) }))
  return { id: 'private-id', results, meta: meta('2', { search_units: 1 }) }
}

const usage = { billed_units: { input_tokens: 5, output_tokens: 3 }, tokens: { input_tokens: 9, output_tokens: 4 } }

function chat2(response: ServerResponse, { stream }: Any) {
  if (!stream) {
    const message = { role: 'assistant', content: [{ type: 'text', text: 'private answer' }] }
    return json(response, {
      id: 'private-id',
      finish_reason: 'COMPLETE',
      message,
      usage: { ...usage, cached_tokens: 2 },
    })
  }
  const events = [
    { type: 'message-start', id: 'private-id', delta: { message: { role: 'assistant', content: [] } } },
    ...words.map((text) => ({ type: 'content-delta', index: 0, delta: { message: { content: { text } } } })),
    { type: 'message-end', id: 'private-id', delta: { finish_reason: 'COMPLETE', usage } },
  ]
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const event of events) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  response.end('data: [DONE]\n\n')
}

function chat1(response: ServerResponse, { stream }: Any) {
  const whole = {
    text: words.join(''),
    generation_id: 'private-id',
    finish_reason: 'COMPLETE',
    meta: meta('1', usage.billed_units, { tokens: usage.tokens }),
  }
  if (!stream) return json(response, whole)
  lines(response, [
    { event_type: 'stream-start', is_finished: false, generation_id: 'private-id' },
    ...words.map((text) => ({ event_type: 'text-generation', is_finished: false, text })),
    { event_type: 'stream-end', is_finished: true, finish_reason: 'COMPLETE', response: whole },
  ])
}

function generate(response: ServerResponse, { stream }: Any) {
  const whole = {
    id: 'private-id',
    generations: [{ id: 'private-id', text: words.join('') }],
    meta: meta('1', usage.billed_units),
  }
  if (!stream) return json(response, whole)
  lines(response, [
    ...words.map((text) => ({ event_type: 'text-generation', is_finished: false, text })),
    { event_type: 'stream-end', is_finished: true, finish_reason: 'COMPLETE', response: whole },
  ])
}

function lines(response: ServerResponse, events: readonly unknown[]): void {
  response.writeHead(200, { 'content-type': 'application/stream+json' })
  response.end(events.map((event) => `${JSON.stringify(event)}\n`).join(''))
}
