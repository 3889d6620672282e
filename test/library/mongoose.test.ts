import type { PackageSet } from '../support/application.ts'
import { library } from '../support/library.ts'
import { mongodbServer } from '../support/mongodb-server.ts'

// Mongoose brings a driver of its own, which is what is profiled: 6.20, and by 8.9 and 8.6 what does not say for which
// operation it asks for a connection.
suite(['older'], { pool_wait_ms: 'ms', pool_size: 100 })
suite(['oldest', 'eldest'], {})

function suite(packages: readonly PackageSet[], waited: object): void {
  const called = (scope: string, operation: string, rest: object = {}) => ({
    scope,
    collection: 'docs',
    operation,
    ...waited,
    ...rest,
  })
  library({
    name: 'mongodb',
    module: 'mongoose',
    packages,
    server: mongodbServer,
    imports: [['mongoose', 'mongoose']],
    setUp: ({ url }) => `
    await mongoose.connect('${url}', { autoIndex: false, autoCreate: false })
    const Doc = mongoose.model('Doc', new mongoose.Schema({ _id: Number, text: String, embedding: [Number], values: [Number] }), 'docs')
    const $vectorSearch = { index: 'private', path: 'embedding', queryVector: [1, 2], limit: 3, numCandidates: 50 }`,
    tearDown: 'await mongoose.disconnect()',
    shapes: ['Doc', 'Doc.aggregate([])'],
    calls: [
      {
        it: 'records what Mongoose does by its driver',
        body: `
        print((await Doc.create({ _id: 1, text: 'private', embedding: [0.5, 1] })).text)
        print((await Doc.updateOne({ _id: 1 }, { $set: { embedding: [1, 2] } })).modifiedCount)
        // What Mongoose casts an array of an update to is a proxy.
        print((await Doc.updateMany({ _id: 1 }, { values: Array.from({ length: 9 }, (_, i) => i / 10) })).modifiedCount)
        print(typeof (await Doc.findOneAndUpdate({ _id: 1 }, { $set: { embedding: [1, 2] } })))
        print((await Doc.updateOne({ _id: 1 }, { $set: { values: [1, 2, 3, 4, 5, 6, 7, 8, 9] } })).modifiedCount)
        print((await Doc.bulkWrite([{ updateOne: { filter: { _id: 1 }, update: { embedding: [1, 2] } } }])).ok)
        print((await Doc.aggregate([{ $vectorSearch }])).length)
        print((await Doc.findOne({ _id: 1 })).text)
        print((await Doc.deleteOne({ _id: 1 })).deletedCount)`,
        records: [
          called('vector_store.upsert', 'insert', { batch_size: 1 }),
          ...['update', 'update', 'findAndModify'].map((operation) =>
            called('vector_store.upsert', operation, operation === 'update' ? { batch_size: 1 } : {}),
          ),
          called('database.query', 'update', { batch_size: 1 }),
          called('vector_store.upsert', 'update', { batch_size: 1 }),
          called('vector_store.search', 'aggregate', {
            dimensions: 2,
            top_k: 3,
            candidates: 50,
            filtered: false,
            results: 3,
          }),
          called('database.query', 'find', { results: 1 }),
          called('database.query', 'delete', { batch_size: 1 }),
        ],
      },
    ],
  })
}
