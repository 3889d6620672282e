import type { Instrumentation } from '../agent/model.ts'
import { findsByVector, pagesByVector } from './shared/astra-sort.ts'

const collection = 'this.name ?? this.collectionName ?? this.dataSource().name ?? this._httpClient.collection'
const cursor = '(this._internal ?? this)'
const filter = `${cursor}._filter.0 ?? ${cursor}._filter`
const page = {
  collection,
  top_k: `${cursor}._options.limit`,
  filtered: `is(keys(${filter}))`,
  // A page with whether there are more; one as the application has it; or none, and the cursor keeps it.
  results: '((result.0 ?? result).result ?? this._buffer).length',
}
const single = { filtered: 'is(keys(args.0.0 ?? args.0))', results: 'is(result) && 1 || 0' }
/** A cursor asks page by page, whatever the application calls: `toArray`, `next`, `hasNext`, `for await`. */
const pages = [{ scope: 'search', when: pagesByVector }, { scope: 'fetch' }]
const update = { scope: 'upsert', metadata: { results: 'result.modifiedCount' } }
const remove = { scope: 'delete', metadata: { results: 'result.deletedCount' } }
const both = {
  findOne: [
    { scope: 'search', when: findsByVector, metadata: { ...single, top_k: 1 } },
    { scope: 'fetch', metadata: single },
  ],
  insertOne: { scope: 'upsert', metadata: { batch_size: 1 } },
  insertMany: { scope: 'upsert', metadata: { batch_size: 'count(args.0)', results: 'result.insertedCount' } },
  updateOne: update,
  deleteOne: remove,
  deleteMany: remove,
}
const onlyCollection = {
  updateMany: update,
  replaceOne: update,
  findOneAndUpdate: { scope: 'upsert' },
  findOneAndReplace: { scope: 'upsert' },
  findOneAndDelete: { scope: 'delete' },
}

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
    { at: 'Collection.prototype', metadata: { collection }, methods: { ...both, ...onlyCollection } },
    { at: 'Table.prototype', versions: '>=2', metadata: { collection }, methods: both },
  ],
} satisfies Instrumentation
