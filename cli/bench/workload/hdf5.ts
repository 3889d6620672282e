import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { UsageError } from '../../command.ts'
import { installedFolder } from '../../files.ts'
import type { Item, Metric, Query } from '../model.ts'
import { itemsOf, wrong } from './items.ts'

/** What is used of h5wasm (https://github.com/usnistgov/h5wasm), whose `node` entry reads a file in its place. */
interface Hdf5 {
  /** With its handler, what is wrong with a file is thrown; without, it is written to stderr. */
  readonly ready: Promise<{ activate_throwing_error_handler?(): void }>
  readonly File: new (file: string, mode: 'r') => Group
}
interface Group {
  readonly attrs: Readonly<Record<string, { readonly value: unknown }>>
  keys(): string[]
  get(name: string): Dataset | null
  close(): unknown
}
interface Dataset {
  readonly shape: readonly number[] | null
  slice(ranges: readonly (readonly number[])[]): unknown
}

/** `distance` of https://github.com/erikbern/ann-benchmarks. */
const metrics: Readonly<Record<string, Metric>> = { angular: 'cosine', euclidean: 'euclidean', dot: 'dot' }
const signature = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1')
const chunkNumbers = 1 << 22

export interface Hdf5Workload {
  readonly documents: readonly Item[]
  readonly queries: readonly Query[]
  readonly metric?: Metric
}

/** Reads `train`, `test` and `neighbors`, with h5wasm of the project in `folder`. */
export async function readHdf5(file: string, name: string, folder: string): Promise<Hdf5Workload> {
  const hdf5 = await load(name, folder)
  const head = Buffer.alloc(signature.length)
  const fd = openSync(file, 'r')
  readSync(fd, head)
  closeSync(fd)
  if (!head.equals(signature)) throw wrong(name, 'it is not an HDF5 file: it does not begin as one')
  let group: Group | undefined
  try {
    group = new hdf5.File(file, 'r')
    const keys = group.keys()
    const documents = vectorsOf(group, keys, 'train', name)
    const queries = vectorsOf(group, keys, 'test', name)
    const distance = keysOf(group.attrs).includes('distance') ? group.attrs.distance?.value : undefined
    const metric = typeof distance === 'string' ? metrics[distance] : undefined
    if (distance !== undefined && metric === undefined)
      throw wrong(name, `its distance is ${JSON.stringify(distance)}; known are ${Object.keys(metrics).join(', ')}`)
    const [dimensions, other] = [documents, queries].map(([first]) => first?.vector?.length)
    if (dimensions !== other) throw wrong(name, `train has ${dimensions} dimensions, test ${other}; they must be alike`)
    return {
      documents,
      queries: keys.includes('neighbors') ? withNeighbours(group, queries, documents.length, name) : queries,
      ...(metric !== undefined && { metric }),
    }
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw wrong(name, `it can't be read to its end (${causeOf(error)}); copy it again`)
  } finally {
    group?.close()
  }
}

/** HDF5 tells the calls that an error went through, the innermost last. */
function causeOf(error: unknown): string {
  const { message } = error as Error
  const [, cause = message] = [...message.matchAll(/\(\): (.*)/g)].at(-1) ?? []
  return cause.split('\n', 1)[0] ?? ''
}

const keysOf = (attributes: object) => Object.keys(attributes)

async function load(name: string, folder: string): Promise<Hdf5> {
  const home = installedFolder('h5wasm', folder)
  if (home === undefined)
    throw new UsageError(`${name}: HDF5 files need a package that the project doesn't have: npm install h5wasm`)
  try {
    // It has an entry for `import` alone, which no resolver of another folder's finds.
    const { exports } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
    const hdf5: Hdf5 = await import(pathToFileURL(join(home, exports['./node'].import)).href)
    ;(await hdf5.ready).activate_throwing_error_handler?.()
    return hdf5
  } catch (error) {
    throw new UsageError(
      `${name}: h5wasm could not be loaded from ${home} (${error instanceof Error ? error.message : error}); npm install h5wasm@latest`,
    )
  }
}

function datasetOf(group: Group, keys: readonly string[], key: string, name: string) {
  const dataset = keys.includes(key) ? group.get(key) : null
  const [rows = 0, columns = 0, ...more] = dataset?.shape ?? []
  if (dataset === null || rows < 1 || columns < 1 || more.length > 0)
    throw wrong(name, `it has no table \`${key}\`; files of ann-benchmarks have train, test and neighbors`)
  return { dataset, rows, columns }
}

function vectorsOf(group: Group, keys: readonly string[], key: string, name: string): Item[] {
  const { dataset, rows, columns } = datasetOf(group, keys, key, name)
  const numbers = new Float32Array(rows * columns)
  fill(dataset, rows, columns, numbers, key, name)
  return itemsOf(numbers, columns, (index) => `${name}, ${key} ${index}`)
}

function withNeighbours(group: Group, queries: readonly Item[], documents: number, name: string): Query[] {
  const { dataset, rows, columns } = datasetOf(group, ['neighbors'], 'neighbors', name)
  if (rows !== queries.length)
    throw wrong(name, `neighbors has ${rows} rows, test ${queries.length}; they must be as many`)
  const indices = new Int32Array(rows * columns)
  fill(dataset, rows, columns, indices, 'neighbors', name)
  const bad = indices.findIndex((one) => one < 0 || one >= documents)
  if (bad >= 0)
    throw wrong(`${name}, neighbors ${Math.floor(bad / columns)}`, `it names ${indices[bad]}, which train doesn't have`)
  return queries.map((query, i) => ({
    ...query,
    relevant: Array.from(indices.subarray(i * columns, (i + 1) * columns), String),
  }))
}

/** In parts: the library holds each twice. */
function fill(
  dataset: Dataset,
  rows: number,
  columns: number,
  to: Float32Array | Int32Array,
  key: string,
  name: string,
): void {
  const step = Math.max(1, Math.floor(chunkNumbers / columns))
  for (let row = 0; row < rows; row += step) {
    const part = dataset.slice([
      [row, Math.min(rows, row + step)],
      [0, columns],
    ])
    if (!ArrayBuffer.isView(part)) throw wrong(name, `\`${key}\` has no numbers`)
    const numbers = part as Float32Array | BigInt64Array
    to.set(numbers instanceof BigInt64Array ? Int32Array.from(numbers, Number) : numbers, row * columns)
  }
}
