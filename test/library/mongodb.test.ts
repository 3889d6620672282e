import type { PackageSet } from '../support/application.ts'
import { library } from '../support/library.ts'
import { eachManaged, managed } from '../support/managed.ts'
import { mongodbServer } from '../support/mongodb-server.ts'

const queryOf =
  (waited: object) =>
  (operation: string, rest: object = {}) => ({
    scope: 'database.query',
    collection: 'docs',
    operation,
    ...waited,
    ...rest,
  })
const opened = { scope: 'database.connect', operation: 'connect' }
const portions = (chunks: number) => ({ time_to_first_chunk_ms: 'ms', chunks })

/** Every operation asks the pool for a connection. */
suite(['current', 'previous', 'older'], { pool_wait_ms: 'ms', pool_size: 100 })
// Before 6.20 what asks for one does not say for which operation.
suite(['oldest', 'eldest'], {})

function suite(packages: readonly PackageSet[], waited: object): void {
  const query = queryOf(waited)
  const upsert = (operation: string, rest: object = {}) => ({ ...query(operation, rest), scope: 'vector_store.upsert' })
  const ofDocs = { scope: 'database.manage', collection: 'docs', ...waited }
  const searched = {
    dimensions: 1,
    scope: 'vector_store.search',
    collection: 'docs',
    operation: 'aggregate',
    ...waited,
  }
  library({
    name: 'mongodb',
    module: 'mongodb',
    packages,
    server: mongodbServer,
    imports: [['{ MongoClient, Collection, AggregationCursor, Binary }', 'mongodb']],
    setUp: ({ url }) => `
    const url = '${url}'
    const client = new MongoClient(url)
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
        records: [{ ...searched, dimensions: 2, top_k: 3, candidates: 50, filtered: false, results: 3 }],
      },
      {
        it: 'records the dimensions of a binary of numbers, and of a typed list',
        body: `
        const vectors = [
          Binary.fromFloat32Array?.(new Float32Array([1, 2, 3])) ?? [1, 2, 3],
          Binary.fromInt8Array?.(new Int8Array([1, 2, 3])) ?? [1, 2, 3],
          Binary.fromPackedBits?.(new Uint8Array([1, 2]), 4) ?? Array(12),
        ]
        for (const queryVector of vectors)
          print((await docs.aggregate([{ $vectorSearch: { index: 'private', path: 'private', queryVector, limit: 2 } }]).toArray()).length)`,
        records: [3, 3, 12].map((dimensions) => ({ ...searched, top_k: 2, filtered: false, results: 2, dimensions })),
      },
      {
        it: 'records the connecting of a client once, until it is closed, whoever asks for it',
        body: `
        const own = new MongoClient(url)
        await Promise.all([own.connect(), own.connect()])
        print(await own.connect() === own)
        await own.close()
        await own.connect()
        print(await own.close() ?? 'closed')`,
        records: [opened, opened],
      },
      {
        it: 'records the scores of a search whose pipeline keeps them, in whatever portions it is read',
        body: `
        const search = { $vectorSearch: { index: 'private', path: 'private', queryVector: [1], limit: 3, numCandidates: 50 } }
        const stages = [search, { $project: { _id: 1, near: { $meta: 'vectorSearchScore' } } }]
        print(await docs.aggregate(stages).toArray())
        print(await docs.aggregate(stages, { batchSize: 2 }).toArray())
        print((await docs.aggregate([...stages, { $sort: { _id: -1 } }]).toArray()).length)`,
        records: [{}, portions(2), undefined].map((parts) => ({
          ...{ ...searched, top_k: 3, candidates: 50, filtered: false, results: 3, ...parts },
          ...(parts && { top_score: 1 / 1.5, last_score: 1 / 3.5, score_kind: 'similarity' }),
        })),
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
        records: [{}, portions(2), {}].map((rest) => ({ ...searched, top_k: 2, filtered: true, results: 2, ...rest })),
      },
      {
        it: 'records all portions of a cursor as one call, however they are read',
        body: `
        const cursor = () => docs.find({ text: 'private' }, { batchSize: 2 })
        print((await cursor().toArray()).length)
        let one = cursor()
        let seen = 0
        while (await one.next() !== null) seen++
        one = cursor()
        while (await one.hasNext()) { await one.next(); seen++ }
        one = cursor()
        while (await one.tryNext() !== null) seen++
        await cursor().forEach(() => { seen++ })
        for await (const row of cursor().map(({ _id }) => _id)) seen += row
        for await (const row of cursor().stream()) seen++
        await new Promise((resolve) => cursor().stream().on('data', () => seen++).on('end', resolve))
        print(seen)
        const session = client.startSession()
        one = docs.find({}, { batchSize: 2, session })
        print((await one.toArray()).length)
        one.rewind()
        print((await one.toArray()).length)
        print((await one.clone().toArray()).length)
        await session.endSession()`,
        records: Array.from({ length: 11 }, () => query('find', { ...portions(3), results: 5 })),
      },
      {
        it: 'ends the call of a cursor that is left or closed early, with the rows that came',
        body: `
        for await (const row of docs.find({}, { batchSize: 2 })) { print(row); break }
        const cursor = docs.aggregate([{ $limit: 9 }], { batchSize: 3 })
        for (let i = 0; i < 4; i++) print(await cursor.next())
        await cursor.close()
        const stream = docs.find({}, { batchSize: 2 }).stream()
        stream.once('data', () => stream.destroy())
        await new Promise((resolve) => stream.once('close', resolve))
        const untouched = docs.find({}, { batchSize: 2 })
        await untouched.close()
        print(await docs.find({}, { batchSize: 2 }).next())`,
        records: [
          query('find', { results: 2 }),
          query('aggregate', { ...portions(2), results: 6 }),
          query('find', { results: 2 }),
        ],
      },
      {
        it: 'records the first portion alone of what waits for more to come',
        body: `
        const tailed = docs.find({}, { tailable: true, awaitData: true, batchSize: 2 })
        for (let i = 0; i < 3; i++) print(await tailed.next())
        await tailed.close()
        const flagged = docs.find({}, { batchSize: 2 }).addCursorFlag('tailable', true)
        for (let i = 0; i < 3; i++) print(await flagged.next())
        await flagged.close()
        const changes = docs.watch([], { batchSize: 1 })
        for (let i = 0; i < 2; i++) print(await changes.next())
        await changes.close()`,
        records: [query('find', { results: 2 }), query('find', { results: 2 }), query('aggregate', { results: 1 })],
      },
      {
        it: 'counts the rows of a cursor that the driver ends itself, since it has as many as were asked for',
        body: `
        const unlimited = client.db('private').collection('unlimited')
        print((await unlimited.find({}, { limit: 4, batchSize: 2 }).toArray()).length)`,
        records: [query('find', { collection: 'unlimited', ...portions(3), results: 4 })],
      },
      {
        it: 'records nothing of the sessions that a client ends as it is closed',
        body: `
        const own = new MongoClient(url)
        print((await own.db('private').collection('docs').find({}).toArray()).length)
        await own.close()
        print(await docs.estimatedDocumentCount())`,
        records: [query('find', { results: 5 }), query('count')],
      },
      {
        it: 'records a cursor that fails in a later portion as failed, with the rows that came',
        body: `
        const broken = client.db('private').collection('broken')
        print(await broken.find({}, { batchSize: 2 }).toArray().catch(({ name, code }) => [name, code]))
        print(await broken.aggregate([{ $vectorSearch: { index: 'private', path: 'private', queryVector: [1], limit: 5 } }], { batchSize: 2 }).toArray().catch(({ code }) => code))`,
        records: [
          query('find', { collection: 'broken', results: 2, error: 'MongoServerError' }),
          { ...searched, collection: 'broken', top_k: 5, filtered: false, results: 2, error: 'MongoServerError' },
        ],
      },
      {
        it: 'records what makes, changes and lists collections and indexes',
        body: `
        const db = client.db('private')
        print((await db.createCollection('docs')).collectionName)
        print(await docs.createIndex({ private: 1 }))
        print(await docs.createSearchIndex({ name: 'private', definition: {} }).then(Boolean, ({ name }) => name))
        print((await docs.listSearchIndexes().toArray()).length)
        print(await docs.drop())`,
        records: [
          ...eachManaged('create createIndexes createSearchIndexes', ofDocs),
          managed('listSearchIndexes', { ...ofDocs, results: 2 }),
          managed('drop', ofDocs),
        ],
      },
      {
        it: 'knows the cursors of lists and commands, and what explains one',
        body: `
        const db = client.db('private')
        print((await db.listCollections({ name: 'docs' }).toArray()).length)
        print((await docs.listIndexes().toArray()).length)
        print((await db.runCursorCommand({ find: 'docs', batchSize: 2 }).setBatchSize(2).toArray()).length)
        print((await db.aggregate([{ $listLocalSessions: {} }]).toArray()).length)
        print(Object.keys(await docs.find({}).explain()).includes('queryPlanner'))
        print((await docs.find({}, { explain: true }).toArray()).length)`,
        records: [
          managed('listCollections', { scope: 'database.manage', results: 1, ...waited }),
          managed('listIndexes', { ...ofDocs, results: 1 }),
          query('runCommand', { ...portions(3), results: 5 }),
          { scope: 'database.query', operation: 'aggregate', results: 2, ...waited },
          query('find'),
          query('find', { results: 0 }),
        ],
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
          { scope: 'vector_store.upsert', collection: 'docs', operation: 'insert', batch_size: 2, ...waited },
          { scope: 'vector_store.upsert', collection: 'docs', operation: 'insert', batch_size: 1, ...waited },
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
          query('find', { ...portions(3), results: 5 }),
          query('find', { results: 1 }),
          query('update', { batch_size: 1 }),
          query('delete', { batch_size: 1 }),
          query('aggregate', { results: 1 }),
          query('insert', { batch_size: 1 }),
          query('delete', { batch_size: 1 }),
          { scope: 'database.query', operation: 'runCommand', ...waited },
        ],
      },
    ],
  })
}
