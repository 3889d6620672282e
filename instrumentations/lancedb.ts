import type { Call, Instrumentation } from '../agent/model.ts'
import { fromQuery, fromTable, limitOf, searches, tableOf, withLimit, withText } from './shared/lancedb.ts'

/** Rows in an array or in an Arrow table, as its batches have them: the sum is a getter. */
const rows = (at: string) => `size(${at}) ?? size(${at}.batches) && sum(${at}.batches.*.data.length)`
const found = { collection: tableOf, top_k: limitOf, results: rows('result') }
const run = [
  { scope: 'search', when: searches, metadata: found },
  { scope: 'fetch', metadata: found },
]
const noted = (note: (call: Call) => void) => ['search', 'fetch'].map((scope) => ({ scope, note }))
const made = noted(fromTable)
const text = noted(withText)
const merged = { scope: 'upsert', note: fromQuery }

export default {
  name: 'lancedb',
  module: '@lancedb/lancedb',
  versions: '>=0.30 <0.40',
  target: 'vector_store',
  system: { db: 'lancedb', local: true },
  classes: [
    // `toArray` goes through `toArrow`; a stream ends with its reader.
    { at: 'QueryBase.prototype', methods: { toArrow: run, execute: run, '@@asyncIterator': run } },
    { at: 'Query.prototype', methods: { nearestTo: noted(fromQuery), nearestToText: text } },
    { at: 'Query.prototype^', methods: { fullTextSearch: text, limit: noted(withLimit) } },
    { at: 'VectorQuery.prototype', methods: { addQueryVector: noted(fromQuery) } },
    {
      at: 'LocalTable.prototype',
      file: 'dist/table',
      metadata: { collection: 'this.name()' },
      methods: {
        query: made,
        search: made,
        takeOffsets: made,
        takeRowIds: made,
        add: { scope: 'upsert', metadata: { batch_size: rows('args.0') } },
        update: { scope: 'upsert', metadata: { results: 'result.rowsUpdated' } },
        delete: { scope: 'delete' },
        mergeInsert: { scope: 'upsert', note: fromTable },
      },
    },
    {
      at: 'MergeInsertBuilder.prototype',
      methods: {
        whenMatchedUpdateAll: merged,
        whenNotMatchedInsertAll: merged,
        whenNotMatchedBySourceDelete: merged,
        execute: { scope: 'upsert', metadata: { collection: tableOf, batch_size: rows('args.0') } },
      },
    },
    {
      at: 'LocalConnection.prototype',
      file: 'dist/connection',
      scope: 'upsert',
      metadata: { collection: 'args.0.name ?? args.0', batch_size: `${rows('args.0.data')} ?? ${rows('args.1')}` },
      methods: { createTable: {} },
    },
  ],
} satisfies Instrumentation
