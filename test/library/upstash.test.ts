import { library } from '../support/library.ts'
import { eachManaged } from '../support/managed.ts'
import { scored } from '../support/scores.ts'
import { upstashServer } from '../support/upstash-server.ts'

const namespace = 'ns'
const search = { scope: 'vector_store.search' }

library({
  name: 'upstash',
  module: '@upstash/vector',
  packages: ['current'],
  server: upstashServer,
  imports: [['{ Index }', '@upstash/vector']],
  setUp: ({ url }) => `
    const index = new Index({ url: '${url}', token: 'private-token' })
    const ns = index.namespace('ns')`,
  shapes: [
    'Index',
    'Index.prototype',
    'index',
    'ns',
    'Object.getPrototypeOf(index.client)',
    '(globalThis.kept = index.query({ vector: [1, 2], topK: 1 }))',
    'await globalThis.kept',
  ],
  fails: `index.query({ vector: [1], topK: 1 }, { namespace: 'missing' })`,
  many: 'index.query({ vector: [i], topK: 1 + (i % 3) })',
  calls: [
    {
      it: 'records what makes, opens, lists and changes what holds the data',
      body: `
        print(await index.info().then(Boolean))
        print(await index.listNamespaces().then(Boolean))`,
      records: eachManaged('info list_namespaces'),
    },
    {
      it: 'records a query by vector or by text, of an index and of a namespace',
      body: `
        print(await index.query({ vector: [1, 2], topK: 3, filter: "a = 'private'" }))
        print(await index.query({ data: 'private', topK: 2 }, { namespace: 'ns' }))
        print(await ns.query({ sparseVector: { indices: [1], values: [0.5] }, topK: 1 }))
        print(await Index.fromEnv({ UPSTASH_VECTOR_REST_URL: index.client.baseUrl, UPSTASH_VECTOR_REST_TOKEN: 'private' }).query({ vector: [1], topK: 1 }))`,
      records: [
        { ...search, top_k: 3, dimensions: 2, filtered: true, ...scored(3, 'similarity') },
        { ...search, namespace, top_k: 2, query_len: 7, filtered: false, ...scored(2, 'similarity') },
        { ...search, namespace, top_k: 1, filtered: false, ...scored(1, 'similarity') },
        { ...search, top_k: 1, dimensions: 1, filtered: false, ...scored(1, 'similarity') },
      ],
    },
    {
      it: 'records a batch of queries as one, and a resumable query with each part',
      body: `
        print(await index.queryMany([{ vector: [1], topK: 1 }, { vector: [2], topK: 1, filter: "a = 'private'" }]))
        print(await index.queryMany([{ vector: [1], topK: 1 }, { vector: [2], topK: 1 }]))
        const { result, fetchNext, stop } = await ns.resumableQuery({ vector: [1], topK: 2, maxIdle: 60 })
        print(result)
        print(await fetchNext(3))
        print(await stop())`,
      records: [
        { ...search, batch_size: 2, dimensions: 1, filtered: true, results: 2 },
        { ...search, batch_size: 2, dimensions: 1, filtered: false, results: 2 },
        { ...search, namespace, top_k: 2, dimensions: 1, filtered: false, ...scored(2, 'similarity') },
        { ...search, top_k: 3, ...scored(3, 'similarity') },
      ],
    },
    {
      it: 'records writes',
      body: `
        print(await index.upsert({ id: 'private', vector: [1, 2], metadata: { a: 'private' } }))
        print(await ns.upsert([{ id: 'private-1', data: 'private' }, { id: 'private-2', data: 'private' }]))
        print(await index.update({ id: 'private', vector: [1] }))`,
      records: [
        { scope: 'vector_store.upsert', batch_size: 1, dimensions: 2 },
        { scope: 'vector_store.upsert', namespace, batch_size: 2 },
        { scope: 'vector_store.upsert', batch_size: 1, dimensions: 1, results: 1 },
      ],
    },
    {
      it: 'records what reads vectors and what deletes them',
      body: `
        print(await index.fetch(['private-1', 'private-2', 'private-3']))
        print(await ns.fetch(['private-1', 'private-2']))
        print(await index.range({ cursor: '0', limit: 4 }))
        print(await index.delete(['private-1', 'private-2']))
        print(await ns.delete('private'))
        print(await index.delete({ filter: "a = 'private'" }))
        print(await ns.reset())
        print(await index.deleteNamespace('ns'))`,
      records: [
        { scope: 'vector_store.fetch', batch_size: 3, results: 2 },
        { scope: 'vector_store.fetch', namespace, batch_size: 2, results: 1 },
        { scope: 'vector_store.fetch', top_k: 4, results: 4 },
        { scope: 'vector_store.delete', batch_size: 2, results: 2 },
        { scope: 'vector_store.delete', namespace, batch_size: 1, results: 1 },
        { scope: 'vector_store.delete', results: 5 },
        { scope: 'vector_store.delete', namespace },
        { scope: 'vector_store.delete', namespace },
      ],
    },
    {
      it: 'records as failed what the server refuses, whatever its status',
      body: `
        for (const namespace of ['missing', 'odd'])
          await index.query({ vector: [1, 2], topK: 1 }, { namespace }).catch((error) => print(error.name))`,
      records: [
        { ...search, namespace: 'missing', top_k: 1, dimensions: 2, filtered: false, error: 'UpstashError' },
        { ...search, namespace: 'odd', top_k: 1, dimensions: 2, filtered: false, error: 'Error' },
      ],
    },
  ],
})
