import type { Call, Instrumentation } from '../agent/model.ts'
import * as query from './shared/lancedb.ts'
import { scores } from './shared/lancedb-scores.ts'

/** Rows in an array or in an Arrow table, as its batches have them: the sum is a getter. */
const rows = (at: string) => `size(${at}) ?? size(${at}.batches) && sum(${at}.batches.*.data.length)`
const results = rows('result')
const run = [
  { scope: 'search', when: query.searches, metadata: { ...query.ofSearch, results } },
  { scope: 'fetch', metadata: { ...query.ofQuery, results } },
]
/** Of rows that are read at once, not one batch after another, their scores; those of several vectors have no order. */
const ofOne = Object.fromEntries(
  Object.entries(scores).map(([key, of]) => [key, (call: Call) => (query.isOfOne(call) ? of(call) : undefined)]),
)
const read = run.map((one) => (one.scope === 'search' ? { ...one, metadata: { ...one.metadata, ...ofOne } } : one))
/** A stream ends with its reader; of its batches the rows. */
const stream = { ends: { kind: 'cursor' }, chunk: { results: 'sum(chunk.data.length)' } } as const
const noted = (note: (call: Call) => void) => ['search', 'fetch'].map((scope) => ({ scope, note }))
const text = noted(query.withText)
const merged = { scope: 'upsert', note: query.fromQuery }
const added = { batch_size: rows('args.0'), dimensions: 'dimensions(args.0.0.vector)' }

export default {
  name: 'lancedb',
  module: '@lancedb/lancedb',
  versions: '>=0.30 <0.40',
  target: 'vector_store',
  system: { db: 'lancedb', local: true },
  classes: [
    // `toArray` goes through `toArrow`.
    { at: 'QueryBase.prototype', methods: { toArrow: read } },
    { at: 'QueryBase.prototype', ...stream, methods: { 'execute @@asyncIterator': run } },
    { at: 'Query.prototype', methods: { nearestTo: noted(query.nearest), nearestToText: text } },
    {
      at: 'Query.prototype^',
      methods: { fullTextSearch: text, limit: noted(query.withLimit), where: noted(query.withFilter) },
    },
    {
      at: 'VectorQuery.prototype',
      methods: {
        addQueryVector: noted(query.another),
        ef: noted(query.withEf),
        'nprobes maximumNprobes minimumNprobes': noted(query.withNprobes),
        refineFactor: noted(query.withRefine),
      },
    },
    {
      at: 'LocalTable.prototype',
      file: 'dist/table',
      metadata: { collection: 'this.name()' },
      methods: {
        'query search takeOffsets takeRowIds': noted(query.fromTable),
        add: { scope: 'upsert', metadata: added },
        update: { scope: 'upsert', metadata: { results: 'result.rowsUpdated' } },
        delete: { scope: 'delete', metadata: { results: 'result.numDeletedRows' } },
        mergeInsert: { scope: 'upsert', note: query.fromTable },
        countRows: { scope: 'fetch', metadata: { filtered: 'is(args.0)' } },
      },
      manages: 'createIndex dropIndex listIndices indexStats optimize addColumns alterColumns dropColumns',
    },
    {
      at: 'MergeInsertBuilder.prototype',
      methods: {
        'whenMatchedUpdateAll whenNotMatchedInsertAll whenNotMatchedBySourceDelete': merged,
        execute: {
          scope: 'upsert',
          metadata: { ...added, collection: query.tableOf, results: 'result.numInsertedRows + result.numUpdatedRows' },
        },
      },
    },
    {
      at: 'LocalConnection.prototype',
      file: 'dist/connection',
      metadata: {
        collection: 'args.0.name ?? args.0',
        batch_size: rows('(args.0.data ?? args.1)'),
        dimensions: 'dimensions((args.0.data ?? args.1).0.vector)',
      },
      methods: { createTable: 'upsert' },
    },
    {
      at: 'LocalConnection.prototype',
      file: 'dist/connection',
      metadata: { collection: 'args.0' },
      manages: 'openTable createEmptyTable cloneTable renameTable dropTable dropAllTables tableNames listTables?',
    },
  ],
} satisfies Instrumentation
