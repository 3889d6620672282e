import { json, type Loopback, listen } from './openai-server.ts'
import { scoreAt } from './scores.ts'

// biome-ignore lint/suspicious/noExplicitAny: requests are read by shape
type Any = any

/**
 * Speaks Typesense: a search finds as many documents as its `per_page` says, else two; an import fails for documents
 * without an id. The collection `missing` answers 404, in a batch of searches for itself alone.
 */
export function typesenseServer(): Promise<Loopback> {
  return listen((request, text, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://loopback')
    const [, , collection, , last] = pathname.split('/')
    if (collection === 'missing') return json(response, { message: 'no such collection' }, 404)
    if (pathname === '/multi_search') {
      const { searches, union } = JSON.parse(text)
      const missing = { code: 404, error: 'Not found. Collection private does not exist.' }
      const results = searches.map((one: Any) => (one.collection === 'missing' ? missing : found(one.per_page ?? 2)))
      return json(response, union ? found(2) : { results })
    }
    if (last === 'search') {
      const isBoth = searchParams.get('q') !== '*'
      return json(response, found(Number(searchParams.get('per_page') ?? 2), isBoth))
    }
    if (last === 'import') {
      const failure = { success: false, code: 400, error: 'Document private has no id.', document: 'private' }
      const lines = text
        .split('\n')
        .map((line) => JSON.stringify('id' in JSON.parse(line) ? { success: true } : failure))
      return void response.end(lines.join('\n'))
    }
    if (last === 'export') return void response.end('{"id":"private-1"}\n{"id":"private-2"}')
    if (last === undefined && request.method === 'DELETE') return json(response, { num_deleted: 4 })
    if (last === undefined && request.method === 'PATCH') return json(response, { num_updated: 3 })
    json(response, { id: 'private', text: 'private' })
  })
}

/** Of a search for words as well, results have a score besides their distance. */
const found = (count: number, isBoth = false) => ({
  found: 100,
  page: 1,
  search_time_ms: 2,
  hits: Array.from({ length: count }, (_, i) => ({
    document: { id: `private-${i}` },
    vector_distance: 0.5 + i / 10,
    ...(isBoth && { hybrid_search_info: { rank_fusion_score: scoreAt(i) } }),
  })),
})
