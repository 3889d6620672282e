import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Values } from '../../../agent/config/group.ts'
import { choice, number, text } from '../../../agent/config/option.ts'
import { batches, type Given, store } from './adapter.ts'

const settings = {
  uri: text('', 'The database, a folder or a URI, of a `table` that is there.'),
  table: text('', 'A table that is there already, which is searched as it is; empty makes one of the documents.'),
  id: text('id', 'The column with the ids of a table that is there.'),
  vector: text('vector', 'Its column with the vectors.'),
  index: choice(
    'none',
    ['none', 'ivf_flat', 'ivf_pq', 'hnsw_sq', 'hnsw_pq'],
    'Of the table that is made; `none` searches exhaustively.',
  ),
  num_partitions: number(0, 'Of the index; 0 leaves it to LanceDB.', 0, 1_000_000, true),
  m: number(0, 'Of an HNSW index; 0 leaves it to LanceDB.', 0, 1000, true),
  ef_construction: number(0, 'Of an HNSW index; 0 leaves it to LanceDB.', 0, 100_000, true),
  nprobes: number(0, 'Partitions that a search looks at; 0 leaves it to LanceDB.', 0, 1_000_000, true),
  ef: number(0, 'Candidates of a search in an HNSW index; 0 leaves it to LanceDB.', 0, 1_000_000, true),
  refine_factor: number(0, 'A search reads so many times `k` whole vectors to rank them again; 0 none.', 0, 1000, true),
} as const
type Mine = Given<Values<typeof settings>>

/** What is used of `@lancedb/lancedb`. */
interface Lance {
  connect(uri: string): Promise<Connection>
  readonly Index: Readonly<Record<'ivfFlat' | 'ivfPq' | 'hnswSq' | 'hnswPq', (options: object) => unknown>>
}
interface Connection {
  createTable(name: string, rows: readonly object[], options: { mode: 'overwrite' }): Promise<Table>
  openTable(name: string): Promise<Table>
  close(): void
}
interface Table {
  add(rows: readonly object[]): Promise<unknown>
  createIndex(column: string, options: { config: unknown }): Promise<void>
  search(vector: Float32Array): Search
}
interface Search {
  column(name: string): Search
  distanceType(type: string): Search
  nprobes(count: number): Search
  ef(count: number): Search
  refineFactor(factor: number): Search
  select(columns: readonly string[]): Search
  limit(k: number): Search
  toArray(): Promise<readonly Readonly<Record<string, unknown>>[]>
}

const packageName = '@lancedb/lancedb'
const distances = { cosine: 'cosine', dot: 'dot', euclidean: 'l2' } as const
const makers = { ivf_flat: 'ivfFlat', ivf_pq: 'ivfPq', hnsw_sq: 'hnswSq', hnsw_pq: 'hnswPq' } as const
/** Rows of one `add`: each makes a fragment, which searches pay for. */
const mostRows = 50_000

export const lancedb = store({
  packages: () => [packageName],
  settings,
  isThere: ({ table }) => table !== '',
  async build(given: Mine, documents) {
    const { settings, name, folder, metric } = given
    const lance = await given.load<Lance>(packageName)
    const connection = await lance.connect(folder)
    let table: Table | undefined
    for (const part of batches(documents, mostRows)) {
      const rows = part.map(({ id, vector }) => ({ id, vector: Array.from(vector) }))
      if (table === undefined) table = await connection.createTable(name, rows, { mode: 'overwrite' })
      else await table.add(rows)
    }
    if (settings.index !== 'none') {
      const { num_partitions, m, ef_construction } = settings
      const config = lance.Index[makers[settings.index]]({
        distanceType: distances[metric],
        ...(num_partitions > 0 && { numPartitions: num_partitions }),
        ...(m > 0 && { m }),
        ...(ef_construction > 0 && { efConstruction: ef_construction }),
      })
      await table?.createIndex('vector', { config })
    }
    connection.close()
    return { bytes: bytesIn(folder) }
  },
  async open(given: Mine) {
    const { settings, metric } = given
    const { nprobes, ef, refine_factor } = settings
    const lance = await given.load<Lance>(packageName)
    const isThere = settings.table !== ''
    const [id, column] = isThere ? [settings.id, settings.vector] : ['id', 'vector']
    const connection = await lance.connect(isThere ? settings.uri : given.folder)
    const table = await connection.openTable(isThere ? settings.table : given.name)
    const score = (distance: number) => (metric === 'euclidean' ? distance : 1 - distance)
    return {
      async search(vector, k) {
        let search = table.search(vector).column(column).distanceType(distances[metric]).limit(k)
        if (nprobes > 0) search = search.nprobes(nprobes)
        if (ef > 0) search = search.ef(ef)
        if (refine_factor > 0) search = search.refineFactor(refine_factor)
        const rows = await search.select([id, '_distance']).toArray()
        return rows.map((row) => ({ id: String(row[id]), score: score(Number(row._distance)) }))
      },
      close: async () => connection.close(),
    }
  },
})

function bytesIn(folder: string): number {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names.map((name) => statSync(join(folder, name))).reduce((sum, one) => sum + (one.isFile() ? one.size : 0), 0)
}
