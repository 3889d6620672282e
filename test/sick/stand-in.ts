import type { ServerResponse } from 'node:http'
import { answerOf, eventsOf } from '../support/openai-answers.ts'
import { json, type Loopback, listen } from '../support/openai-server.ts'

/** What a case's service is answered, and how long that takes. */
export interface Plan {
  /** Milliseconds for an operation, by `embed`, `search`, `fetch`, `upsert`, `rerank`, `generate` or `manage`. */
  readonly takes: (asked: Asked) => number
  /** A status that refuses it, instead of an answer. */
  readonly refuses?: (asked: Asked) => number | undefined
  /** Hits of a search; as many as are asked for. */
  readonly hits?: (asked: Asked) => number
  /** The score of the best of them, 1 where it is not said; the others have a half of it, a third and so on. */
  readonly score?: (asked: Asked) => number
  /** Whether a reranking leaves everything where it is; it turns the order round where it is not said. */
  readonly keeps?: (asked: Asked) => boolean
  /** Whether an input, by its place, is embedded as nothing but zeros. */
  readonly zero?: (place: number) => boolean
  /** What is stored beside a vector, and comes with each hit. */
  readonly payloadBytes?: number
  /** Kilobytes that a millisecond brings to the service; all at once where it is not said. */
  readonly kbPerMs?: number
}

export interface Asked {
  readonly operation: string
  readonly model?: string
  readonly collection?: string
  readonly limit: number
  /** Texts to embed. */
  readonly inputs: number
  /** About how many were sent. */
  readonly tokens: number
  /** Requests of this operation before. */
  readonly before: number
}

/**
 * One server for all: OpenAI's API under `/openai/v1`, Qdrant's under `/qdrant`, Cohere's reranking under `/cohere`,
 * Voyage's under `/voyage`, and an index of Pinecone's and its data under `/pinecone`.
 */
export function standIn(plan: Plan): Promise<Loopback> {
  const { takes, refuses, hits, score, keeps, zero, payloadBytes = 335, kbPerMs } = plan
  const payload = { title: 'a private title', text: 'private '.repeat(payloadBytes / 8) }
  const before = new Map<string, number>()

  return listen((request, text, response) => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    const body = JSON.parse(text || '{}')
    const operation = operationOf(request.method ?? '', path)
    const asked: Asked = {
      operation,
      ...(body.model !== undefined && { model: body.model }),
      ...(path.includes('/collections/') && { collection: /collections\/([^/]+)/.exec(path)?.[1] ?? '' }),
      limit: body.limit ?? body.topK ?? body.top_n ?? 1,
      inputs: Array.isArray(body.input) ? body.input.length : 1,
      tokens: Math.ceil(text.length / 4),
      before: before.get(operation) ?? 0,
    }
    before.set(operation, asked.before + 1)
    const status = refuses?.(asked)
    setTimeout(() => {
      if (status !== undefined) {
        if (status === 429) response.setHeader('retry-after-ms', '200')
        json(response, { error: { message: 'refused' }, status: { error: 'refused' } }, status)
      } else if (path.startsWith('/openai')) openai(response, path, body, zero)
      else if (path.startsWith('/cohere')) json(response, ranked(body, keeps?.(asked)))
      else if (path.startsWith('/voyage'))
        json(response, operation === 'embed' ? answerOf('/embeddings', body) : rankedAsVoyage(body, keeps?.(asked)))
      else if (path.startsWith('/pinecone/query'))
        brought(response, { matches: hitsOf(asked.limit, 1, { metadata: payload }), usage: { readUnits: 5 } }, kbPerMs)
      else if (path.startsWith('/pinecone')) json(response, index)
      else {
        const points = (count: number) => hitsOf(count, score?.(asked) ?? 1, { version: 1, payload })
        const result = qdrant(asked, hits?.(asked) ?? asked.limit, points, body)
        brought(response, { result, status: 'ok', time: 0.001 }, kbPerMs)
      }
    }, takes(asked))
  })
}

/** Answers at once, or in pieces that come as fast as the line brings them. */
function brought(response: ServerResponse, value: object, kbPerMs: number | undefined): void {
  if (kbPerMs === undefined) {
    json(response, value)
    return
  }
  const bytes = Buffer.from(JSON.stringify(value))
  const begun = performance.now()
  let sent = 0
  const next = () => {
    const due = Math.ceil((performance.now() - begun + 1) * kbPerMs * 1024)
    response.write(bytes.subarray(sent, due))
    sent = due
    if (sent < bytes.length) setTimeout(next, 2)
    else response.end()
  }
  response.writeHead(200, { 'content-type': 'application/json' })
  next()
}

type Body = Parameters<typeof answerOf>[1]

function openai(response: ServerResponse, path: string, body: Body, zero: Plan['zero']): void {
  const asIf = path.replace('/openai/v1', '')
  if (!body.stream) {
    const answer = withTokens(answerOf(asIf, body), JSON.stringify(body))
    json(response, zero === undefined ? answer : withZeros(answer, zero))
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const events = eventsOf(asIf, body)
  // Written while somebody reads it: a part every 60 ms.
  const next = () => {
    const event = events.shift()
    if (event === undefined) return response.end()
    response.write(`data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`)
    setTimeout(next, 60)
  }
  next()
}

/** A token for each four characters that were sent. */
const withTokens = (answer: unknown, sent: string) => {
  const { usage, ...rest } = answer as { usage?: object }
  return { ...rest, ...(usage && { usage: { ...usage, prompt_tokens: Math.ceil(sent.length / 4) } }) }
}

/** Eight numbers each, as base64, which the client asks for. */
const withZeros = (answer: object, zero: NonNullable<Plan['zero']>) => {
  const { data = [], ...rest } = answer as { data?: { index: number }[] }
  const zeros = Buffer.alloc(32).toString('base64')
  return { ...rest, data: data.map((one) => ({ ...one, ...(zero(one.index) && { embedding: zeros }) })) }
}

function operationOf(method: string, path: string): string {
  if (path.endsWith('/embeddings') || path.endsWith('/embed')) return 'embed'
  if (path.endsWith('/rerank')) return 'rerank'
  if (path.endsWith('/chat/completions')) return 'generate'
  if (path.endsWith('/points/query') || path.endsWith('/points/search')) return 'search'
  if (path.endsWith('/points') && method === 'PUT') return 'upsert'
  if (path.endsWith('/points') || /\/points\/[^/]+$/.test(path)) return 'fetch'
  return 'manage'
}

/** What is found, with what the store says of each besides. */
const hitsOf = (count: number, best: number, more: object) =>
  Array.from({ length: count }, (_, id) => ({ id, score: best / (id + 1), ...more }))

type Points = (count: number) => object[]

function qdrant({ operation }: Asked, limit: number, points: Points, body: { ids?: unknown[] }): unknown {
  if (operation === 'search') return { points: points(limit) }
  if (operation === 'fetch') return points(body.ids?.length ?? 1)
  if (operation === 'upsert') return { operation_id: 1, status: 'completed' }
  return { collections: [{ name: 'docs' }] }
}

const index = {
  name: 'docs',
  dimension: 4,
  metric: 'cosine',
  host: 'http://127.0.0.1',
  spec: {},
  status: { ready: true, state: 'Ready' },
}

interface Documents {
  readonly documents?: readonly unknown[]
  readonly top_n?: number
  readonly top_k?: number
}

/** Of so many documents the places of the best, the last the best where it turns them round. */
const placesOf = ({ documents = [], top_n, top_k }: Documents, keeps = false) =>
  documents
    .map((_, place) => (keeps ? place : documents.length - 1 - place))
    .slice(0, top_n ?? top_k ?? 3)
    .map((index, i) => ({ index, relevance_score: 1 / (i + 1) }))

const ranked = (body: Documents, keeps?: boolean) => ({
  id: 'private-id',
  results: placesOf(body, keeps),
  meta: { api_version: { version: '2' }, billed_units: { search_units: 1 } },
})

const rankedAsVoyage = (body: Documents, keeps?: boolean) => ({
  object: 'list',
  data: placesOf(body, keeps),
  model: 'rank',
  usage: { total_tokens: 10 },
})
