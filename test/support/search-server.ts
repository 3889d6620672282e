import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Loopback, listen } from './openai-server.ts'
import { scoreAt } from './scores.ts'

// biome-ignore lint/suspicious/noExplicitAny: requests are read by shape
type Any = any

/**
 * Speaks what Elasticsearch and OpenSearch share: searches, batches of them, scrolls, documents and their bulks. A
 * search finds `size` documents, else the `k` of its first vector, else two. A bulk's action on the id `refused` fails;
 * of the index `partial` a shard does not answer, `late` runs out of its time, `long` scrolls to two more. The index `missing` answers 404; `flaky`
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
    const given = answer(request.method ?? '', path, linesOf(text))
    const partly =
      index === 'partial' ? { _shards: { total: 3, successful: 2, skipped: 0, failed: 1, failures: [] } } : {}
    send(request, response, {
      ...(given as object),
      ...partly,
      ...(index === 'late' && { timed_out: true }),
      ...(index === 'long' && { _scroll_id: more }),
    })
  })
}

const more = 'private-more'
const missing = {
  error: { type: 'index_not_found_exception', reason: 'no such index [missing]', root_cause: [] },
  status: 404,
}

function answer(method: string, [what, id]: readonly string[], lines: readonly Any[]): unknown {
  const [body = {}] = lines
  if (what === '_search' && id === 'scroll')
    return method === 'DELETE' ? { succeeded: true } : found(body.scroll_id === more ? 2 : 0)
  if (what === '_search') return found(body.size ?? kOf(body) ?? 2)
  if (what === '_knn_search') return found(body.knn.k)
  if (what === '_msearch') {
    const bodies = lines.filter((_, i) => i % 2 === 1)
    const indices = lines.filter((_, i) => i % 2 === 0).map((one) => one.index)
    return {
      took: 5,
      responses: bodies.map((one, i) =>
        indices[i] === 'missing' ? missing : { ...found(kOf(one) ?? 2), _shards: whole, status: 200 },
      ),
    }
  }
  if (what === '_bulk') {
    const actions = lines.filter((line) => line.index ?? line.update ?? line.delete ?? line.create)
    const items = actions.map((one) => {
      const [[action, { _id }] = ['', {}]] = Object.entries<Any>(one)
      return { [action]: _id === 'refused' ? { status: 429, error: refused } : { status: 200, _shards: whole } }
    })
    return { took: 7, errors: items.some((one) => Object.values(one)[0]?.error !== undefined), items }
  }
  if (what === '_inference') return inferred(id ?? '', body)
  if (what === '_query') {
    const rows = Number(/limit (\d+)/i.exec(body.query)?.[1] ?? 2)
    const columns = [{ name: 'text', type: 'keyword' }]
    const values = Array.from({ length: rows }, () => ['private'])
    return { took: 6, is_partial: false, columns, values: body.columnar ? [values.flat()] : values }
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

const whole = { total: 2, successful: 2, failed: 0 }
const refused = { type: 'es_rejected_execution_exception', reason: 'rejected execution of private' }

/** As many vectors, rows or answers as there are inputs. */
function inferred(task: string, body: Any): unknown {
  const inputs: Any[] = [body.input ?? body.embedding?.input ?? []].flat()
  const dense = inputs.map(() => ({ embedding: [0.1, 0.2, 0.3] }))
  const sparse = inputs.map(() => ({ is_truncated: false, embedding: { private: 0.5 } }))
  if (task === 'text_embedding') return { text_embedding: dense }
  if (task === 'sparse_embedding') return { sparse_embedding: sparse }
  if (task === 'embedding') return { embeddings: dense }
  if (task === 'rerank')
    return {
      rerank: inputs
        .slice(0, body.top_n ?? body.task_settings?.top_n)
        .map((_, index) => ({ index, relevance_score: 0.5 })),
    }
  return { completion: inputs.map(() => ({ result: 'private' })) }
}

const kOf = ({ knn, query }: Any) => knn?.k ?? query?.knn?.k ?? (Object.values(query?.knn ?? {})[0] as Any)?.k

const found = (count: number) => ({
  _scroll_id: 'private-scroll',
  took: 4,
  timed_out: false,
  _shards: whole,
  hits: {
    total: { value: 100, relation: 'eq' },
    hits: Array.from({ length: count }, (_, i) => ({
      _id: `private-${i}`,
      _score: scoreAt(i),
      _source: { text: 'private' },
    })),
  },
})

const linesOf = (text: string): Any[] => text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))

function send(request: IncomingMessage, response: ServerResponse, value: unknown, status = 200): void {
  const isVendor = request.headers.accept?.includes('vnd.elasticsearch')
  const type = isVendor ? 'application/vnd.elasticsearch+json;compatible-with=9' : 'application/json'
  response.writeHead(status, { 'content-type': type, 'x-elastic-product': 'Elasticsearch' })
  response.end(JSON.stringify(value))
}
