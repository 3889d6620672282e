import { astraServer } from '../support/astra-server.ts'
import { library } from '../support/library.ts'
import { managed } from '../support/managed.ts'
import { scored } from '../support/scores.ts'

const namespace = 'default_keyspace'
const search = { scope: 'vector_store.search', collection: 'docs', namespace }
const read = { scope: 'vector_store.fetch', collection: 'docs', namespace }
const write = { scope: 'vector_store.upsert', collection: 'docs', namespace }
const deletion = { scope: 'vector_store.delete', collection: 'docs', namespace }
const byVector = `{ sort: { $vector: [1, 2] }, limit: 3 }`

library({
  name: 'astra',
  module: '@datastax/astra-db-ts',
  packages: ['current', 'previous'],
  server: astraServer,
  imports: [
    ['{ DataAPIClient, Collection, FindCursor }', '@datastax/astra-db-ts'],
    ['* as astra', '@datastax/astra-db-ts'],
  ],
  setUp: ({ url }) => `
    const client = new DataAPIClient('private-token', { httpOptions: { client: 'fetch' } })
    const db = client.db('${url}', { keyspace: 'default_keyspace' })
    const docs = db.collection('docs')`,
  tearDown: 'await client.close?.()',
  shapes: [
    'Collection',
    'Collection.prototype',
    'FindCursor.prototype',
    'docs',
    `docs.find({}, ${byVector})`,
    `(globalThis.kept = docs.find({}, ${byVector}).toArray())`,
    'await globalThis.kept',
  ],
  fails: `db.collection('missing').find({}, ${byVector}).toArray()`,
  many: `docs.find({}, { sort: { $vector: [i] }, limit: 1 + (i % 3) }).toArray()`,
  calls: [
    {
      it: 'records what makes, opens, lists and changes what holds the data, with its keyspace',
      when: ({ packages }) => packages === 'current',
      body: `
        print(await db.createCollection('books', { checkExists: false }).then(Boolean))
        print(await db.listCollections().then(Boolean))
        print(await docs.options().then(Boolean, ({ message }) => message.length > 0))
        print(await db.dropCollection('books').then(String))`,
      records: [
        managed('create_collection', { collection: 'books' }),
        managed('list_collections'),
        managed('list_collections', { namespace: 'default_keyspace' }),
        managed('drop_collection', { collection: 'books' }),
      ],
    },
    {
      it: 'records what makes, opens, lists and changes what holds the data, in version 1',
      when: ({ packages }) => packages === 'previous',
      body: `
        print(await db.createCollection('books', { checkExists: false }).then(Boolean))
        print(await db.listCollections().then(Boolean))
        print(await docs.options().then(Boolean, ({ message }) => message.length > 0))
        print(await db.dropCollection('books').then(String))`,
      records: [
        managed('create_collection', { collection: 'books' }),
        managed('list_collections'),
        managed('list_collections'),
        managed('drop_collection', { collection: 'books' }),
      ],
    },
    {
      it: 'records a search by vector once, however the cursor is read',
      body: `
        docs.find({}, ${byVector})
        print(await docs.find({ a: 'private' }, ${byVector}).toArray())
        print(await docs.find({}, { ...${byVector}, includeSimilarity: true }).toArray())
        for await (const row of docs.find({}, ${byVector})) print(row)
        await docs.find({}, ${byVector}).forEach((row) => { print(row) })
        const cursor = docs.find({}).sort({ $vectorize: 'private' }).limit(1)
        print([await cursor.hasNext(), await cursor.next(), await cursor.next()])`,
      records: [
        { ...search, top_k: 3, dimensions: 2, filtered: true, results: 3 },
        { ...search, top_k: 3, dimensions: 2, filtered: false, ...scored(3, 'similarity') },
        { ...search, top_k: 3, dimensions: 2, filtered: false, results: 3 },
        { ...search, top_k: 3, dimensions: 2, filtered: false, results: 3 },
        { ...search, top_k: 1, filtered: false, results: 1 },
      ],
    },
    {
      it: 'records the pages of a find without a vector as one call, to its end or until it is left or closed',
      body: `
        print(await docs.find({ a: 'private' }).toArray())
        print((await docs.find({}, { sort: { a: 1 }, limit: 1 }).toArray()).length)
        for await (const row of docs.find({ a: 'private' })) { print(row); break }
        const cursor = docs.find({ a: 'private' })
        print(await cursor.next())
        cursor.close()
        cursor.rewind()
        print((await cursor.toArray()).length)`,
      records: [
        { ...read, filtered: true, results: 4, chunks: 2, time_to_first_chunk_ms: 'ms' },
        { ...read, top_k: 1, filtered: false, results: 1 },
        { ...read, filtered: true, results: 2 },
        { ...read, filtered: true, results: 2 },
        { ...read, filtered: true, results: 4, chunks: 2, time_to_first_chunk_ms: 'ms' },
      ],
    },
    {
      it: 'records what finds one document',
      body: `
        print(await docs.findOne({}, { sort: { $vector: [1, 2] } }))
        print(await docs.findOne({}, { sort: { $vector: [1, 2] }, includeSimilarity: true }))
        print(await docs.findOne({ _id: 'private' }))
        print(await docs.findOne({ _id: 'none' }))`,
      records: [
        { ...search, top_k: 1, dimensions: 2, filtered: false, results: 1 },
        { ...search, top_k: 1, dimensions: 2, filtered: false, ...scored(1, 'similarity') },
        { ...read, filtered: true, results: 1 },
        { ...read, filtered: true, results: 0 },
      ],
    },
    {
      it: 'records what counts documents',
      body: `
        print(await docs.countDocuments({ a: 'private' }, 100))
        print(await docs.estimatedDocumentCount())`,
      records: [{ ...read, filtered: true }, read],
    },
    {
      it: 'records the code of an error, and no results of it',
      body: `await db.collection('refused').findOne({ _id: 'private' }).catch(({ name }) => print(name))`,
      records: [
        {
          ...read,
          collection: 'refused',
          filtered: true,
          error: 'DataAPIResponseError',
          status: 'INVALID_FILTER_EXPRESSION',
        },
      ],
    },
    {
      it: 'records writes, many in pieces as one',
      body: `
        const row = { a: 'private', $vector: [1, 2] }
        print(await docs.insertOne(row))
        print((await docs.insertMany([row, row, row], { chunkSize: 2 })).insertedCount)
        print(await docs.updateOne({ a: 'private' }, { $set: row }))
        print(await docs.updateMany({ a: 'private' }, { $set: { b: 'private' } }))
        print(await docs.updateOne({ a: 'private' }, { $set: row }, { upsert: true }))
        print(await docs.replaceOne({ a: 'private' }, row))
        print(await docs.findOneAndUpdate({ a: 'private' }, { $set: row }))
        print(await docs.findOneAndReplace({ a: 'private' }, row))`,
      records: [
        { ...write, batch_size: 1, dimensions: 2 },
        { ...write, batch_size: 3, dimensions: 2, results: 3 },
        { ...write, results: 2 },
        { ...write, results: 2 },
        { ...write, results: 1 },
        { ...write, results: 1 },
        write,
        write,
      ],
    },
    {
      it: 'records deletions',
      body: `
        print(await docs.deleteOne({ a: 'private' }))
        print(await docs.deleteMany({ a: 'private' }))
        print(await docs.findOneAndDelete({ a: 'private' }))`,
      records: [
        { ...deletion, results: 3 },
        { ...deletion, results: 3 },
        { ...deletion, results: 1 },
      ],
    },
    {
      it: 'records a batch of writes, and one of deletions as such',
      when: ({ packages }) => packages === 'previous',
      body: `
        const deleteOne = { filter: { a: 'private' } }
        print((await docs.bulkWrite([{ insertOne: { document: { a: 'private' } } }, { deleteOne }])).insertedCount)
        print((await docs.bulkWrite([{ deleteOne }, { deleteMany: deleteOne }])).deletedCount)`,
      records: [
        { ...write, batch_size: 2, results: 4 },
        { ...deletion, batch_size: 2, results: 6 },
      ],
    },
    {
      it: 'records tables, pages that are asked for, and hybrid searches',
      when: ({ packages }) => packages === 'current',
      body: `
        const table = db.table('rows')
        print(await table.find({}, { sort: { v: astra.vector([1, 2]) }, limit: 2 }).toArray())
        print(await table.findOne({ id: 'private' }))
        print(await table.insertOne({ id: 'private' }))
        print((await table.insertMany([{ id: 'private' }])).insertedCount)
        await table.updateOne({ id: 'private' }, { $set: { a: 'private' } })
        await table.deleteOne({ id: 'private' })
        await table.deleteMany({ id: 'private' })
        print((await docs.find({}, ${byVector}).fetchNextPage()).result.length)
        print((await docs.findAndRerank({}).sort({ $hybrid: 'private' }).limit(2).toArray()).length)`,
      records: [
        { ...search, collection: 'rows', top_k: 2, dimensions: 2, filtered: false, results: 2 },
        { ...read, collection: 'rows', filtered: true, results: 1 },
        { ...write, collection: 'rows', batch_size: 1 },
        { ...write, collection: 'rows', batch_size: 1, results: 1 },
        { ...write, collection: 'rows' },
        { ...deletion, collection: 'rows' },
        { ...deletion, collection: 'rows' },
        { ...search, top_k: 3, dimensions: 2, filtered: false, results: 3 },
        { ...search, top_k: 2, filtered: false, results: 2 },
      ],
    },
  ],
})
