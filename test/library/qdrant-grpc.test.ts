import { library } from '../support/library.ts'
import { qdrantGrpcServer } from '../support/qdrant-grpc-server.ts'

const collection = 'docs'
const search = (more: object) => ({ scope: 'vector_store.search', collection, server_ms: 'ms', ...more })
const simple = (top_k: number, more = {}) => search({ top_k, filtered: false, results: top_k, ...more })
const settled = (call: string) => `(await (async (made) => [made, await made])(${call}))[0]`

library({
  name: 'qdrant-grpc',
  module: '@qdrant/js-client-grpc',
  packages: ['current', 'previous'],
  server: qdrantGrpcServer,
  imports: [['{ QdrantClient }', '@qdrant/js-client-grpc']],
  uncounted: 'its methods are those of objects that a call gives, which the second engine of the test does not reach',
  setUp: ({ url }) => `
    const client = new QdrantClient({ url: '${url}', checkCompatibility: false })
    const points = client.api('points')
    const docs = { collectionName: 'docs' }
    const id = (num) => ({ pointIdOptions: { case: 'num', value: BigInt(num) } })
    const count = (reply) => reply.result.length`,
  shapes: [
    'QdrantClient',
    'QdrantClient.prototype',
    'client',
    'points',
    "client.api('points') === points",
    "client.api('collections')",
    settled('points.query({ ...docs, limit: 1n })'),
  ],
  fails: `points.query({ collectionName: 'missing', limit: 1n })`,
  many: 'points.query({ ...docs, limit: BigInt(1 + (i % 3)) })',
  calls: [
    {
      it: 'records an upsert',
      body: `
        const one = { id: id(1), payload: { text: { kind: { case: 'stringValue', value: 'private' } } } }
        print((await points.upsert({ ...docs, wait: true, points: [one, one] })).result.status)`,
      records: [{ scope: 'vector_store.upsert', collection, batch_size: 2, server_ms: 'ms' }],
    },
    {
      it: 'records searches with what they found and what the index looks at',
      body: `
        const params = { hnswEf: 64n }
        const must = [{ conditionOneOf: { case: 'field', value: { key: 'text', match: { matchValue: { case: 'keyword', value: 'private' } } } } }]
        const [hit] = (await points.query({ ...docs, limit: 3n, params })).result
        print([hit.score, hit.payload.text.kind.value])
        print(count(await points.search({ ...docs, vector: [1, 2], limit: 2n, filter: { must } })))
        print(count(await points.recommend({ ...docs, positive: [id(1)], limit: 2n })))
        print(count(await points.discover({ ...docs, limit: 1n })))`,
      records: [simple(3, { candidates: 64 }), simple(2, { filtered: true }), simple(2), simple(1)],
    },
    {
      it: 'records a batch of queries as one search',
      body: `
        const two = [{ ...docs, limit: 2n }, { ...docs, limit: 2n }]
        print(count(await points.queryBatch({ ...docs, queryPoints: two })))
        print(count(await points.searchBatch({ ...docs, searchPoints: two })))
        print(count(await points.recommendBatch({ ...docs, recommendPoints: two })))
        print(count(await points.discoverBatch({ ...docs, discoverPoints: two })))`,
      records: Array.from({ length: 4 }, () => search({ batch_size: 2, results: 4 })),
    },
    {
      it: 'records a query in groups',
      body: `
        print((await points.queryGroups({ ...docs, groupBy: 'text', limit: 2n })).result.groups.length)
        print((await points.searchGroups({ ...docs, groupBy: 'text', limit: 2 })).result.groups.length)
        print((await points.recommendGroups({ ...docs, groupBy: 'text', limit: 2 })).result.groups.length)`,
      records: [simple(2), simple(2), simple(2)],
    },
    {
      it: 'records what reads points by id or in order, and what deletes them',
      body: `
        print(count(await points.get({ ...docs, ids: [id(1), id(2)] })))
        print(count(await points.scroll({ ...docs, limit: 4 })))
        const chosen = { pointsSelectorOneOf: { case: 'points', value: { ids: [id(1)] } } }
        print((await points.delete({ ...docs, points: chosen })).result.status)`,
      records: [
        { scope: 'vector_store.fetch', collection, batch_size: 2, results: 2, server_ms: 'ms' },
        { scope: 'vector_store.fetch', collection, top_k: 4, results: 4, server_ms: 'ms' },
        { scope: 'vector_store.delete', collection, batch_size: 1, server_ms: 'ms' },
      ],
    },
    {
      it: "records neither the collections' own calls nor methods that it is not for",
      body: `
        print((await client.api('collections').get(docs)).result.status)
        print((await client.api('collections').delete(docs)).result)`,
      records: [],
    },
  ],
})
