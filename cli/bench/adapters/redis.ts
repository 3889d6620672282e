import type { Values } from '../../../agent/config/group.ts'
import { choice, number, secret, text } from '../../../agent/config/option.ts'
import { batches, type Given, store } from './adapter.ts'

const settings = {
  url: secret('The server, as `redis://…`, with its search module; empty for `redis://localhost:6379`.'),
  index: text(
    '',
    'One over hashes that is there already, which is searched as it is; empty makes one of the documents.',
  ),
  prefix: text('', 'What its keys have in front of the ids.'),
  vector: text('vector', 'Its field with the vectors, as FLOAT32.'),
  algorithm: choice('hnsw', ['hnsw', 'flat'], 'Of the index that is made; `flat` searches exhaustively.'),
  m: number(0, 'Of an HNSW index; 0 leaves it to Redis.', 0, 512, true),
  ef_construction: number(0, 'Of an HNSW index; 0 leaves it to Redis.', 0, 4096, true),
  ef_runtime: number(0, 'Candidates of a search in an HNSW index; 0 leaves it to Redis.', 0, 4096, true),
} as const
type Mine = Given<Values<typeof settings>>

/** What is used of `redis`. */
interface Client {
  connect(): Promise<unknown>
  on(event: 'error', listener: () => void): unknown
  hSet(key: string, fields: Readonly<Record<string, Buffer>>): Promise<unknown>
  sendCommand(words: readonly string[]): Promise<unknown>
  quit(): Promise<unknown>
  readonly ft: {
    create(index: string, schema: object, options: object): Promise<unknown>
    search(index: string, query: string, options: object): Promise<{ readonly documents: readonly Hash[] }>
    dropIndex(index: string, options: object): Promise<unknown>
  }
}
interface Hash {
  readonly id: string
  readonly value: Readonly<Record<string, unknown>>
}
type Package = { createClient(options: object): Client }

const metrics = { cosine: 'COSINE', dot: 'IP', euclidean: 'L2' } as const
/** Sent at a time. */
const hashesOfOne = 500

export const redis = store({
  packages: () => ['redis'],
  settings,
  isThere: ({ index }) => index !== '',
  build: (given: Mine, documents) =>
    withClient(given, async (client) => {
      const { settings, name, metric, dimensions } = given
      const { algorithm, m, ef_construction } = settings
      const vector = {
        ...{ type: 'VECTOR', TYPE: 'FLOAT32', DIM: dimensions, DISTANCE_METRIC: metrics[metric] },
        ALGORITHM: algorithm.toUpperCase(),
        ...(algorithm === 'hnsw' && m > 0 && { M: m }),
        ...(algorithm === 'hnsw' && ef_construction > 0 && { EF_CONSTRUCTION: ef_construction }),
      }
      await client.ft.create(name, { vector }, { ON: 'HASH', PREFIX: `${name}:` })
      for (const part of batches(documents, hashesOfOne))
        await Promise.all(part.map(({ id, vector }) => client.hSet(`${name}:${id}`, { vector: bytesOf(vector) })))
      const megabytes = Number(valueIn(await client.sendCommand(['FT.INFO', name]), 'vector_index_sz_mb'))
      return megabytes > 0 ? { bytes: Math.round(megabytes * 1024 * 1024) } : {}
    }),
  async open(given: Mine) {
    const { settings, name, metric } = given
    const { ef_runtime, index } = settings
    const client = await openClient(given)
    const [prefix, field] = index === '' ? [`${name}:`, 'vector'] : [settings.prefix, settings.vector]
    const more = ef_runtime > 0 ? ` EF_RUNTIME ${ef_runtime}` : ''
    // That of `euclidean` is the square, that of `dot` one less the product.
    const score = (distance: number) => (metric === 'euclidean' ? distance : 1 - distance)
    return {
      async search(vector, k) {
        const { documents } = await client.ft.search(
          index || name,
          `*=>[KNN ${k} @${field} $near${more} AS distance]`,
          {
            ...{ PARAMS: { near: bytesOf(vector) }, SORTBY: 'distance', RETURN: ['distance'], DIALECT: 2 },
            LIMIT: { from: 0, size: k },
          },
        )
        return documents.map(({ id, value }) => ({
          id: id.startsWith(prefix) ? id.slice(prefix.length) : id,
          score: score(Number(value.distance)),
        }))
      },
      close: async () => void (await client.quit()),
    }
  },
  remove: (given: Mine) =>
    withClient(given, async (client) => void (await client.ft.dropIndex(given.name, { DD: true }))),
})

async function openClient({ settings, load }: Mine): Promise<Client> {
  const { createClient } = await load<Package>('redis')
  // Else it would try for ever.
  const socket = { reconnectStrategy: false }
  const client = createClient({ socket, ...(settings.url !== '' && { url: settings.url }) })
  // The calls that fail by it tell it.
  client.on('error', () => {})
  await client.connect()
  return client
}

async function withClient<T>(given: Mine, use: (client: Client) => Promise<T>): Promise<T> {
  const client = await openClient(given)
  try {
    return await use(client)
  } finally {
    await client.quit()
  }
}

/** Names and values in turn, or a map, by the protocol. */
const valueIn = (told: unknown, name: string): unknown =>
  Array.isArray(told) ? told[told.indexOf(name) + 1] : (told as Readonly<Record<string, unknown>>)[name]
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => Buffer.from(buffer, byteOffset, byteLength)
