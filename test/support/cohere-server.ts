import type { ServerResponse } from 'node:http'
import { json, type Loopback, listen } from './openai-server.ts'

// biome-ignore lint/suspicious/noExplicitAny: bodies are read as JSON
type Any = any

const words = ['private ', 'answer ', 'in parts']

/**
 * Speaks Cohere's API, v1 and v2. Each character is a token, one more in the prompt than is billed, and 10 a picture. The
 * model `fail` answers 404, and `broken` fails as it writes; that is what `thinker` does not without a thought.
 */
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
  const parts = inputs?.flatMap(({ content }: Any) => content) ?? []
  const pictures = images?.length ?? parts.filter(({ type }: Any) => type === 'image_url').length
  const read = (texts ?? parts.flatMap(({ text }: Any) => text ?? [])).join('').length
  const list = texts ?? inputs ?? images
  const vectors = list.map((_: unknown, i: number) => Array.from({ length: output_dimension }, (_value, j) => i + j))
  const typed = version === 'v2' || embedding_types.length > 1
  return {
    id: 'private-id',
    ...(version === 'v1' && { response_type: typed ? 'embeddings_by_type' : 'embeddings_floats' }),
    embeddings: typed ? Object.fromEntries(embedding_types.map((type: string) => [type, vectors])) : vectors,
    texts: texts ?? [],
    meta: meta(version, { ...(read > 0 && { input_tokens: read }), ...(pictures && { image_tokens: 10 * pictures }) }),
  }
}

/** A search of up to 100 documents is a unit. The model `turns` finds the last the best. */
function reranked({ model, documents, top_n = documents.length }: Any) {
  const last = documents.length - 1
  const results = documents
    .slice(0, top_n)
    .map((_: unknown, i: number) => ({ index: model === 'turns' ? last - i : i, relevance_score: 1 / (1 + i) }))
  return { id: 'private-id', results, meta: meta('2', { search_units: Math.ceil(documents.length / 100) }) }
}

function usageOf({ model, message, prompt, messages }: Any) {
  const asked = (message ?? prompt ?? messages.map(({ content }: Any) => content).join('')).length
  const written = words.join('').length
  return {
    billed_units: { input_tokens: asked, output_tokens: written },
    tokens: { input_tokens: asked + 1, output_tokens: written },
    ...(model === 'cached' && { cached_tokens: 2 }),
  }
}
const reasonOf = ({ model }: Any) => (model === 'broken' ? 'ERROR' : 'COMPLETE')

function chat2(response: ServerResponse, body: Any) {
  const [usage, finish_reason] = [usageOf(body), reasonOf(body)]
  if (!body.stream) {
    const message = { role: 'assistant', content: [{ type: 'text', text: words.join('') }] }
    return json(response, { id: 'private-id', finish_reason, message, usage })
  }
  const part = (type: string, index: number, content: Any) => ({ type, index, delta: { message: { content } } })
  const thought = [
    part('content-start', 0, { type: 'thinking', thinking: '' }),
    part('content-delta', 0, { thinking: 'private thought' }),
    { type: 'content-end', index: 0 },
  ]
  const events = [
    { type: 'message-start', id: 'private-id', delta: { message: { role: 'assistant', content: [] } } },
    ...(body.model === 'thinker' ? thought : []),
    part('content-start', 1, { type: 'text', text: '' }),
    ...words.map((text) => part('content-delta', 1, { text })),
    { type: 'content-end', index: 1 },
    { type: 'message-end', id: 'private-id', delta: { finish_reason, usage } },
  ]
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const event of events) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  response.end('data: [DONE]\n\n')
}

function chat1(response: ServerResponse, body: Any) {
  const { billed_units, ...more } = usageOf(body)
  const finish_reason = reasonOf(body)
  const whole = {
    ...{ text: words.join(''), generation_id: 'private-id', finish_reason },
    meta: meta('1', billed_units, more),
  }
  if (!body.stream) return json(response, whole)
  lines(response, [
    { event_type: 'stream-start', is_finished: false, generation_id: 'private-id' },
    ...words.map((text) => ({ event_type: 'text-generation', is_finished: false, text })),
    { event_type: 'stream-end', is_finished: true, finish_reason, response: whole },
  ])
}

function generate(response: ServerResponse, body: Any) {
  const whole = {
    id: 'private-id',
    generations: [{ id: 'private-id', text: words.join('') }],
    meta: meta('1', usageOf(body).billed_units),
  }
  if (!body.stream) return json(response, whole)
  const end = { is_finished: true, finish_reason: reasonOf(body) }
  lines(response, [
    ...words.map((text) => ({ event_type: 'text-generation', is_finished: false, text })),
    body.model === 'broken'
      ? { event_type: 'stream-error', ...end, err: 'private' }
      : { event_type: 'stream-end', ...end, response: whole },
  ])
}

function lines(response: ServerResponse, events: readonly unknown[]): void {
  response.writeHead(200, { 'content-type': 'application/stream+json' })
  response.end(events.map((event) => `${JSON.stringify(event)}\n`).join(''))
}
