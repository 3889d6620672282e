import type { Call, Instrumentation } from '../agent/model.ts'
import { kindOf, scoresIn } from './shared/scores.ts'
import { createRequests } from './shared/stainless.ts'
import { anyRanks, dimensionsAsked, onlyDeletes, queueMs, ranks } from './shared/turbopuffer.ts'

const { call, attempts, heard } = createRequests()
const also = (test: (one: Call) => boolean) => (one: Call) => call.when(one) && test(one)

const bytes = (of: string, ...names: readonly string[]) =>
  names.map((name) => `number(${of}.billable_logical_bytes_${name} ?? 0)`).join(' + ')
const temperature = 'result.performance.cache_temperature'
const asked = {
  billed_units: `result.billing && ${bytes('result.billing', 'queried', 'returned')}`,
  // `warm` is partly so.
  cache_hit: `${temperature} && ${temperature} == 'hot'`,
  queue_ms: queueMs,
}
const query = {
  ...asked,
  top_k: 'args.0.top_k ?? args.0.limit.total ?? args.0.limit',
  dimensions: dimensionsAsked,
  filtered: 'has(args.0.filters)',
  results: 'result.rows.length',
}
/** Of words it is a score that the service calls the same; of what is reckoned from several it is not known. */
const [dist, by] = ['result.rows.0.$dist', 'args.0.rank_by.1']
const scores = {
  ...scoresIn('result.rows', '$dist'),
  score_kind: `(${by} == 'ANN' || ${by} == 'kNN') && (${kindOf(dist, 'distance')}) || ${by} == 'BM25' && (${kindOf(dist, 'similarity')}) || undefined`,
}
const limits = ['top_k', 'limit.total', 'limit']
const queries = {
  ...asked,
  batch_size: 'args.0.queries.length',
  top_k: `${limits.map((name) => `number(sum(args.0.queries.*.${name}) ?? 0)`).join(' + ')} || undefined`,
  filtered: 'is(trues(args.0.queries.*.filters))',
  results: 'total(result.results.*.rows)',
}
/** Rows, and columns by their ids. */
const written = ['upsert_rows', 'patch_rows', 'upsert_columns.id', 'patch_columns.id', 'deletes']
const copied = {
  results: 'result.rows_affected',
  billed_units: `result.billing && ${bytes('result.billing', 'written')} + ${bytes('result.billing.query', 'queried', 'returned')}`,
}
const write = { ...copied, batch_size: `${written.map((name) => `count(args.0.${name})`).join(' + ')} || undefined` }
const dimensions = 'size(args.0.upsert_rows.0.vector) ?? size(args.0.upsert_columns.vector.0)'

export default {
  name: 'turbopuffer',
  module: '@turbopuffer/turbopuffer',
  versions: '>=1.22 <3',
  target: 'vector_store',
  system: { db: 'turbopuffer' },
  classes: [
    {
      ...call,
      at: 'Turbopuffer.Namespace.prototype',
      metadata: {
        collection: 'args.0.namespace ?? this._client.defaultNamespace',
        attempts,
        server_ms: 'result.performance.server_total_ms',
      },
      methods: {
        query: [
          { scope: 'search', when: also(ranks), metadata: { ...query, ...scores } },
          { scope: 'fetch', metadata: query },
        ],
        multiQuery: [
          { scope: 'search', when: also(anyRanks), metadata: queries },
          { scope: 'fetch', metadata: queries },
        ],
        write: [
          { scope: 'delete', when: also(onlyDeletes), metadata: write },
          { scope: 'upsert', metadata: { ...write, dimensions } },
        ],
        // Version 1 has these in `write` alone.
        'copyFrom? branchFrom?': { scope: 'upsert', metadata: copied },
        deleteAll: 'delete',
      },
      manages: 'schema metadata updateSchema updateMetadata hintCacheWarm',
    },
    { ...call, ends: [call.ends, { kind: 'return' }], at: 'Turbopuffer.prototype', manages: 'namespaces' },
    { at: 'Turbopuffer.prototype', methods: heard(['search', 'fetch', 'upsert', 'delete', 'manage']) },
  ],
} satisfies Instrumentation
