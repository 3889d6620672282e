import { firestoreServer } from '../support/firestore-server.ts'
import { library } from '../support/library.ts'

const search = { scope: 'vector_store.search', collection: 'docs' }

library({
  name: 'firestore',
  module: '@google-cloud/firestore',
  packages: ['current', 'previous'],
  server: firestoreServer,
  // Else it looks for Google's machines around it.
  env: { METADATA_SERVER_DETECTION: 'none' },
  imports: [['{ FieldValue, Firestore }', '@google-cloud/firestore']],
  setUp: ({ url }) => `
    process.env.FIRESTORE_EMULATOR_HOST = new URL('${url}').host
    const db = new Firestore({ projectId: 'private-project' })
    const near = (from, more = {}) =>
      from.findNearest({ vectorField: 'e', queryVector: [1, 2, 3], limit: 5, distanceMeasure: 'COSINE', ...more })
    const docs = db.collection('docs')`,
  tearDown: 'await db.terminate()',
  shapes: ['near(docs).constructor', 'Object.getPrototypeOf(near(docs))', 'near(docs)', 'near(docs).get()'],
  fails: `near(db.collection('missing')).get()`,
  many: 'near(docs, { limit: 1 + (i % 2) }).get()',
  calls: [
    {
      it: 'records what is found near to a vector, as a list and as a value of its own',
      body: `
        const found = await near(docs).get()
        print([found.size, found.docs.map(({ id }) => id)])
        print((await near(docs, { limit: 1, queryVector: FieldValue.vector([1, 2]) }).get()).size)
        print((await near(docs.where('private', '==', 'private'), { distanceThreshold: 0.5 }).get()).size)
        print((await near(db.collectionGroup('docs')).get()).empty)`,
      records: [
        { ...search, top_k: 5, filtered: false, dimensions: 3, results: 2 },
        { ...search, top_k: 1, filtered: false, dimensions: 2, results: 1 },
        { ...search, top_k: 5, filtered: true, dimensions: 3, results: 2 },
        { ...search, top_k: 5, filtered: false, dimensions: 3, results: 2 },
      ],
    },
    {
      it: 'records a search that is explained, with what it found where it was run',
      body: `
        print((await near(docs).explain({ analyze: true })).snapshot.size)
        print((await near(docs).explain()).snapshot)`,
      records: [
        { ...search, top_k: 5, filtered: false, dimensions: 3, results: 2 },
        { ...search, top_k: 5, filtered: false, dimensions: 3 },
      ],
    },
  ],
})
