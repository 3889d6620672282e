import { chromaServer } from '../support/chroma-server.ts'
import { type Given, library } from '../support/library.ts'
import { eachManaged, managed } from '../support/managed.ts'

const collection = 'docs'
const isNew = ({ packages }: Given) => packages === 'current'
const isOld = (given: Given) => !isNew(given)
const settled = (call: string) => `(await (async (made) => [made, await made])(${call}))[0]`
const namespace = 'books'
const search = (top_k: number, more = {}) => ({
  scope: 'vector_store.search',
  collection,
  namespace,
  top_k,
  batch_size: 1,
  filtered: false,
  results: top_k,
  ...more,
})
const ranked = (top_score: number, last_score: number) => ({ top_score, last_score })
/** Chroma's own server tells distances, its stand-in for searches scores: 0, a tenth, two tenths. */
const nearest = (last: number) => ({ ...ranked(0, last), score_kind: 'distance' })
const upsert = (batch_size: number, dimensions?: number) => ({
  scope: 'vector_store.upsert',
  collection,
  namespace,
  batch_size,
  ...(dimensions && { dimensions }),
})
const fetched = (more = {}) => ({ scope: 'vector_store.fetch', collection, namespace, ...more })
const embed = (batch_size: number) => ({
  scope: 'embedding_provider.embed',
  provider: 'own',
  batch_size,
  dimensions: 2,
})
/** A search looks at 128 candidates, if it says nothing else. */
const near = { namespace: 'default_database', dimensions: 2, candidates: 128 }
const { collection: _, ...nameless } = search(1, { dimensions: 2, ...nearest(0) })
const texts = `
  print([await docs.add({ ids: ['private-5'], documents: ['private'] })])
  print((await docs.query({ queryTexts: ['private', 'private too'], nResults: 1 })).ids)`

library({
  name: 'chromadb',
  module: 'chromadb',
  packages: ['current', 'previous', 'older'],
  server: chromaServer,
  imports: (given) => [[isNew(given) ? '{ ChromaClient, Search, Knn }' : '{ ChromaClient }', 'chromadb']],
  // Each application has a tenant of its own on the server that they share.
  setUp: (given) => `
    const { origin, hostname, port, hash } = new URL('${given.url}')
    const [tenant, database] = ['tenant-' + process.pid, 'books']
    const make = (path, name) => fetch(origin + '/api/v2/tenants' + path, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name }) })
    await make('', tenant)
    await make('/' + tenant + '/databases', database)
    const embeddingFunction = { name: 'own', generate: async (texts) => texts.map((text) => [text.length, 1]), getConfig: () => ({}) }
    const client = new ChromaClient(${isNew(given) ? '{ host: hostname, port: Number(port), tenant, database }' : '{ path: origin, tenant, database }'})
    const docs = await client.createCollection({ name: 'docs', embeddingFunction })
    await docs.add({ ids: ['private-1', 'private-2', 'private-3'], embeddings: [[1, 1], [2, 1], [3, 1]], documents: ['private a', 'private b', 'private c'] })
    ${isNew(given) ? `const searchable = await new ChromaClient({ host: hostname, port: Number(hash.slice(1)) }).getCollection({ name: 'docs', embeddingFunction })` : ''}`,
  shapes: [
    'ChromaClient',
    'client',
    'docs',
    'Object.getPrototypeOf(docs)',
    settled('docs.query({ queryEmbeddings: [[1, 2]], nResults: 1 })'),
  ],
  // Refused by the client, since the server's errors name a collection's random id.
  fails: 'docs.query({ nResults: 1 })',
  many: 'docs.query({ queryEmbeddings: [[i, 1]], nResults: 1 + (i % 3) })',
  calls: [
    {
      it: 'records what makes, opens, lists and changes what holds the data',
      body: `
        print(await client.createCollection({ name: 'books', embeddingFunction }).then(({ name }) => name))
        print(await client.getOrCreateCollection({ name: 'books', embeddingFunction }).then(({ name }) => name))
        print(await client.getCollection({ name: 'books', embeddingFunction }).then(({ name }) => name))
        print(await client.listCollections().then(({ length }) => length))
        print(await client.countCollections())
        print(await client.deleteCollection({ name: 'books' }))`,
      records: [
        ...eachManaged('create_collection get_or_create_collection get_collection', { collection: 'books', namespace }),
        ...eachManaged('list_collections count_collections', { namespace }),
        managed('delete_collection', { collection: 'books', namespace }),
      ],
    },
    {
      it: 'records a query with what it found',
      body: `
        print((await docs.query({ queryEmbeddings: [[1, 1]], nResults: 2 })).documents)
        print((await docs.query({ queryEmbeddings: [[1, 1]], nResults: 1, whereDocument: { $contains: 'private' } })).ids)
        print((await docs.query({ queryEmbeddings: [[1, 1], [3, 1]], nResults: 2 })).ids)`,
      records: [
        search(2, { dimensions: 2, ...nearest(1) }),
        search(1, { dimensions: 2, filtered: true, ...nearest(0) }),
        search(2, { dimensions: 2, batch_size: 2, results: 4 }),
      ],
    },
    {
      it: 'records what writes and reads rows',
      body: `
        print([await docs.upsert({ ids: ['private-3', 'private-4'], embeddings: [[3, 2], [4, 2]], documents: ['private c', 'private d'] })])
        print([await docs.update({ ids: ['private-4'], metadatas: [{ text: 'private' }] })].length)
        print((await docs.get({ ids: ['private-1', 'private-2'] })).documents)
        print((await docs.get({ limit: 3, where: { text: 'private' } })).ids)
        print((await docs.peek({ limit: 2 })).ids)
        print(await docs.count())`,
      records: [
        upsert(2, 2),
        upsert(1),
        fetched({ batch_size: 2, filtered: false, results: 2 }),
        fetched({ top_k: 3, filtered: true, results: 1 }),
        fetched({ top_k: 2, results: 2 }),
        fetched(),
      ],
    },
    {
      it: 'records what deletes rows',
      body: `
        await docs.delete({ ids: ['private-4'] })
        await docs.delete({ where: { text: 'private' } })
        print(await docs.count())`,
      records: [
        { ...fetched({ batch_size: 1 }), scope: 'vector_store.delete' },
        { ...fetched(), scope: 'vector_store.delete' },
        fetched(),
      ],
    },
    {
      it: 'records a query of texts',
      when: isOld,
      body: texts,
      records: [upsert(1), search(1, { batch_size: 2, results: 2 })],
    },
    {
      it: "records what the collection's function embeds for a query and for rows without vectors",
      when: isNew,
      body: texts,
      records: [embed(1), upsert(1), embed(2), search(1, { batch_size: 2, results: 2 })],
    },
    {
      it: 'records what a function for sparse vectors embeds',
      when: isNew,
      body: `
        const sparse = { name: 'bm25', generate: async (texts) => texts.map(() => ({ indices: [1], values: [1] })) }
        print(await docs.sparseEmbed(sparse, ['private', 'private too'], false))`,
      records: [{ scope: 'embedding_provider.embed', provider: 'bm25', batch_size: 2 }],
    },
    {
      it: 'records one vector and one text that stand alone',
      when: isOld,
      body: `
        print((await docs.query({ queryEmbeddings: [1, 1], nResults: 1 })).ids)
        print((await docs.query({ queryTexts: 'private', nResults: 1 })).ids.length)
        print((await docs.get({ ids: 'private-1' })).ids)`,
      records: [
        search(1, { dimensions: 2, ...nearest(0) }),
        search(1, nearest(0)),
        fetched({ batch_size: 1, filtered: false, results: 1 }),
      ],
    },
    {
      it: 'records a search, one or several at once',
      when: isNew,
      body: `
        const near = new Search().rank(Knn({ query: [1, 1] })).limit(2)
        print((await searchable.search(near)).ids)
        print((await searchable.search([near.where({ text: 'private' }), near])).ids)
        print((await searchable.search({ rank: Knn({ query: [1, 1], limit: 9 }), limit: 3 })).ids)
        print((await searchable.search({ limit: 3 })).ids)`,
      records: [
        search(2, { ...near, ...ranked(0, 0.1) }),
        search(2, { ...near, batch_size: 2, filtered: true, results: 4 }),
        search(3, { ...near, candidates: 9, ...ranked(0, 0.2) }),
        { ...search(3, { namespace: near.namespace }), scope: 'vector_store.fetch' },
      ],
    },
    {
      it: 'records what a server says that it deleted',
      when: isNew,
      body: `print(await searchable.delete({ ids: ['private-1', 'private-2'] }))`,
      records: [
        {
          scope: 'vector_store.delete',
          collection,
          namespace: near.namespace,
          batch_size: 2,
          results: 2,
        },
      ],
    },
    {
      it: 'records a handle made of an id, which has no name, once',
      when: isNew,
      body: `
        const handle = client.collection(docs.id)
        print((await handle.query({ queryEmbeddings: [[1, 1]], nResults: 1 })).ids)`,
      records: [nameless],
    },
  ],
})
