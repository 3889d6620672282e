import type { Values } from '../../../agent/config/group.ts'
import { number, secret, text } from '../../../agent/config/option.ts'
import { batches, type Given, store } from './adapter.ts'

const settings = {
  url: text('http://localhost:8000', 'The server.'),
  api_key: secret('Its key, for the header `x-chroma-token`.'),
  tenant: text('', 'Of the server; empty for its default.'),
  database: text('', 'Of the tenant; empty for its default.'),
  collection: text('', 'One that is there already, which is searched as it is; empty makes one of the documents.'),
  max_neighbors: number(0, 'Of the HNSW index; 0 leaves it to Chroma.', 0, 1000, true),
  ef_construction: number(0, 'Of the HNSW index; 0 leaves it to Chroma.', 0, 100_000, true),
  ef_search: number(0, 'Candidates of a search in the index that is made; 0 leaves it to Chroma.', 0, 100_000, true),
} as const
type Mine = Given<Values<typeof settings>>

/** What is used of `chromadb`, from version 3. */
interface Client {
  createCollection(options: object): Promise<Collection>
  getCollection(options: object): Promise<Collection>
  deleteCollection(options: { readonly name: string }): Promise<void>
}
interface Collection {
  add(records: object): Promise<unknown>
  query(options: object): Promise<{ readonly ids: string[][]; readonly distances: (number | null)[][] }>
}
type Package = { readonly ChromaClient: new (options: object) => Client }

const spaces = { cosine: 'cosine', dot: 'ip', euclidean: 'l2' } as const
const recordsOfOne = 1000
/** Without one the client looks for that of the collection, and warns. */
const embeddingFunction = { generate: () => Promise.reject(new Error('a benchmark brings its vectors')) }

export const chromadb = store({
  packages: () => ['chromadb'],
  settings,
  isThere: ({ collection }) => collection !== '',
  async build(given: Mine, documents) {
    const { max_neighbors, ef_construction, ef_search } = given.settings
    const set = Object.entries({ max_neighbors, ef_construction, ef_search }).filter(([, value]) => value > 0)
    const collection = await (await openClient(given)).createCollection({
      name: given.name,
      embeddingFunction: null,
      configuration: { hnsw: { space: spaces[given.metric], ...Object.fromEntries(set) } },
    })
    for (const part of batches(documents, recordsOfOne)) {
      const embeddings = part.map(({ vector }) => Array.from(vector))
      await collection.add({ ids: part.map(({ id }) => id), embeddings })
    }
    return {}
  },
  async open(given: Mine) {
    const { settings, name, metric } = given
    const client = await openClient(given)
    const collection = await client.getCollection({ name: settings.collection || name, embeddingFunction })
    // That of `euclidean` is the square, that of `dot` one less the product.
    const score = (distance: number) => (metric === 'euclidean' ? distance : 1 - distance)
    return {
      async search(vector, nResults) {
        const asked = { queryEmbeddings: [Array.from(vector)], nResults, include: ['distances'] }
        const { ids, distances } = await collection.query(asked)
        return (ids[0] ?? []).map((id, i) => ({ id, score: score(distances[0]?.[i] ?? Number.NaN) }))
      },
      close: async () => {},
    }
  },
  remove: async (given: Mine) => (await openClient(given)).deleteCollection({ name: given.name }),
})

async function openClient({ settings, load }: Mine): Promise<Client> {
  const { ChromaClient } = await load<Package>('chromadb')
  const { api_key, tenant, database } = settings
  const { hostname: host, port, protocol } = new URL(settings.url)
  const ssl = protocol === 'https:'
  return new ChromaClient({
    ...{ host, ssl, port: Number(port) || (ssl ? 443 : 80) },
    ...(tenant !== '' && { tenant }),
    ...(database !== '' && { database }),
    ...(api_key !== '' && { headers: { 'x-chroma-token': api_key } }),
  })
}
