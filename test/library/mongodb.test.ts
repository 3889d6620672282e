import { library } from '../support/library.ts'
import { mongodbServer } from '../support/mongodb-server.ts'

const query = (operation: string, rest: object = {}) => ({
  scope: 'database.query',
  collection: 'docs',
  operation,
  ...rest,
})
const searched = { scope: 'vector_store.search', collection: 'docs', operation: 'aggregate' }

library({
  name: 'mongodb',
  module: 'mongodb',
  packages: ['current', 'previous'],
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
        query('update'),
        query('delete'),
        query('aggregate', { results: 1 }),
        query('insert', { batch_size: 1 }),
        query('delete'),
        { scope: 'database.query', operation: 'runCommand' },
      ],
    },
  ],
})
