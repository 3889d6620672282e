import { setTimeout } from 'node:timers/promises'
import type { Values } from '../../../agent/config/group.ts'
import { boolean, choice, number, secret, text } from '../../../agent/config/option.ts'
import { batches, type Given, store } from './adapter.ts'

const settings = {
  url: text('http://localhost:6333', 'The server.'),
  api_key: secret('Its key.'),
  collection: text('', 'One that is there already, which is searched as it is; empty makes one of the documents.'),
  id: text('', 'A field of its payload with the ids; empty for those of its points.'),
  vector: text('', 'The name of its vector, where it has one.'),
  m: number(0, 'Of the HNSW index; 0 leaves it to Qdrant.', 0, 1000, true),
  ef_construct: number(0, 'Of the HNSW index; 0 leaves it to Qdrant.', 0, 100_000, true),
  indexing_threshold: number(0, 'Smaller segments have no index, kilobytes; 0 leaves it to Qdrant.', 0, 1e9, true),
  quantization: choice('none', ['none', 'scalar', 'binary'], 'Of the collection that is made.'),
  ef: number(0, 'Candidates of a search; 0 leaves it to Qdrant.', 0, 1_000_000, true),
  exact: boolean(false, 'Whether a search is exhaustive.'),
} as const
type Mine = Given<Values<typeof settings>>

/** What is used of `@qdrant/js-client-rest`. */
interface Client {
  createCollection(name: string, options: object): Promise<unknown>
  getCollection(name: string): Promise<{ readonly status: string }>
  deleteCollection(name: string): Promise<unknown>
  upsert(name: string, options: object): Promise<unknown>
  query(name: string, options: object): Promise<{ readonly points: readonly Point[] }>
}
interface Point {
  readonly id: string | number
  readonly score: number
  readonly payload?: Readonly<Record<string, unknown>> | null
}
type Package = { readonly QdrantClient: new (options: object) => Client }

const packageName = '@qdrant/js-client-rest'
const distances = { cosine: 'Cosine', dot: 'Dot', euclidean: 'Euclid' } as const
const quantizations = {
  none: {},
  scalar: { quantization_config: { scalar: { type: 'int8' } } },
  binary: { quantization_config: { binary: {} } },
}
const pointsOfOne = 500

export const qdrant = store({
  packages: () => [packageName],
  settings,
  isThere: ({ collection }) => collection !== '',
  async build(given: Mine, documents) {
    const { settings, name, metric, dimensions } = given
    const { m, ef_construct, indexing_threshold, quantization } = settings
    const client = await openClient(given)
    await client.createCollection(name, {
      vectors: { size: dimensions, distance: distances[metric] },
      hnsw_config: { ...(m > 0 && { m }), ...(ef_construct > 0 && { ef_construct }) },
      ...(indexing_threshold > 0 && { optimizers_config: { indexing_threshold } }),
      ...quantizations[quantization],
    })
    let count = 0
    for (const part of batches(documents, pointsOfOne)) {
      // Its own ids are numbers or UUIDs.
      const points = part.map(({ id, vector }) => ({ id: count++, vector: Array.from(vector), payload: { id } }))
      await client.upsert(name, { wait: true, points })
    }
    // Its optimizer goes on, or waits to begin.
    while (/yellow|grey/.test((await client.getCollection(name)).status)) await setTimeout(200)
    return {}
  },
  async open(given: Mine) {
    const { settings, name } = given
    const { collection, vector: using, ef, exact } = settings
    const client = await openClient(given)
    const key = collection === '' ? 'id' : settings.id
    const asked = {
      with_payload: key === '' ? false : [key],
      ...(using !== '' && { using }),
      ...((ef > 0 || exact) && { params: { exact, ...(ef > 0 && { hnsw_ef: ef }) } }),
    }
    return {
      async search(vector, limit) {
        const { points } = await client.query(collection || name, { query: Array.from(vector), limit, ...asked })
        return points.map(({ id, score, payload }) => ({ id: String(payload?.[key] ?? id), score }))
      },
      close: async () => {},
    }
  },
  remove: async (given: Mine) => void (await (await openClient(given)).deleteCollection(given.name)),
})

async function openClient({ settings, load }: Mine): Promise<Client> {
  const { QdrantClient } = await load<Package>(packageName)
  const { url, api_key } = settings
  return new QdrantClient({ url, checkCompatibility: false, ...(api_key !== '' && { apiKey: api_key }) })
}
