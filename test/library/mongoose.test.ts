import { library } from '../support/library.ts'
import { mongodbServer } from '../support/mongodb-server.ts'

const called = (scope: string, operation: string, rest: object = {}) => ({
  scope,
  collection: 'docs',
  operation,
  pool_wait_ms: 'ms',
  pool_size: 100,
  ...rest,
})

// Mongoose brings a driver of its own, which is what is profiled.
library({
  name: 'mongodb',
  module: 'mongoose',
  packages: ['older'],
  server: mongodbServer,
  imports: [['mongoose', 'mongoose']],
  setUp: ({ url }) => `
    await mongoose.connect('${url}', { autoIndex: false, autoCreate: false })
    const Doc = mongoose.model('Doc', new mongoose.Schema({ _id: Number, text: String, embedding: [Number] }), 'docs')
    const $vectorSearch = { index: 'private', path: 'embedding', queryVector: [1, 2], limit: 3, numCandidates: 50 }`,
  tearDown: 'await mongoose.disconnect()',
  shapes: ['Doc', 'Doc.aggregate([])'],
  calls: [
    {
      it: 'records what Mongoose does by its driver',
      body: `
        print((await Doc.create({ _id: 1, text: 'private', embedding: [0.5, 1] })).text)
        print((await Doc.updateOne({ _id: 1 }, { $set: { embedding: [1, 2] } })).modifiedCount)
        print((await Doc.aggregate([{ $vectorSearch }])).length)
        print((await Doc.findOne({ _id: 1 })).text)
        print((await Doc.deleteOne({ _id: 1 })).deletedCount)`,
      records: [
        called('vector_store.upsert', 'insert', { batch_size: 1 }),
        // What Mongoose casts an array of an update to is a proxy, which is not looked into.
        called('database.query', 'update', { batch_size: 1 }),
        called('vector_store.search', 'aggregate', { top_k: 3, candidates: 50, filtered: false, results: 3 }),
        called('database.query', 'find', { results: 1 }),
        called('database.query', 'delete', { batch_size: 1 }),
      ],
    },
  ],
})
