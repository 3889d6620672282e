import { library } from '../support/library.ts'
import { mongodbServer } from '../support/mongodb-server.ts'

const query = (operation: string, rest: object = {}) => ({
  scope: 'database.query',
  collection: 'docs',
  operation,
  ...rest,
})
const upsert = (operation: string, rest: object = {}) => ({ ...query(operation, rest), scope: 'vector_store.upsert' })
const searched = { scope: 'vector_store.search', collection: 'docs', operation: 'aggregate' }

library({
  name: 'mongodb',
  module: 'mongodb',
  packages: ['current', 'previous', 'older'],
  server: mongodbServer,
  imports: [['{ MongoClient, Collection, AggregationCursor, Binary }', 'mongodb']],
  timeoutMs: 20_000,
  setUp: ({ url }) => `
    const client = new MongoClient('${url}')
    const docs = client.db('private').collection('docs')
    const near = (limit, collection = docs) =>
      collection.aggregate([{ $vectorSearch: { index: 'private', path: 'private', queryVector: [1, 2], limit, numCandidates: 50 } }]).toArray()`,
  tearDown: 'await client.close()',
  shapes: [
    'Collection',
    'Collection.prototype',
    'AggregationCursor.prototype',
    'docs.aggregate([])',
    'client.connect()',
    // The last one waits for those before it.
    'await client.connect()',
  ],
  fails: `near(3, client.db('private').collection('missing'))`,
  many: `near(1 + (i % 3))`,
  calls: [
    {
      it: 'records a search by vector with what it found',
      body: `print(await near(3))`,
      records: [{ ...searched, top_k: 3, candidates: 50, filtered: false, results: 3 }],
    },
    {
      it: 'records it once, however its cursor is read',
      body: `
        const pipeline = [{ $vectorSearch: { index: 'private', path: 'private', queryVector: [1], limit: 2, exact: true, filter: { text: 'private' } } }]
        for await (const one of docs.aggregate(pipeline)) print(one)
        const cursor = docs.aggregate(pipeline, { batchSize: 1 })
        print(await cursor.next())
        print(await cursor.tryNext())
        await cursor.close()
        for await (const one of docs.aggregate(pipeline).stream()) print(one)
        docs.aggregate(pipeline)`,
      records: Array.from({ length: 3 }, () => ({ ...searched, top_k: 2, filtered: true, results: 2 })),
    },
    {
      it: 'knows the older way to search by vector, and fused pipelines',
      body: `
        print(await docs.aggregate([{ $search: { index: 'private', knnBeta: { path: 'private', vector: [1], k: 2 } } }]).toArray())
        const vector = { $vectorSearch: { index: 'private', path: 'private', queryVector: [1], limit: 20, numCandidates: 90 } }
        print(await docs.aggregate([{ $rankFusion: { input: { pipelines: { a: [vector], b: [{ $search: {} }] } } } }, { $limit: 3 }]).toArray())
        print(await docs.aggregate([{ $search: { index: 'private', text: { query: 'private' } } }]).toArray())`,
      records: [
        { ...searched, top_k: 2, filtered: false, results: 2 },
        { ...searched, top_k: 3, candidates: 90, filtered: false, results: 3 },
        query('aggregate', { results: 2 }),
      ],
    },
    {
      it: 'records documents with a vector as an upsert',
      body: `
        const vector = Array.from({ length: 32 }, (_, i) => Math.sin(i + 1))
        print((await docs.insertMany([{ _id: 1, text: 'private', vector }, { _id: 2, vector }])).insertedCount)
        print((await docs.insertOne({ _id: 1, text: 'private', vector: new Binary(Buffer.from([39, 0, 1, 2, 3, 4]), 9) })).acknowledged)
        print((await docs.insertOne({ _id: 1, text: 'private', list: [1, 2, 3] })).acknowledged)`,
      records: [
        { scope: 'vector_store.upsert', collection: 'docs', operation: 'insert', batch_size: 2 },
        { scope: 'vector_store.upsert', collection: 'docs', operation: 'insert', batch_size: 1 },
        query('insert', { batch_size: 1 }),
      ],
    },
    {
      it: 'records changes that write a vector as upserts, one by one or in a bulk, and what of it has failed',
      body: `
        const vector = Array.from({ length: 8 }, (_, i) => Math.sin(i + 1))
        print((await docs.updateOne({ _id: 1 }, { $set: { text: 'private', vector } })).modifiedCount)
        print((await docs.updateOne({ _id: 1 }, [{ $set: { embedding: [1, 2] } }])).modifiedCount)
        print((await docs.replaceOne({ _id: 1 }, { text: 'private', vector })).modifiedCount)
        print(await docs.findOneAndUpdate({ _id: 1 }, { $set: { vector } }))
        print(await docs.findOneAndReplace({ _id: 1 }, { vector }))
        print((await docs.bulkWrite([
          { updateOne: { filter: { _id: 1 }, update: { $set: { text: 'private' } } } },
          { replaceOne: { filter: { _id: 2 }, replacement: { vector } } },
          { insertOne: { document: { vector } } },
        ])).matchedCount)
        print(await docs.insertMany([{ _id: 'private', vector }, { _id: 'refused', vector }], { ordered: false }).then(null, ({ code }) => code))
        print(await docs.insertMany([{ _id: 'refused', vector }]).then(null, ({ code }) => code))`,
      records: [
        upsert('update', { batch_size: 1 }),
        upsert('update', { batch_size: 1 }),
        upsert('update', { batch_size: 1 }),
        upsert('findAndModify'),
        upsert('findAndModify'),
        upsert('update', { batch_size: 2 }),
        upsert('insert', { batch_size: 1 }),
        upsert('insert', { batch_size: 2, failed_items: 1 }),
        upsert('insert', { batch_size: 1, failed_items: 1, error: 'Error', status: 11000 }),
      ],
    },
    {
      it: 'records any other operation by its name, a cursor once',
      body: `
        print((await docs.find({ text: 'private' }, { batchSize: 2 }).toArray()).length)
        print(await docs.findOne({ text: 'private' }))
        print((await docs.updateOne({ _id: 1 }, { $set: { text: 'private' } })).modifiedCount)
        print((await docs.deleteMany({ text: 'private' })).deletedCount)
        print(await docs.countDocuments({ text: 'private' }))
        print((await docs.bulkWrite([{ insertOne: { document: { text: 'private' } } }, { deleteOne: { filter: { text: 'private' } } }])).deletedCount)
        print(await client.db('private').command({ ping: 1 }))`,
      records: [
        query('find'),
        query('find', { results: 1 }),
        query('update', { batch_size: 1 }),
        query('delete', { batch_size: 1 }),
        query('aggregate', { results: 1 }),
        query('insert', { batch_size: 1 }),
        query('delete', { batch_size: 1 }),
        { scope: 'database.query', operation: 'runCommand' },
      ],
    },
  ],
})
