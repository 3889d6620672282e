import type { Instrumentation } from '../agent/model.ts'
import * as astra from './shared/astra.ts'
import { findsByVector, pagesByVector } from './shared/astra-sort.ts'

const { filtered, metadata, near, of, scores, single } = astra
/** A cursor asks page by page, whatever the application calls: `toArray`, `next`, `hasNext`, `for await`. */
const pages = [{ scope: 'search', when: pagesByVector }, { scope: 'fetch' }]
/** A page comes with whether there are more; version 1 keeps it in the cursor. */
const read = {
  metadata,
  ends: { kind: 'portion', last: 'is(result.1) == false' },
  // What is near comes at once, in one page.
  chunk: { results: 'sum(chunk.0.result.length)', ...scores('chunk.0.result') },
} as const
const kept = {
  metadata,
  ends: { kind: 'portion', last: 'is(this._nextPageState) == false' },
  chunk: { results: 'sum(this._buffer.length)', ...scores('this._buffer') },
} as const
const close = ['search', 'fetch'].map((scope) => ({ scope, ends: { kind: 'closing' } as const }))
/** One that the application asks for stands alone: it may go on with the next in another process. */
const alone = { metadata: { ...metadata, results: 'result.result.length', ...scores('result.result') } }
const changed = 'result.modifiedCount + result.upsertedCount ?? result.modifiedCount'
const update = { scope: 'upsert', metadata: { results: changed } }
const both = {
  findOne: [
    { scope: 'search', when: findsByVector, metadata: near },
    { scope: 'fetch', metadata: single },
  ],
  insertOne: { scope: 'upsert', metadata: { batch_size: 1, dimensions: 'dimensions(args.0.$vector)' } },
  insertMany: {
    scope: 'upsert',
    metadata: {
      batch_size: 'count(args.0)',
      dimensions: 'dimensions(args.0.0.$vector)',
      results: 'result.insertedCount',
    },
  },
  updateOne: update,
  'deleteOne deleteMany': { scope: 'delete', metadata: { results: 'result.deletedCount' } },
}
const onlyCollection = {
  'updateMany replaceOne': update,
  'findOneAndUpdate findOneAndReplace': 'upsert',
  findOneAndDelete: { scope: 'delete', metadata: { results: astra.one } },
  countDocuments: { scope: 'fetch', metadata: { filtered } },
  estimatedDocumentCount: 'fetch',
}
const written = ['inserted', 'modified', 'upserted', 'deleted'].map((what) => `result.${what}Count`).join(' + ')
const bulk = { scope: 'upsert', metadata: { batch_size: 'args.0.length', results: written } }
const deletes = 'trues(args.0.*.deleteOne) + trues(args.0.*.deleteMany) == size(args.0)'
const bulkWrite = [{ ...bulk, scope: 'delete', when: deletes }, bulk]

export default {
  name: 'astra',
  module: '@datastax/astra-db-ts',
  versions: '>=1.5 <3',
  target: 'vector_store',
  system: { db: 'astra' },
  classes: [
    { at: 'FindCursor.prototype', versions: '>=2', ...read, methods: { _fetchNextPage: pages } },
    { at: 'FindCursor.prototype', versions: '>=2', ...alone, methods: { fetchNextPage: pages } },
    { at: 'FindCursor.prototype', versions: '<2', ...kept, methods: { _getMore: pages } },
    { at: 'FindCursor.prototype', versions: '<2', methods: { close } },
    { at: 'FindCursor.prototype^', versions: '>=2', methods: { close } },
    { at: 'FindAndRerankCursor.prototype', versions: '>=2', scope: 'search', ...read, methods: { _fetchNextPage: {} } },
    { at: 'FindAndRerankCursor.prototype', versions: '>=2', scope: 'search', ...alone, methods: { fetchNextPage: {} } },
    { at: 'Collection.prototype', metadata: of, methods: { ...both, ...onlyCollection } },
    { at: 'Collection.prototype', versions: '<2', metadata: of, methods: { bulkWrite } },
    {
      at: 'Table.prototype',
      versions: '>=2',
      metadata: of,
      methods: both,
      manages: 'alter createIndex createTextIndex createVectorIndex listIndexes',
    },
    // What a collection tells of itself, and its `drop`, ask through it.
    { at: 'Db.prototype', metadata: astra.named, manages: 'createCollection dropCollection listCollections' },
    {
      at: 'Db.prototype',
      versions: '>=2',
      metadata: astra.named,
      manages: 'createTable dropTable dropTableIndex listTables',
    },
  ],
} satisfies Instrumentation
