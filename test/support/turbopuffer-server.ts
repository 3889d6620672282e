import { type Body, json, type Loopback, listen } from './openai-server.ts'

/** As many bytes as what is asked for and answered is long: 256 a query, 64 a row that is read, 128 one that is written. */
const billingOf = (queries: number, rows: number) => ({
  billable_logical_bytes_queried: queries * 256,
  billable_logical_bytes_returned: rows * 64,
})
/** The namespace `cold` is in no cache, and its queries wait for others. */
const performanceOf = (namespace: string | undefined) => ({
  cache_hit_ratio: namespace === 'cold' ? 0 : 1,
  cache_temperature: namespace === 'cold' ? 'cold' : 'hot',
  server_total_ms: namespace === 'cold' ? 12 : 4,
  query_execution_ms: 4,
  exhaustive_search_count: 0,
  approx_namespace_size: 100,
})
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
    if (namespace === undefined) return json(response, { namespaces: [{ id: 'docs' }] })
    if (request.method === 'DELETE') return json(response, { status: 'OK' })
    if (action !== 'query') return json(response, writtenOf(body))
    const performance = performanceOf(namespace)
    const queries = search.includes('multiQuery') ? (body.queries as Body[]) : [body]
    const results = queries.map((query) => ({ rows: rowsOf(limitOf(query)) }))
    const count = results.reduce((sum, { rows }) => sum + rows.length, 0)
    const billing = billingOf(queries.length, count)
    json(response, { ...(search.includes('multiQuery') ? { results } : results[0]), billing, performance })
  })
}

const limitOf = ({ top_k, limit }: Body) => Number(top_k ?? (limit as { total?: number })?.total ?? limit ?? 1)

function writtenOf({ upsert_rows, patch_rows, upsert_columns, deletes, delete_by_filter }: Body) {
  const columns = upsert_columns as { id?: unknown[] } | undefined
  const lists = [upsert_rows, patch_rows, columns?.id, deletes] as (unknown[] | undefined)[]
  const rows = lists.reduce((sum, list) => sum + (list?.length ?? 0), 0)
  return {
    status: 'OK',
    message: 'written',
    rows_affected: rows,
    billing: {
      billable_logical_bytes_written: rows * 128,
      ...(delete_by_filter !== undefined && { query: billingOf(1, 0) }),
    },
    performance: { server_total_ms: 4 },
  }
}
