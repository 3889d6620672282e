import type { Values } from '../../../agent/config/group.ts'
import { choice, number, secret, text } from '../../../agent/config/option.ts'
import { batches, type Given, store } from './adapter.ts'

const settings = {
  url: text('http://localhost:8080', 'The server.'),
  grpc_host: text('', 'Where it speaks gRPC; empty for that of `url`.'),
  grpc_port: number(50_051, 'The port of that.', 1, 65_535, true),
  api_key: secret('Its key.'),
  collection: text('', 'One that is there already, which is searched as it is; empty makes one of the documents.'),
  id: text('', 'Its property with the ids; empty for its UUIDs.'),
  index: choice('hnsw', ['hnsw', 'flat'], 'Of the collection that is made; `flat` searches exhaustively.'),
  max_connections: number(0, 'Of an HNSW index; 0 leaves it to Weaviate.', 0, 2047, true),
  ef_construction: number(0, 'Of an HNSW index; 0 leaves it to Weaviate.', 0, 100_000, true),
  ef: number(0, 'Candidates of a search in the index that is made; 0 leaves it to Weaviate.', 0, 100_000, true),
} as const
type Mine = Given<Values<typeof settings>>

/** What is used of `weaviate-client`, from version 3.6. */
interface Weaviate {
  connectToCustom(options: object): Promise<Client>
  readonly ApiKey: new (key: string) => object
  readonly configure: {
    readonly vectors: { selfProvided(options: object): object }
    readonly vectorIndex: Readonly<Record<'hnsw' | 'flat', (options: object) => object>>
    readonly dataType: { readonly TEXT: unknown }
  }
}
interface Client {
  readonly collections: {
    create(options: object): Promise<unknown>
    use(name: string): Collection
    delete(name: string): Promise<unknown>
  }
  close(): Promise<unknown>
}
interface Collection {
  readonly data: { insertMany(objects: readonly object[]): Promise<Inserted> }
  readonly query: { nearVector(vector: readonly number[], options: object): Promise<{ readonly objects: Found[] }> }
}
interface Inserted {
  readonly hasErrors: boolean
  readonly errors: Readonly<Record<number, { readonly message: string }>>
}
interface Found {
  readonly uuid: string
  readonly properties: Readonly<Record<string, unknown>>
  readonly metadata?: { readonly distance?: number }
}

const packageName = 'weaviate-client'
const distances = { cosine: 'cosine', dot: 'dot', euclidean: 'l2-squared' } as const
const objectsOfOne = 500
/** They begin with a capital. */
const nameOf = ({ name }: Mine) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`

export const weaviate = store({
  packages: () => [packageName],
  settings,
  isThere: ({ collection }) => collection !== '',
  async build(given: Mine, documents) {
    const { index, max_connections, ef_construction, ef } = given.settings
    const { client, configure } = await openClient(given)
    const vectorIndexConfig = configure.vectorIndex[index]({
      distanceMetric: distances[given.metric],
      ...(index === 'hnsw' && max_connections > 0 && { maxConnections: max_connections }),
      ...(index === 'hnsw' && ef_construction > 0 && { efConstruction: ef_construction }),
      ...(index === 'hnsw' && ef > 0 && { ef }),
    })
    await client.collections.create({
      name: nameOf(given),
      properties: [{ name: 'key', dataType: configure.dataType.TEXT }],
      vectorizers: configure.vectors.selfProvided({ vectorIndexConfig }),
    })
    const { data } = client.collections.use(nameOf(given))
    for (const part of batches(documents, objectsOfOne)) {
      const objects = part.map(({ id, vector }) => ({ properties: { key: id }, vectors: Array.from(vector) }))
      const { hasErrors, errors } = await data.insertMany(objects)
      if (hasErrors) throw new Error(Object.values(errors)[0]?.message ?? 'an object was refused')
    }
    await client.close()
    return {}
  },
  async open(given: Mine) {
    const { settings, metric } = given
    const { client } = await openClient(given)
    const { query } = client.collections.use(settings.collection || nameOf(given))
    const key = settings.collection === '' ? 'key' : settings.id
    const asked = { returnMetadata: ['distance'], returnProperties: key === '' ? [] : [key] }
    const score = { cosine: (far: number) => 1 - far, dot: (far: number) => -far, euclidean: (far: number) => far }[
      metric
    ]
    return {
      async search(vector, limit) {
        const { objects } = await query.nearVector(Array.from(vector), { limit, ...asked })
        return objects.map(({ uuid, properties, metadata }) => ({
          id: String(properties[key] ?? uuid),
          score: score(metadata?.distance ?? Number.NaN),
        }))
      },
      close: async () => void (await client.close()),
    }
  },
  async remove(given: Mine) {
    const { client } = await openClient(given)
    await client.collections.delete(nameOf(given))
    await client.close()
  },
})

async function openClient({ settings, load }: Mine) {
  const package_ = await load<Weaviate & { readonly default?: Weaviate }>(packageName)
  const { connectToCustom, ApiKey, configure } = package_.default ?? package_
  const { grpc_host, grpc_port, api_key } = settings
  const { hostname, port, protocol } = new URL(settings.url)
  const secure = protocol === 'https:'
  const client = await connectToCustom({
    ...{ httpHost: hostname, httpPort: Number(port) || (secure ? 443 : 80), httpSecure: secure },
    ...{ grpcHost: grpc_host || hostname, grpcPort: grpc_port, grpcSecure: secure },
    ...(api_key !== '' && { authCredentials: new ApiKey(api_key) }),
  })
  return { client, configure }
}
