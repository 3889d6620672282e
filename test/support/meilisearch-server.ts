import type { ServerResponse } from 'node:http'
import { json, type Loopback, listen } from './openai-server.ts'
import { scoreAt } from './scores.ts'

// biome-ignore lint/suspicious/noExplicitAny: requests are read by shape
type Any = any

/**
 * Speaks Meilisearch: a search finds as many documents as its `limit` says, else two; each write is a task that has
 * succeeded when it is asked for. The index `missing` answers 404.
 */
export function meilisearchServer(): Promise<Loopback> {
  return listen((request, text, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://loopback')
    const [, , index, ...rest] = pathname.split('/')
    const body = text === '' ? {} : JSON.parse(text)
    const asked = Number(body.limit ?? searchParams.get('limit') ?? 2)
    if (index === 'missing')
      return json(response, { message: 'no such index', code: 'index_not_found', type: 'invalid_request' }, 404)
    if (pathname.startsWith('/tasks/')) return json(response, { uid: 1, ...task, status: 'succeeded' })
    if (pathname === '/multi-search') {
      const { queries, federation } = body
      const results = queries.map((one: Any) => ({ indexUid: one.indexUid, ...found(one.limit ?? 2) }))
      return json(response, federation === undefined ? { results } : found(3))
    }
    if (pathname.endsWith('/chat/completions')) return answer(response, body.model)
    const path = rest.join('/')
    if (path === 'facet-search')
      return json(response, { facetHits: [{ value: 'private', count: 3 }], facetQuery: 'private', processingTimeMs: 1 })
    if (path === 'search' || path === 'similar')
      return json(response, found(asked, body.showRankingScore ?? searchParams.has('showRankingScore')))
    const isRead = path === 'documents/fetch' || request.method === 'GET'
    if (isRead && rest.length === 2 && path !== 'documents/fetch') return json(response, { id: 'private' })
    if (isRead)
      return json(response, { results: Array(asked).fill({ id: 'private' }), limit: asked, offset: 0, total: 9 })
    json(response, { taskUid: 1, ...task, status: 'enqueued' }, 202)
  })
}

const task = { indexUid: 'docs', type: 'documentAdditionOrUpdate' }

const found = (count: number, showsScores = false) => ({
  hits: Array.from({ length: count }, (_, i) => ({
    id: `private-${i}`,
    text: 'private',
    ...(showsScores && { _rankingScore: scoreAt(i) }),
  })),
  query: 'private',
  processingTimeMs: 1,
})

/** An answer as events, in one piece of the network. */
function answer(response: ServerResponse, model: string): void {
  const deltas = [{ role: 'assistant', content: '' }, { content: 'private' }, { content: ' answer' }, {}]
  const events = deltas.map((delta) => JSON.stringify({ model, choices: [{ index: 0, delta }] }))
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.end([...events, '[DONE]'].map((event) => `data: ${event}\n\n`).join(''))
}
