import { library } from '../support/library.ts'
import { weaviateServer } from '../support/weaviate-server.ts'

const id = '00000000-0000-4000-8000-000000000001'
const media = `Buffer.from('private')`
/** What a call returns, looked at when the call has ended. */
const settled = (call: string) => `(await (async (made) => [made, await made])(${call}))[0]`
const search = (top_k: number, more = {}) => ({
  scope: 'vector_store.search',
  collection: 'Docs',
  top_k,
  filtered: false,
  results: top_k,
  ...more,
})

library({
  name: 'weaviate',
  module: 'weaviate-client',
  packages: ['current', 'previous'],
  server: weaviateServer,
  imports: [['weaviate', 'weaviate-client']],
  setUp: ({ url }) => `
    console.info = () => {}
    const { hostname, port, hash } = new URL('${url}')
    const client = await weaviate.connectToCustom({
      httpHost: hostname, httpPort: Number(port), grpcHost: hostname, grpcPort: Number(hash.slice(1)) })
    const docs = client.collections.use('Docs')
    const missing = client.collections.use('Missing')`,
  tearDown: 'await client.close()',
  shapes: [
    'client',
    'client.collections',
    'docs',
    'docs.data',
    'docs.query',
    'Object.getPrototypeOf(docs.query)',
    'Object.getPrototypeOf(docs.generate)',
    settled('docs.query.fetchObjects()'),
    settled(`docs.data.deleteById('${id}')`),
  ],
  fails: 'missing.query.nearVector([1, 2], { limit: 1 })',
  many: 'docs.query.nearVector([i], { limit: 1 + (i % 3) })',
  calls: [
    {
      it: 'records what writes objects',
      body: `
        print(await docs.data.insert({ properties: { text: 'private' }, vectors: [1, 2] }))
        print((await docs.data.insertMany([{ text: 'private' }, { text: 'private too' }])).hasErrors)
        print(await docs.data.update({ id: '${id}', properties: { text: 'private' } }))
        print(await docs.data.replace({ id: '${id}', properties: { text: 'private' } }))`,
      records: [
        { scope: 'vector_store.upsert', collection: 'Docs', batch_size: 1 },
        { scope: 'vector_store.upsert', collection: 'Docs', batch_size: 2, results: 2 },
        { scope: 'vector_store.upsert', collection: 'Docs', batch_size: 1 },
        { scope: 'vector_store.upsert', collection: 'Docs', batch_size: 1 },
      ],
    },
    {
      it: 'records the objects of a batch that were written, not those that failed',
      body: `print((await missing.data.insertMany([{ text: 'private' }])).hasErrors)`,
      records: [{ scope: 'vector_store.upsert', collection: 'Missing', batch_size: 1, results: 0 }],
    },
    {
      it: 'records a batch that is streamed as one upsert',
      // The client calls Set.prototype.difference, which Node 20 has not.
      when: ({ packages }) => packages === 'current',
      body: `print((await docs.data.ingest([{ properties: { text: 'private' } }, { properties: { text: 'private' } }])).hasErrors)`,
      records: [{ scope: 'vector_store.upsert', collection: 'Docs', batch_size: 2, results: 2 }],
    },
    {
      it: 'records what deletes objects, with what the server tells of its time',
      body: `
        print(await docs.data.deleteById('${id}'))
        print((await docs.data.deleteMany(docs.filter.byProperty('text').equal('private'))).successful)`,
      records: [
        { scope: 'vector_store.delete', collection: 'Docs', batch_size: 1 },
        { scope: 'vector_store.delete', collection: 'Docs', results: 2, server_ms: 'ms' },
      ],
    },
    {
      it: 'records searches by vector, object, image and other media',
      body: `
        print((await docs.query.nearVector([1, 2], { limit: 3 })).objects)
        print((await docs.query.nearObject('${id}', { limit: 2 })).objects.length)
        print((await docs.query.nearImage(${media}, { limit: 1 })).objects.length)
        print((await docs.query.nearMedia(${media}, 'audio', { limit: 2 })).objects.length)`,
      records: [search(3), search(2), search(1), search(2)],
    },
    {
      it: 'records searches by text with the length of the text',
      body: `
        print((await docs.query.nearText('private', { limit: 3 })).objects.length)
        print((await docs.query.nearText(['private', 'privately'], { limit: 2 })).objects.length)
        print((await docs.query.bm25('private', { limit: 1 })).objects.length)
        print((await docs.query.hybrid('private', { limit: 2, vector: [1, 2] })).objects.length)`,
      records: [search(3, { query_len: 7 }), search(2), search(1, { query_len: 7 }), search(2, { query_len: 7 })],
    },
    {
      it: 'records whether a search is filtered, and the objects of all groups',
      body: `
        const filters = docs.filter.byProperty('text').equal('private')
        print((await docs.query.nearVector([1, 2], { limit: 2, filters })).objects.length)
        print((await docs.query.nearVector([1, 2], { limit: 4, groupBy: { property: 'text', numberOfGroups: 2, objectsPerGroup: 2 } })).objects.length)`,
      records: [search(2, { filtered: true }), search(4)],
    },
    {
      it: 'records what reads objects by id or in order',
      body: `
        print((await docs.query.fetchObjectById('${id}')).properties)
        print((await docs.query.fetchObjects({ limit: 4 })).objects.length)`,
      records: [
        { scope: 'vector_store.fetch', collection: 'Docs', batch_size: 1, results: 1 },
        { scope: 'vector_store.fetch', collection: 'Docs', top_k: 4, results: 4 },
      ],
    },
    {
      it: 'records a search from which the server generates as a search',
      body: `
        const what = { singlePrompt: 'private', groupedTask: 'private' }
        print((await docs.generate.nearVector([1, 2], what, { limit: 2 })).generative)
        print((await docs.generate.nearObject('${id}', what, { limit: 1 })).objects.length)
        print((await docs.generate.nearImage(${media}, what, { limit: 1 })).objects.length)
        print((await docs.generate.nearMedia(${media}, 'audio', what, { limit: 1 })).objects.length)
        print((await docs.generate.nearText('private', what, { limit: 3 })).objects[0].generative.text)
        print((await docs.generate.bm25('private', what, { limit: 2 })).objects.length)
        print((await docs.generate.hybrid('private', what, { limit: 2 })).objects.length)
        print((await docs.generate.fetchObjects(what, { limit: 2 })).objects.length)`,
      records: [
        search(2),
        search(1),
        search(1),
        search(1),
        search(3, { query_len: 7 }),
        search(2, { query_len: 7 }),
        search(2, { query_len: 7 }),
        { scope: 'vector_store.fetch', collection: 'Docs', top_k: 2, results: 2 },
      ],
    },
    {
      it: "profiles a collection's variants and iterators",
      body: `
        const other = docs.withTenant('private').withConsistency('ONE')
        print((await other.query.nearVector([1], { limit: 1 })).objects.length)
        print(await other.data.deleteById('${id}'))
        for await (const one of docs.iterator()) {
          print(one.properties)
          break
        }`,
      records: [
        search(1),
        { scope: 'vector_store.delete', collection: 'Docs', batch_size: 1 },
        { scope: 'vector_store.fetch', collection: 'Docs', top_k: 100, results: 100 },
      ],
    },
  ],
})
