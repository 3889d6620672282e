import { type Body, json, type Loopback, listen } from './openai-server.ts'

const billing = { billable_logical_bytes_queried: 256, billable_logical_bytes_returned: 64 }
const performance = {
  cache_hit_ratio: 1,
  cache_temperature: 'hot',
  server_total_ms: 4,
  query_execution_ms: 3,
  exhaustive_search_count: 0,
  approx_namespace_size: 100,
}
const rowsOf = (count: number) => Array.from({ length: count }, (_, id) => ({ id, $dist: id / 10, text: 'private' }))

/**
 * Speaks Turbopuffer's queries and writes. The namespace `missing` answers 404; `retry` answers 429 to the first
 * request that has its `x-run`, for the client does not say which of its tries one is.
 */
export function turbopufferServer(): Promise<Loopback> {
  const seen = new Set<unknown>()
  return listen((request, text, response) => {
    const body: Body = JSON.parse(text || '{}')
    const [path = '', search = ''] = (request.url ?? '').split('?')
    const [, , , namespace, action] = path.split('/')
    const run = request.headers['x-run']
    if (namespace === 'missing') return json(response, { status: 'error', error: 'namespace not found' }, 404)
    if (namespace === 'retry' && !seen.has(run)) {
      seen.add(run)
      response.setHeader('retry-after-ms', '1')
      return json(response, { status: 'error', error: 'too many requests' }, 429)
    }
    if (request.method === 'DELETE') return json(response, { status: 'OK' })
    if (action !== 'query') return json(response, writtenOf(body))
    if (!search.includes('multiQuery')) return json(response, { rows: rowsOf(limitOf(body)), billing, performance })
    const results = (body.queries as Body[]).map((query) => ({ rows: rowsOf(limitOf(query)) }))
    json(response, { results, billing, performance })
  })
}

const limitOf = ({ top_k, limit }: Body) => Number(top_k ?? (limit as { total?: number })?.total ?? limit ?? 1)

function writtenOf({ upsert_rows, patch_rows, upsert_columns, deletes }: Body) {
  const columns = upsert_columns as { id?: unknown[] } | undefined
  const lists = [upsert_rows, patch_rows, columns?.id, deletes] as (unknown[] | undefined)[]
  return {
    status: 'OK',
    message: 'written',
    rows_affected: lists.reduce((sum, list) => sum + (list?.length ?? 0), 0),
    billing: { billable_logical_bytes_written: 128 },
    performance: { server_total_ms: 4 },
  }
}
