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
 * Voyage's under `/voyage`, and an index of Pinecone's under `/pinecone`.
 */
export function standIn({ takes, refuses, hits, score, keeps, zero }: Plan): Promise<Loopback> {
  const before = new Map<string, number>()

  return listen((request, text, response) => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    const body = JSON.parse(text || '{}')
    const operation = operationOf(request.method ?? '', path)
    const asked: Asked = {
      operation,
      ...(body.model !== undefined && { model: body.model }),
      ...(path.includes('/collections/') && { collection: /collections\/([^/]+)/.exec(path)?.[1] ?? '' }),
      limit: body.limit ?? body.top_n ?? 1,
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
      else if (path.startsWith('/pinecone')) json(response, index)
      else {
        const result = qdrant(asked, hits?.(asked) ?? asked.limit, score?.(asked) ?? 1, body)
        json(response, { result, status: 'ok', time: 0.001 })
      }
    }, takes(asked))
  })
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

const payload = { title: 'a private title', text: 'private '.repeat(40) }

function qdrant({ operation }: Asked, limit: number, best: number, body: { ids?: unknown[] }): unknown {
  const points = (count: number) =>
    Array.from({ length: count }, (_, id) => ({ id, version: 1, score: best / (id + 1), payload }))
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
