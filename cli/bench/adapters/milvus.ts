import type { Values } from '../../../agent/config/group.ts'
import { choice, number, secret, text } from '../../../agent/config/option.ts'
import { batches, type Given, store } from './adapter.ts'

const settings = {
  address: text('localhost:19530', 'The server.'),
  token: secret('Its key, or `user:password`.'),
  collection: text('', 'One that is there already, which is searched as it is; empty makes one of the documents.'),
  id: text('id', 'Its field with the ids.'),
  vector: text('vector', 'Its field with the vectors.'),
  index: choice(
    'hnsw',
    ['flat', 'hnsw', 'ivf_flat', 'ivf_sq8'],
    'Of the collection that is made; `flat` searches exhaustively.',
  ),
  m: number(16, 'Of an HNSW index.', 2, 2048, true),
  ef_construction: number(200, 'Of an HNSW index.', 1, 100_000, true),
  nlist: number(128, 'Of an IVF index.', 1, 65_536, true),
  ef: number(0, 'Candidates of a search in an HNSW index; 0 leaves it to Milvus.', 0, 100_000, true),
  nprobe: number(0, 'Lists that a search looks at in an IVF index; 0 leaves it to Milvus.', 0, 65_536, true),
} as const
type Mine = Given<Values<typeof settings>>

/** What is used of `@zilliz/milvus2-sdk-node`. */
interface Client {
  createCollection(options: object): Promise<Told>
  insert(options: object): Promise<{ readonly status: Told }>
  flushSync(options: object): Promise<unknown>
  createIndex(options: object): Promise<Told>
  loadCollectionSync(options: object): Promise<Told>
  dropCollection(options: object): Promise<Told>
  search(options: object): Promise<{ readonly status: Told; readonly results: readonly Found[] }>
  closeConnection(): Promise<unknown>
}
/** It fails without throwing. */
interface Told {
  readonly error_code: string | number
  readonly reason?: string
}
interface Found {
  readonly score: number
  readonly [field: string]: unknown
}
type Package = { readonly MilvusClient: new (options: object) => Client }

const packageName = '@zilliz/milvus2-sdk-node'
const metrics = { cosine: 'COSINE', dot: 'IP', euclidean: 'L2' } as const
const rowsOfOne = 1000

export const milvus = store({
  packages: () => [packageName],
  settings,
  isThere: ({ collection }) => collection !== '',
  async build(given: Mine, documents) {
    const { settings, name, metric, dimensions } = given
    const { index, m, ef_construction, nlist } = settings
    const client = await openClient(given)
    const own = { collection_name: name }
    const fields = [
      { name: 'id', data_type: 'VarChar', is_primary_key: true, max_length: 1024 },
      { name: 'vector', data_type: 'FloatVector', dim: dimensions },
    ]
    check(await client.createCollection({ ...own, fields }))
    for (const part of batches(documents, rowsOfOne)) {
      const data = part.map(({ id, vector }) => ({ id, vector: Array.from(vector) }))
      check((await client.insert({ ...own, data })).status)
    }
    await client.flushSync({ collection_names: [name] })
    const params = {
      flat: {},
      hnsw: { M: m, efConstruction: ef_construction },
      ivf_flat: { nlist },
      ivf_sq8: { nlist },
    }
    const kind = { index_type: index.toUpperCase(), metric_type: metrics[metric], params: params[index] }
    check(await client.createIndex({ ...own, field_name: 'vector', ...kind }))
    check(await client.loadCollectionSync(own))
    await client.closeConnection()
    return {}
  },
  async open(given: Mine) {
    const { settings, name, metric } = given
    const { collection, ef, nprobe } = settings
    const client = await openClient(given)
    const { id: key, vector: field } = collection === '' ? { id: 'id', vector: 'vector' } : settings
    const asked = {
      ...{ collection_name: collection || name, anns_field: field, metric_type: metrics[metric] },
      // Else it gives all, the vectors too.
      output_fields: [key],
      params: { ...(ef > 0 && { ef }), ...(nprobe > 0 && { nprobe }) },
    }
    return {
      async search(vector, limit) {
        const { status, results } = await client.search({ ...asked, data: Array.from(vector), limit })
        check(status)
        return results.map((row) => ({ id: String(row[key]), score: row.score }))
      },
      close: async () => void (await client.closeConnection()),
    }
  },
  async remove(given: Mine) {
    const client = await openClient(given)
    check(await client.dropCollection({ collection_name: given.name }))
    await client.closeConnection()
  },
})

async function openClient({ settings, load }: Mine): Promise<Client> {
  const { MilvusClient } = await load<Package>(packageName)
  const { address, token } = settings
  return new MilvusClient({ address, ...(token !== '' && { token }) })
}

function check({ error_code, reason }: Told): void {
  if (error_code !== 'Success' && error_code !== 0) throw new Error(`${error_code}: ${reason ?? ''}`)
}
