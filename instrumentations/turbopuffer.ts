import type { Call, Instrumentation } from '../agent/model.ts'
import { createRequests } from './shared/stainless.ts'

const { call, attempts, listen } = createRequests()

// biome-ignore lint/suspicious/noExplicitAny: the parameters are read by shape
type Any = any
const paramsOf = ({ args }: Call): Any => args[0] ?? {}
const namespace = (one: Call) => paramsOf(one).namespace ?? (one.self as Any)?._client?.defaultNamespace

/** `['vector', 'ANN', […]]`, not `['price', 'desc']` or a list of those. */
function ranks(one: Call): boolean {
  const by = paramsOf(one).rank_by
  const first = Array.isArray(by?.[0]) ? by[0] : by
  return Array.isArray(first) && first[1] !== 'asc' && first[1] !== 'desc'
}

/** What is written: rows, and columns by their ids. */
function writesOf(one: Call): number {
  const { upsert_rows, patch_rows, upsert_columns, patch_columns, deletes } = paramsOf(one)
  const lists = [upsert_rows, patch_rows, upsert_columns?.id, patch_columns?.id, deletes]
  return lists.reduce((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0)
}

/** `deletes` and `delete_by_filter`, with nothing else that writes. */
function onlyDeletes(one: Call): boolean {
  const params = paramsOf(one)
  const writes = Object.keys(params).some((key) => /^(?:upsert|patch|copy_from|branch_from)_/.test(key))
  return !writes && (params.deletes !== undefined || params.delete_by_filter !== undefined)
}

const common = { collection: namespace, attempts, server_ms: 'result.performance.server_total_ms' }
const query = {
  ...common,
  top_k: (one: Call) => paramsOf(one).top_k ?? paramsOf(one).limit?.total ?? paramsOf(one).limit,
  filtered: (one: Call) => paramsOf(one).filters !== undefined,
  results: 'result.rows.length',
}
const write = { ...common, batch_size: (one: Call) => writesOf(one) || undefined, results: 'result.rows_affected' }
const copy = { ...common, results: 'result.rows_affected' }

export default {
  name: 'turbopuffer',
  module: '@turbopuffer/turbopuffer',
  versions: '>=1.22 <3',
  target: 'vector_store',
  system: { db: 'turbopuffer' },
  methods: [
    {
      ...call,
      at: 'Turbopuffer.Namespace.prototype.query',
      scope: 'search',
      when: (one) => call.when(one) && ranks(one),
      metadata: query,
    },
    { ...call, at: 'Turbopuffer.Namespace.prototype.query', scope: 'fetch', metadata: query },
    {
      ...call,
      at: 'Turbopuffer.Namespace.prototype.multiQuery',
      scope: 'search',
      metadata: { ...common, batch_size: 'args.0.queries.length', results: 'result.results.length' },
    },
    {
      ...call,
      at: 'Turbopuffer.Namespace.prototype.write',
      scope: 'delete',
      when: (one) => call.when(one) && onlyDeletes(one),
      metadata: write,
    },
    { ...call, at: 'Turbopuffer.Namespace.prototype.write', scope: 'upsert', metadata: write },
    // Version 1 has these in `write` alone.
    { ...call, at: 'Turbopuffer.Namespace.prototype.copyFrom?', scope: 'upsert', metadata: copy },
    { ...call, at: 'Turbopuffer.Namespace.prototype.branchFrom?', scope: 'upsert', metadata: copy },
    { ...call, at: 'Turbopuffer.Namespace.prototype.deleteAll', scope: 'delete', metadata: common },
    ...listen('Turbopuffer.prototype', [
      { scope: 'search' },
      { scope: 'fetch' },
      { scope: 'upsert' },
      { scope: 'delete' },
    ]),
  ],
} satisfies Instrumentation
