import type { Values } from '../../../agent/config/group.ts'
import { choice, number, secret, text } from '../../../agent/config/option.ts'
import { batches, type Given, store } from './adapter.ts'

const settings = {
  url: text('http://localhost:9200', 'The server.'),
  api_key: secret('Its key.'),
  username: text('', 'In place of a key.'),
  password: secret('Of that user.'),
  index: text('', 'One that is there already, which is searched as it is; empty makes one of the documents.'),
  vector: text('vector', 'Its field with the vectors.'),
  index_type: choice(
    'hnsw',
    ['hnsw', 'int8_hnsw', 'int4_hnsw', 'bbq_hnsw', 'flat', 'int8_flat'],
    'Of the index that is made; `flat` searches exhaustively.',
  ),
  m: number(0, 'Of an HNSW index; 0 leaves it to Elasticsearch.', 0, 512, true),
  ef_construction: number(0, 'Of an HNSW index; 0 leaves it to Elasticsearch.', 0, 3200, true),
  segments: number(0, 'Into which the index that is made is merged; 0 leaves it to Elasticsearch.', 0, 1000, true),
  num_candidates: number(0, 'Of a search, in each shard; 0 leaves it to Elasticsearch.', 0, 10_000, true),
} as const
type Mine = Given<Values<typeof settings>>

/** What is used of `@elastic/elasticsearch`. */
interface Client {
  bulk(options: object): Promise<Bulk>
  search(options: object): Promise<{ readonly hits: { readonly hits: readonly Found[] } }>
  close(): Promise<void>
  readonly indices: {
    create(options: object): Promise<unknown>
    delete(options: object): Promise<unknown>
    refresh(options: object): Promise<unknown>
    forcemerge(options: object): Promise<unknown>
    stats(options: object): Promise<{ _all?: { primaries?: { store?: { size_in_bytes?: number } } } }>
  }
}
interface Bulk {
  readonly errors: boolean
  readonly items: readonly { readonly index?: { readonly error?: { readonly reason?: string | null } } }[]
}
interface Found {
  readonly _id: string
  readonly _score: number
}
type Package = { readonly Client: new (options: object) => Client }

const packageName = '@elastic/elasticsearch'
const similarities = { cosine: 'cosine', dot: 'max_inner_product', euclidean: 'l2_norm' } as const
const documentsOfOne = 500
/** Its scores are positive, and more is nearer: back to the similarity, the product, and the square of the distance. */
const scores = {
  cosine: (score: number) => 2 * score - 1,
  dot: (score: number) => (score < 1 ? 1 - 1 / score : score - 1),
  euclidean: (score: number) => 1 / score - 1,
}

export const elasticsearch = store({
  packages: () => [packageName],
  settings,
  isThere: ({ index }) => index !== '',
  async build(given: Mine, documents) {
    const { settings, name: index, metric, dimensions: dims } = given
    const { index_type: type, m, ef_construction, segments } = settings
    const isGraph = type.endsWith('hnsw')
    const index_options = {
      type,
      ...(isGraph && m > 0 && { m }),
      ...(isGraph && ef_construction > 0 && { ef_construction }),
    }
    const client = await openClient(given)
    const vector = { type: 'dense_vector', dims, index: true, similarity: similarities[metric], index_options }
    await client.indices.create({ index, mappings: { properties: { vector } } })
    for (const part of batches(documents, documentsOfOne)) {
      const operations = part.flatMap(({ id, vector }) => [{ index: { _id: id } }, { vector: Array.from(vector) }])
      const { errors, items } = await client.bulk({ index, operations })
      const refused = items.find((item) => item.index?.error)?.index?.error
      if (errors) throw new Error(refused?.reason ?? 'a document was refused')
    }
    if (segments > 0) await client.indices.forcemerge({ index, max_num_segments: segments })
    await client.indices.refresh({ index })
    const bytes = (await client.indices.stats({ index, metric: 'store' }))._all?.primaries?.store?.size_in_bytes
    await client.close()
    return bytes === undefined ? {} : { bytes }
  },
  async open(given: Mine) {
    const { settings, name, metric } = given
    const { num_candidates } = settings
    const client = await openClient(given)
    const [index, field] = settings.index === '' ? [name, 'vector'] : [settings.index, settings.vector]
    const score = scores[metric]
    return {
      async search(vector, k) {
        const more = num_candidates > 0 ? { num_candidates } : {}
        const knn = { field, query_vector: Array.from(vector), k, ...more }
        const { hits } = await client.search({ index, knn, size: k, _source: false })
        return hits.hits.map(({ _id, _score }) => ({ id: _id, score: score(_score) }))
      },
      close: () => client.close(),
    }
  },
  async remove(given: Mine) {
    const client = await openClient(given)
    await client.indices.delete({ index: given.name })
    await client.close()
  },
})

async function openClient({ settings, load }: Mine): Promise<Client> {
  const { Client } = await load<Package>(packageName)
  const { url, api_key, username, password } = settings
  const auth = api_key !== '' ? { apiKey: api_key } : username !== '' ? { username, password } : undefined
  return new Client({ node: url, ...(auth && { auth }) })
}
