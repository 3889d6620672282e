import { library } from '../support/library.ts'
import { eachManaged, managed } from '../support/managed.ts'
import { scored } from '../support/scores.ts'
import { weaviateServer } from '../support/weaviate-server.ts'

const id = '00000000-0000-4000-8000-000000000001'
const media = `Buffer.from('private')`
/** What a call returns, looked at when the call has ended. */
const settled = (call: string) => `(await (async (made) => [made, await made])(${call}))[0]`
const written = (batch_size: number, more = {}) => ({
  scope: 'vector_store.upsert',
  collection: 'Docs',
  batch_size,
  ...more,
})
/** For each object two words asked and two answered, for all together one asked and two answered. */
const generated = (top_k: number, more = {}) => search(top_k, { ...tokens(top_k), ...more })
const tokens = (objects: number) => ({ input_tokens: 2 * objects + 1, output_tokens: 2 * objects + 2 })
const found = (top_k: number, more = {}) => ({
  scope: 'vector_store.search',
  collection: 'Docs',
  top_k,
  filtered: false,
  results: top_k,
  ...more,
})
/** What is near has the stand-in's distances: 0, a tenth, two tenths. */
const search = (top_k: number, more = {}) => found(top_k, { ...near(top_k), ...more })
/** What words find has a score: 1, a half. */
const byScore = (top_k: number, more = {}) => found(top_k, { ...scored(top_k, 'similarity'), ...more })
const near = (results: number) => ({
  top_score: 0,
  last_score: Math.fround((results - 1) / 10),
  score_kind: 'distance',
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
      it: 'records what makes, opens, lists and changes what holds the data',
      body: `
        print(await client.collections.create({ name: 'Docs' }).then(({ name }) => name))
        print(await client.collections.exists('Docs'))
        print(await client.collections.listAll().then(({ length }) => length))
        print(await docs.config.get().then(({ name }) => name))
        print(await client.collections.delete('Docs'))`,
      records: [
        ...eachManaged('create exists', { collection: 'Docs' }),
        managed('list_all'),
        ...eachManaged('config_get delete', { collection: 'Docs' }),
      ],
    },
    {
      it: 'records what writes objects',
      body: `
        print(await docs.data.insert({ properties: { text: 'private' }, vectors: [1, 2] }))
        print((await docs.data.insertMany([{ properties: { text: 'private' }, vectors: { image: [1, 2, 3] } }, { text: 'private too' }])).hasErrors)
        print(await docs.data.update({ id: '${id}', properties: { text: 'private' } }))
        print(await docs.data.replace({ id: '${id}', properties: { text: 'private' } }))`,
      records: [written(1, { dimensions: 2 }), written(2, { dimensions: 3, results: 2 }), written(1), written(1)],
    },
    {
      it: 'records the objects of a batch that were written and those that failed, and as failed one that failed whole',
      body: `
        const fails = { text: 'private', fails: true }
        print((await docs.data.insertMany([fails, { text: 'private' }, fails])).hasErrors)
        print((await missing.data.insertMany([{ text: 'private' }, { text: 'private' }])).hasErrors)
        print((await docs.data.insertMany([])).hasErrors)`,
      records: [
        written(3, { results: 1, failed_items: 2 }),
        written(2, { collection: 'Missing', results: 0, failed_items: 2, error: 'Error' }),
        written(0, { results: 0 }),
      ],
    },
    {
      it: 'records a batch that is streamed as one upsert',
      // The client calls Set.prototype.difference, which Node 20 has not.
      when: ({ packages }) => packages === 'current',
      body: `print((await docs.data.ingest([{ properties: { text: 'private' } }, { properties: { text: 'private' } }])).hasErrors)`,
      records: [written(2, { results: 2 })],
    },
    {
      it: 'records what deletes objects, with what the server tells of its time',
      body: `
        const where = docs.filter.byProperty('text')
        print(await docs.data.deleteById('${id}'))
        print((await docs.data.deleteMany(where.equal('private'))).successful)
        print((await docs.data.deleteMany(where.equal('private none'))).successful)`,
      records: [
        { scope: 'vector_store.delete', collection: 'Docs', batch_size: 1 },
        { scope: 'vector_store.delete', collection: 'Docs', results: 2, failed_items: 1, server_ms: 'ms' },
        {
          scope: 'vector_store.delete',
          collection: 'Docs',
          results: 0,
          failed_items: 3,
          server_ms: 'ms',
          error: 'Error',
        },
      ],
    },
    {
      it: 'records what writes and deletes references, and what asks for an object',
      body: `
        const link = (to) => ({ fromUuid: '${id}', fromProperty: 'of', to })
        const none = '${id}'.replace(/1$/, '9')
        print([await docs.data.referenceAdd(link('${id}'))])
        print([await docs.data.referenceReplace(link('${id}'))])
        print([await docs.data.referenceDelete(link('${id}'))])
        print((await docs.data.referenceAddMany([link('${id}'), link(none)])).hasErrors)
        print((await docs.data.referenceAddMany([link(none)])).hasErrors)
        print(await docs.data.exists('${id}'))`,
      records: [
        written(1),
        written(1),
        { scope: 'vector_store.delete', collection: 'Docs', batch_size: 1 },
        written(2, { failed_items: 1 }),
        written(1, { failed_items: 1, error: 'Error' }),
        { scope: 'vector_store.fetch', collection: 'Docs', batch_size: 1 },
      ],
    },
    {
      it: 'records searches by vector, object, image and other media',
      body: `
        print((await docs.query.nearVector([1, 2], { limit: 3 })).objects)
        print((await docs.query.nearVector({ image: [1, 2, 3] }, { limit: 1, targetVector: 'image' })).objects.length)
        print((await docs.query.nearObject('${id}', { limit: 2, returnMetadata: ['certainty'] })).objects.length)
        print((await docs.query.nearImage(${media}, { limit: 1 })).objects.length)
        print((await docs.query.nearMedia(${media}, 'audio', { limit: 2 })).objects.length)`,
      records: [search(3, { dimensions: 2 }), search(1, { dimensions: 3 }), byScore(2), search(1), search(2)],
    },
    {
      it: 'records searches by text with the length of the text',
      body: `
        print((await docs.query.nearText('private', { limit: 3 })).objects.length)
        print((await docs.query.nearText(['private', 'privately'], { limit: 2 })).objects.length)
        print((await docs.query.bm25('private', { limit: 1 })).objects.length)
        print((await docs.query.hybrid('private', { limit: 2, vector: [1, 2] })).objects.length)`,
      records: [
        search(3, { query_len: 7 }),
        search(2),
        byScore(1, { query_len: 7 }),
        byScore(2, { query_len: 7, dimensions: 2 }),
      ],
    },
    {
      it: 'records an aggregate over what is near, and one over all',
      body: `
        const filters = docs.filter.byProperty('text').equal('private')
        print((await docs.aggregate.nearVector([1, 2], { objectLimit: 5 })).totalCount)
        print((await docs.aggregate.nearText('private', { objectLimit: 4, filters })).totalCount)
        print((await docs.aggregate.overAll({ filters })).totalCount)
        print(await docs.length())`,
      records: [
        { scope: 'vector_store.search', collection: 'Docs', top_k: 5, filtered: false, dimensions: 2 },
        { scope: 'vector_store.search', collection: 'Docs', top_k: 4, filtered: true },
        { scope: 'vector_store.fetch', collection: 'Docs', filtered: true },
        { scope: 'vector_store.fetch', collection: 'Docs', filtered: false },
      ],
    },
    {
      it: 'records whether a search is filtered, and the objects of all groups',
      body: `
        const filters = docs.filter.byProperty('text').equal('private')
        print((await docs.query.nearVector([1, 2], { limit: 2, filters })).objects.length)
        print((await docs.query.nearVector([1, 2], { limit: 4, groupBy: { property: 'text', numberOfGroups: 2, objectsPerGroup: 2 } })).objects.length)`,
      records: [search(2, { filtered: true, dimensions: 2 }), search(4, { dimensions: 2 })],
    },
    {
      it: 'records what reads objects by id or in order',
      body: `
        print((await docs.query.fetchObjectById('${id}')).properties)
        print((await docs.query.fetchObjects({ limit: 4 })).objects.length)`,
      records: [
        { scope: 'vector_store.fetch', collection: 'Docs', batch_size: 1, results: 1 },
        { ...found(4), scope: 'vector_store.fetch' },
      ],
    },
    {
      it: 'records a search from which the server generates as a search',
      body: `
        const what = { singlePrompt: 'private too', groupedTask: 'private' }
        print((await docs.generate.nearVector([1, 2], what, { limit: 2 })).generative)
        print((await docs.generate.nearObject('${id}', what, { limit: 1 })).objects.length)
        print((await docs.generate.nearImage(${media}, what, { limit: 1 })).objects.length)
        print((await docs.generate.nearMedia(${media}, 'audio', what, { limit: 1 })).objects.length)
        print((await docs.generate.nearText('private', what, { limit: 3 })).objects[0].generative.text)
        print((await docs.generate.bm25('private', what, { limit: 2 })).objects.length)
        print((await docs.generate.hybrid('private', what, { limit: 2 })).objects.length)
        print((await docs.generate.fetchObjects(what, { limit: 2 })).objects.length)`,
      records: [
        generated(2, { dimensions: 2 }),
        generated(1),
        generated(1),
        generated(1),
        generated(3, { query_len: 7 }),
        generated(2, { query_len: 7, ...scored(2, 'similarity') }),
        generated(2, { query_len: 7, ...scored(2, 'similarity') }),
        { ...found(2, tokens(2)), scope: 'vector_store.fetch' },
      ],
    },
    {
      it: "profiles a collection's variants and iterators",
      body: `
        const other = docs.withTenant('acme').withConsistency('ONE')
        print((await other.query.nearVector([1], { limit: 1 })).objects.length)
        print(await other.data.deleteById('${id}'))
        for await (const one of docs.iterator()) {
          print(one.properties)
          break
        }
        let objects = 0
        for await (const one of other.iterator({ includeVector: true })) if (++objects === 3) break
        try { for await (const one of missing.iterator()) print('nothing') } catch (error) { print(error.constructor.name) }
        const byHand = docs.iterator()
        for await (const one of byHand) break
        print((await byHand[Symbol.asyncIterator]().next()).value.properties)`,
      records: [
        search(1, { dimensions: 1, namespace: 'acme' }),
        { scope: 'vector_store.delete', collection: 'Docs', namespace: 'acme', batch_size: 1 },
        { scope: 'vector_store.fetch', collection: 'Docs', results: 1 },
        {
          scope: 'vector_store.fetch',
          collection: 'Docs',
          namespace: 'acme',
          results: 3,
          chunks: 3,
          time_to_first_chunk_ms: 'ms',
        },
        { scope: 'vector_store.fetch', collection: 'Missing', error: 'WeaviateQueryError' },
        { scope: 'vector_store.fetch', collection: 'Docs', results: 1 },
        { ...found(100), scope: 'vector_store.fetch' },
      ],
    },
  ],
})
