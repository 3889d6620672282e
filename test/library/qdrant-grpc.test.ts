import { library } from '../support/library.ts'
import { eachManaged, managed } from '../support/managed.ts'
import { qdrantGrpcServer } from '../support/qdrant-grpc-server.ts'

const collection = 'docs'
const search = (more: object) => ({ scope: 'vector_store.search', collection, server_ms: 'ms', ...more })
const found = (top_k: number, more = {}) => search({ top_k, filtered: false, results: top_k, ...more })
/** The stand-in's scores: 1, a half, a third, as the protocol's short numbers have them. */
const simple = (top_k: number, more = {}) => found(top_k, { top_score: 1, last_score: Math.fround(1 / top_k), ...more })
const server_ms = 'ms'
const fetched = (more: object) => ({ scope: 'vector_store.fetch', collection, server_ms, ...more })
const written = (batch_size: number, dimensions?: number) => ({
  scope: 'vector_store.upsert',
  collection,
  server_ms,
  batch_size,
  ...(dimensions && { dimensions }),
})
const removed = (batch_size?: number) => ({
  scope: 'vector_store.delete',
  collection,
  server_ms,
  ...(batch_size && { batch_size }),
})
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
      it: 'records what makes, opens, lists and changes what holds the data',
      body: `
        const collections = client.api('collections')
        print(await collections.create({ collectionName: 'docs' }).then(Boolean))
        print(await collections.collectionExists({ collectionName: 'docs' }).then(Boolean))
        print(await collections.list({}).then(Boolean))
        print(await collections.get({ collectionName: 'docs' }).then(Boolean))
        print(await points.createFieldIndex({ collectionName: 'docs', fieldName: 'private' }).then(Boolean))
        print(await collections.delete({ collectionName: 'docs' }).then(Boolean))`,
      records: [
        ...eachManaged('create_collection collection_exists', { collection, server_ms: 'ms' }),
        managed('list_collections', { server_ms: 'ms' }),
        ...eachManaged('get_collection create_field_index delete_collection', { collection, server_ms: 'ms' }),
      ],
    },
    {
      it: 'records an upsert with the numbers in its vectors, in each form',
      body: `
        const dense = (data) => ({ vector: { case: 'dense', value: { data } } })
        const one = (case_, value) => ({
          id: id(1),
          vectors: { vectorsOptions: { case: case_, value } },
          payload: { text: { kind: { case: 'stringValue', value: 'private' } } },
        })
        const single = one('vector', dense([1, 2, 3]))
        const sparse = { vector: { case: 'sparse', value: { indices: [1], values: [1] } } }
        const many = { vector: { case: 'multiDense', value: { vectors: [{ data: [1, 2] }] } } }
        print((await points.upsert({ ...docs, wait: true, points: [single, single] })).result.status)
        print((await points.upsert({ ...docs, points: [one('vector', { data: [1, 2] })] })).result.status)
        print((await points.upsert({ ...docs, points: [one('vectors', { vectors: { sparse, image: many } })] })).result.status)
        print((await points.updateVectors({ ...docs, points: [single] })).result.status)`,
      records: [written(2, 3), written(1, 2), written(1, 2), written(1, 3)],
    },
    {
      it: 'records searches with what they found and what the index looks at',
      body: `
        const params = { hnswEf: 64n }
        const must = [{ conditionOneOf: { case: 'field', value: { key: 'text', match: { matchValue: { case: 'keyword', value: 'private' } } } } }]
        const near = (case_, value) => ({ variant: { case: 'nearest', value: { variant: { case: case_, value } } } })
        const [hit] = (await points.query({ ...docs, query: near('dense', { data: [1, 2] }), limit: 3n, params })).result
        print([hit.score, hit.payload.text.kind.value])
        print(count(await points.search({ ...docs, vector: [1, 2], limit: 2n, filter: { must } })))
        print(count(await points.recommend({ ...docs, positive: [id(1)], limit: 2n })))
        print(count(await points.discover({ ...docs, limit: 1n })))
        print(count(await points.query({ ...docs, query: near('id', id(1)), limit: 1n })))
        print(count(await points.query({ ...docs, query: { variant: { case: 'rrf', value: { weights: [1, 2] } } }, prefetch: [{}], limit: 1n })))
        print(count(await points.query({ ...docs, query: near('document', { text: 'private text', model: 'minilm' }), limit: 1n })))`,
      records: [
        simple(3, { candidates: 64, dimensions: 2 }),
        simple(2, { filtered: true, dimensions: 2 }),
        simple(2),
        simple(1),
        simple(1),
        simple(1),
        simple(1, { model: 'minilm', query_len: 12, input_tokens: 2 }),
      ],
    },
    {
      it: 'records a query that ranks nothing as one that reads',
      body: `
        print(count(await points.query({ ...docs, limit: 2n })))
        print(count(await points.query({ ...docs, query: { variant: { case: 'orderBy', value: { key: 'date' } } }, limit: 2n })))`,
      records: [fetched({ top_k: 2, filtered: false, results: 2 }), fetched({ top_k: 2, filtered: false, results: 2 })],
    },
    {
      it: 'records a batch of queries as one search',
      body: `
        const two = [{ ...docs, limit: 2n, filter: { must: [] } }, { ...docs, limit: 3n }]
        print(count(await points.queryBatch({ ...docs, queryPoints: two })))
        print(count(await points.searchBatch({ ...docs, searchPoints: two })))
        print(count(await points.recommendBatch({ ...docs, recommendPoints: two })))
        print(count(await points.discoverBatch({ ...docs, discoverPoints: two })))`,
      records: Array.from({ length: 4 }, () => search({ batch_size: 2, filtered: true, results: 5 })),
    },
    {
      it: 'records a query in groups',
      body: `
        print((await points.queryGroups({ ...docs, query: { variant: { case: 'nearest', value: {} } }, groupBy: 'text', limit: 2n })).result.groups.length)
        print((await points.searchGroups({ ...docs, groupBy: 'text', limit: 2 })).result.groups.length)
        print((await points.recommendGroups({ ...docs, groupBy: 'text', limit: 2 })).result.groups.length)`,
      records: [simple(2), simple(2), simple(2)],
    },
    {
      it: 'records distances between points of a sample',
      body: `
        print((await points.searchMatrixPairs({ ...docs, sample: 20n, limit: 3n })).result.pairs.length)
        print((await points.searchMatrixOffsets({ ...docs, sample: 20n, limit: 3n })).result.ids.length)`,
      records: [found(3, { candidates: 20 }), found(3, { candidates: 20 })],
    },
    {
      it: 'records what reads points by id or in order, and what counts them',
      body: `
        print(count(await points.get({ ...docs, ids: [id(1), id(2)] })))
        print(count(await points.scroll({ ...docs, limit: 4 })))
        print(Number((await points.count(docs)).result.count))
        print((await points.facet({ ...docs, key: 'text', limit: 2n, filter: {} })).hits.length)`,
      records: [
        fetched({ batch_size: 2, results: 2 }),
        fetched({ top_k: 4, filtered: false, results: 4 }),
        fetched({ filtered: false }),
        fetched({ top_k: 2, filtered: true, results: 2 }),
      ],
    },
    {
      it: 'records what deletes points, and what writes and deletes their payloads',
      body: `
        const chosen = (...ids) => ({ pointsSelectorOneOf: { case: 'points', value: { ids: ids.map(id) } } })
        const found = { pointsSelectorOneOf: { case: 'filter', value: { must: [] } } }
        const payload = { text: { kind: { case: 'stringValue', value: 'private' } } }
        print((await points.delete({ ...docs, points: chosen(1) })).result.status)
        print((await points.delete({ ...docs, points: found })).result.status)
        print((await points.deleteVectors({ ...docs, pointsSelector: chosen(1, 2), vectors: { names: ['a'] } })).result.status)
        print((await points.setPayload({ ...docs, payload, pointsSelector: chosen(1, 2, 3) })).result.status)
        print((await points.overwritePayload({ ...docs, payload, pointsSelector: chosen(1) })).result.status)
        print((await points.deletePayload({ ...docs, keys: ['text'], pointsSelector: chosen(1, 2) })).result.status)
        print((await points.clearPayload({ ...docs, points: chosen(1, 2) })).result.status)`,
      records: [removed(1), removed(), removed(2), written(3), written(1), removed(2), removed(2)],
    },
    {
      it: 'records a batch of updates with the points of all, as what deletes only where nothing is written',
      body: `
        const chosen = (...ids) => ({ pointsSelectorOneOf: { case: 'points', value: { ids: ids.map(id) } } })
        const of = (case_, value) => ({ operation: { case: case_, value } })
        const update = async (...operations) => print((await points.updateBatch({ ...docs, operations })).result.length)
        await update(of('upsert', { points: [{ id: id(1) }, { id: id(2) }] }), of('deletePoints', { points: chosen(3) }))
        await update(of('setPayload', { payload: {}, pointsSelector: chosen(1, 2) }))
        await update(of('deletePoints', { points: chosen(1) }), of('deleteVectors', { pointsSelector: chosen(2, 3) }))
        await update(of('clearPayloadDeprecated', chosen(1)))`,
      records: [written(3), written(2), removed(3), removed(1)],
    },
    {
      it: 'records the number of an error',
      body: `await points.scroll({ collectionName: 'missing' }).catch(({ code }) => print(code))`,
      records: [
        { scope: 'vector_store.fetch', collection: 'missing', filtered: false, error: 'ConnectError', status: 5 },
      ],
    },
  ],
})
