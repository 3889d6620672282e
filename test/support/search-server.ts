import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Loopback, listen } from './openai-server.ts'

// biome-ignore lint/suspicious/noExplicitAny: requests are read by shape
type Any = any

/**
 * Speaks what Elasticsearch and OpenSearch share: searches, batches of them, scrolls, documents and their bulks. A
 * search finds `size` documents, else the `k` of its first vector, else two. The index `missing` answers 404; `flaky`
 * 503, the first time and then every second one, to each application (`x-application`) by itself.
 */
export function searchServer(): Promise<Loopback> {
  const asked = new Map<unknown, number>()
  return listen((request, text, response) => {
    const [index = '', ...rest] = (request.url?.split('?')[0] ?? '').split('/').slice(1)
    const path = index.startsWith('_') ? [index, ...rest] : rest
    if (index === 'missing') return send(request, response, missing, 404)
    if (index === 'flaky') {
      const application = request.headers['x-application']
      const times = asked.get(application) ?? 0
      asked.set(application, times + 1)
      if (times % 2 === 0) return send(request, response, { status: 503 }, 503)
    }
    send(request, response, answer(request.method ?? '', path, linesOf(text)))
  })
}

const missing = {
  error: { type: 'index_not_found_exception', reason: 'no such index [missing]', root_cause: [] },
  status: 404,
}

function answer(method: string, [what, id]: readonly string[], lines: readonly Any[]): unknown {
  const [body = {}] = lines
  if (what === '_search' && id === 'scroll') return method === 'DELETE' ? { succeeded: true } : found(0)
  if (what === '_search') return found(body.size ?? kOf(body) ?? 2)
  if (what === '_knn_search') return found(body.knn.k)
  if (what === '_msearch') {
    const bodies = lines.filter((_, i) => i % 2 === 1)
    return { took: 5, responses: bodies.map((one) => ({ ...found(kOf(one) ?? 2), status: 200 })) }
  }
  if (what === '_bulk') {
    const actions = lines.filter((line) => line.index ?? line.update ?? line.delete ?? line.create)
    return { took: 7, errors: false, items: actions.map((one) => ({ [Object.keys(one)[0] ?? '']: { status: 200 } })) }
  }
  if (what === '_delete_by_query') return { took: 3, deleted: 4, total: 4, failures: [] }
  if (what === '_update_by_query') return { took: 3, updated: 3, total: 3, failures: [] }
  if (what === '_mget') {
    const ids: Any[] = body.ids ?? body.docs
    return { docs: ids.map((one, i) => ({ _id: one._id ?? one, found: i > 0, _source: { text: 'private' } })) }
  }
  if (method === 'GET') return { _id: id, found: true, _source: { text: 'private' } }
  return { _id: id ?? 'private', result: method === 'DELETE' ? 'deleted' : 'created', _version: 1 }
}

const kOf = ({ knn, query }: Any) => knn?.k ?? query?.knn?.k ?? (Object.values(query?.knn ?? {})[0] as Any)?.k

const found = (count: number) => ({
  _scroll_id: 'private-scroll',
  took: 4,
  timed_out: false,
  hits: {
    total: { value: 100, relation: 'eq' },
    hits: Array.from({ length: count }, (_, i) => ({ _id: `private-${i}`, _score: 1, _source: { text: 'private' } })),
  },
})

const linesOf = (text: string): Any[] => text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))

function send(request: IncomingMessage, response: ServerResponse, value: unknown, status = 200): void {
  const isVendor = request.headers.accept?.includes('vnd.elasticsearch')
  const type = isVendor ? 'application/vnd.elasticsearch+json;compatible-with=9' : 'application/json'
  response.writeHead(status, { 'content-type': type, 'x-elastic-product': 'Elasticsearch' })
  response.end(JSON.stringify(value))
}
