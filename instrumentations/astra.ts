import type { Instrumentation } from '../agent/model.ts'
import { findsByVector, pagesByVector } from './shared/astra-sort.ts'

const collection = 'this.name ?? this.collectionName ?? this.dataSource().name ?? this._httpClient.collection'
const cursor = '(this._internal ?? this)'
const filter = `${cursor}._filter.0 ?? ${cursor}._filter`
const namespace = 'this.keyspace ?? this.dataSource().keyspace ?? this._keyspace'
const page = {
  collection,
  namespace,
  top_k: `${cursor}._options.limit`,
  filtered: `is(keys(${filter}))`,
  dimensions: `dimensions(${cursor}._options.sort)`,
  // A page with whether there are more; one as the application has it; or none, and the cursor keeps it.
  results: '((result.0 ?? result).result ?? this._buffer).length',
}
/** None is null, or nothing where the service says nothing of it; a call that failed has no result at all. */
const one = '(has(result) || undefined) && (is(result) && 1 || 0)'
const filtered = 'is(keys(args.0.0 ?? args.0))'
const single = { filtered, results: one }
const near = { ...single, top_k: 1, dimensions: 'dimensions(args.1.sort ?? args.1.vector)' }
/** A cursor asks page by page, whatever the application calls: `toArray`, `next`, `hasNext`, `for await`. */
const pages = [{ scope: 'search', when: pagesByVector }, { scope: 'fetch' }]
const changed = 'result.modifiedCount + result.upsertedCount ?? result.modifiedCount'
const update = { scope: 'upsert', metadata: { results: changed } }
const remove = { scope: 'delete', metadata: { results: 'result.deletedCount' } }
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
  deleteOne: remove,
  deleteMany: remove,
}
const onlyCollection = {
  updateMany: update,
  replaceOne: update,
  findOneAndUpdate: { scope: 'upsert' },
  findOneAndReplace: { scope: 'upsert' },
  findOneAndDelete: { scope: 'delete', metadata: { results: one } },
  countDocuments: { scope: 'fetch', metadata: { filtered } },
  estimatedDocumentCount: { scope: 'fetch' },
}
const written = ['inserted', 'modified', 'upserted', 'deleted'].map((what) => `result.${what}Count`).join(' + ')
const bulk = { scope: 'upsert', metadata: { batch_size: 'args.0.length', results: written } }
const onlyDeletes = 'trues(args.0.*.deleteOne) + trues(args.0.*.deleteMany) == size(args.0)'

export default {
  name: 'astra',
  module: '@datastax/astra-db-ts',
  versions: '>=1.5 <3',
  target: 'vector_store',
  system: { db: 'astra' },
  classes: [
    {
      at: 'FindCursor.prototype',
      versions: '>=2',
      metadata: page,
      methods: { _fetchNextPage: pages, fetchNextPage: pages },
    },
    { at: 'FindCursor.prototype', versions: '<2', metadata: page, methods: { _getMore: pages } },
    {
      at: 'FindAndRerankCursor.prototype',
      versions: '>=2',
      scope: 'search',
      metadata: page,
      methods: { _fetchNextPage: {}, fetchNextPage: {} },
    },
    { at: 'Collection.prototype', metadata: { collection, namespace }, methods: { ...both, ...onlyCollection } },
    {
      at: 'Collection.prototype',
      versions: '<2',
      metadata: { collection, namespace },
      methods: { bulkWrite: [{ ...bulk, scope: 'delete', when: onlyDeletes }, bulk] },
    },
    { at: 'Table.prototype', versions: '>=2', metadata: { collection, namespace }, methods: both },
  ],
} satisfies Instrumentation
