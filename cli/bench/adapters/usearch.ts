import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Values } from '../../../agent/config/group.ts'
import { choice, number, text } from '../../../agent/config/option.ts'
import { type Given, store } from './adapter.ts'

const settings = {
  path: text('', 'An index that is there already, which is searched as it is; its keys are the ids. Empty makes one.'),
  index: choice('hnsw', ['hnsw', 'none'], 'Of what is made; `none` searches exhaustively.'),
  quantization: choice('f32', ['f64', 'f32', 'bf16', 'f16', 'i8'], 'How vectors are stored in an index.'),
  connectivity: number(0, 'Neighbours of each vector in the index; 0 leaves it to USearch.', 0, 1000, true),
  expansion_add: number(0, 'Candidates as the index is made; 0 leaves it to USearch.', 0, 100_000, true),
  expansion_search: number(0, 'Candidates of a search; 0 leaves it to USearch.', 0, 1_000_000, true),
  threads: number(0, 'Of a search; 0 leaves it to USearch.', 0, 1000, true),
} as const
type Mine = Given<Values<typeof settings>>

/** What is used of `usearch`. */
interface Found {
  readonly keys: BigUint64Array
  readonly distances: Float32Array
}
interface Index {
  add(keys: BigUint64Array, vectors: Float32Array): void
  search(vector: Float32Array, k: number, threads: number): Found
  save(path: string): void
  load(path: string): void
}
interface Package {
  readonly Index: new (options: object) => Index
  exactSearch(
    all: Float32Array,
    vector: Float32Array,
    dimensions: number,
    k: number,
    metric: string,
    threads: number,
  ): Found
}

const metrics = { cosine: 'cos', dot: 'ip', euclidean: 'l2sq' } as const
const rowsOfOne = 10_000

export const usearch = store({
  packages: () => ['usearch'],
  settings,
  isThere: ({ path }) => path !== '',
  async build(given: Mine, documents) {
    const { folder, dimensions, settings } = given
    const file = join(folder, 'vectors')
    writeFileSync(join(folder, 'ids.json'), JSON.stringify(documents.map(({ id }) => id)))
    const index = settings.index === 'hnsw' ? await makeIndex(given) : undefined
    const all = new Float32Array(index ? 0 : documents.length * dimensions)
    for (let from = 0; from < documents.length; from += rowsOfOne) {
      const part = documents.slice(from, from + rowsOfOne)
      const vectors = index ? new Float32Array(part.length * dimensions) : all.subarray(from * dimensions)
      for (const [i, { vector }] of part.entries()) vectors.set(vector, i * dimensions)
      index?.add(
        BigUint64Array.from(part, (_, i) => BigInt(from + i)),
        vectors,
      )
    }
    if (index) index.save(file)
    else writeFileSync(file, new Uint8Array(all.buffer))
    return { bytes: statSync(file).size }
  },
  async open(given: Mine) {
    const { settings, folder, metric } = given
    const isThere = settings.path !== ''
    const file = isThere ? settings.path : join(folder, 'vectors')
    const ids: readonly string[] = isThere ? [] : JSON.parse(readFileSync(join(folder, 'ids.json'), 'utf8'))
    const score = (distance: number) => (metric === 'euclidean' ? distance : 1 - distance)
    const search = await openSearch(given, file, isThere || settings.index === 'hnsw')
    return {
      async search(vector, k) {
        // It reads a view from the begin of its buffer.
        const { keys, distances } = search(vector.slice(), k)
        return Array.from(keys, (key, i) => ({
          id: ids[Number(key)] ?? String(key),
          score: score(distances[i] as number),
        }))
      },
      close: async () => {},
    }
  },
})

async function openSearch(given: Mine, file: string, isIndex: boolean) {
  const { threads } = given.settings
  if (isIndex) {
    const index = await makeIndex(given)
    index.load(file)
    return (vector: Float32Array, k: number) => index.search(vector, k, threads)
  }
  const { exactSearch } = await given.load<Package>('usearch')
  const { dimensions, metric } = given
  const all = new Float32Array(new Uint8Array(readFileSync(file)).buffer)
  const most = all.length / dimensions
  return (vector: Float32Array, k: number) =>
    exactSearch(all, vector, dimensions, Math.min(k, most), metrics[metric], threads)
}

async function makeIndex({ load, settings, dimensions, metric }: Mine): Promise<Index> {
  const { Index } = await load<Package>('usearch')
  const { index: _, path: _path, threads: _threads, ...own } = settings
  return new Index({ dimensions, metric: metrics[metric], ...own })
}
