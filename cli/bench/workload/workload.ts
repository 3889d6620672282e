import { basename, extname, resolve } from 'node:path'
import { UsageError } from '../../command.ts'
import { isFile } from '../../files.ts'
import { counted } from '../../format.ts'
import type { Item, Metric, Query, Workload } from '../model.ts'
import { type Generated, generate } from './generated.ts'
import { type Hdf5Workload, readHdf5 } from './hdf5.ts'
import type { Kind } from './items.ts'
import { readJsonl } from './jsonl.ts'
import { readOwn } from './own.ts'
import { readNeighbours, readVectors } from './vecs.ts'

export type { Generated }

/** Where documents or queries come from; paths are relative to the folder that is given with them. */
export type Source =
  /** A file; `.jsonl`, `.fvecs`, `.bvecs`, `.hdf5` tell its kind. */
  | string
  | { readonly hdf5: string }
  | { readonly generated: Generated }
  /** `./data.mjs#documents`: an array, an async iterable, or a function that gives one. */
  | { readonly function: string }

/** A workload as it is written. */
export interface WorkloadDescription {
  /** Absent where the variants have their own. */
  readonly documents?: Source
  /** Those of the same HDF5 file, or made with the documents, unless told. */
  readonly queries?: Source
  /** An `.ivecs` file: the indices of each query's true neighbours, nearest first. */
  readonly relevant?: string
  /** 10 unless told. */
  readonly k?: number
  /** `cosine`, or what the HDF5 file says, unless told. */
  readonly metric?: Metric
  /** Where it is written: `bench.yml:9:3`. */
  readonly location: string
}

interface Read extends Omit<Hdf5Workload, 'queries'> {
  readonly queries?: readonly Query[]
}

/**
 * Reads or makes documents and queries. Throws a `UsageError` that says where a mistake stands: in the description, or in a
 * file and its line or record.
 */
export async function readWorkload(described: WorkloadDescription, folder: string): Promise<Workload> {
  const { k = 10, location } = described
  const first = described.documents === undefined ? undefined : await read(described.documents, 'document')
  const second = described.queries === undefined ? first : await read(described.queries, 'query')
  const documents = first?.documents ?? []
  const queries = second?.queries
  if (queries === undefined)
    throw new UsageError(`${location}: \`queries\` are missing; name a file such as queries.jsonl`)
  checkAlike(documents, queries, location)
  return {
    name: nameOf(described.documents ?? described.queries ?? ''),
    documents,
    queries: described.relevant === undefined ? queries : withRelevant(described.relevant, queries, documents.length),
    k,
    metric: described.metric ?? first?.metric ?? second?.metric ?? 'cosine',
  }

  async function read(source: Source, kind: Kind): Promise<Read> {
    if (typeof source === 'string') return readFile(source, kind)
    if ('hdf5' in source) return readHdf5(fileOf(source.hdf5), source.hdf5, folder)
    if ('generated' in source) return generate(source.generated)
    return readAs(kind, await readOwn(source.function, location, folder, kind))
  }

  async function readFile(name: string, kind: Kind): Promise<Read> {
    const extension = extname(name).toLowerCase()
    if (/^\.(jsonl|ndjson)$/.test(extension)) return readAs(kind, await readJsonl(fileOf(name), name, kind))
    if (/^\.[fb]vecs$/.test(extension)) return readAs(kind, readVectors(fileOf(name), name))
    if (/^\.(hdf5|h5)$/.test(extension)) return readHdf5(fileOf(name), name, folder)
    throw new UsageError(
      `${location}: ${name} is of an unknown kind; write .jsonl, .fvecs, .bvecs, .hdf5, or { function: ./data.mjs#documents }`,
    )
  }

  function fileOf(name: string): string {
    const file = resolve(folder, name)
    if (!isFile(file)) throw new UsageError(`${location}: there is no file ${name} in ${folder}`)
    return file
  }

  function withRelevant(name: string, all: readonly Query[], most: number): Query[] {
    const rows = readNeighbours(fileOf(name), name, most)
    if (rows.length !== all.length)
      throw new UsageError(
        `${name}: it has ${counted(rows.length, 'row')} for ${all.length} queries; each needs its own`,
      )
    return all.map((query, i) => ({ ...query, relevant: rows[i] ?? [] }))
  }
}

const readAs = (kind: Kind, items: readonly Query[]): Read =>
  kind === 'document' ? { documents: items } : { documents: [], queries: items }

/** Queries of another length have no distance to the documents. */
function checkAlike([document]: readonly Item[], [query]: readonly Item[], location: string): void {
  const [dimensions, other] = [document?.vector?.length, query?.vector?.length]
  if (dimensions === undefined || other === undefined || dimensions === other) return
  throw new UsageError(
    `${location}: the documents' vectors have ${dimensions} dimensions, those of the queries ${other}; take both from one model`,
  )
}

function nameOf(source: Source): string {
  if (typeof source === 'string') return basename(source)
  if ('hdf5' in source) return basename(source.hdf5)
  if ('function' in source) return basename(source.function)
  return `generated in ${counted(source.generated.clusters, 'cluster')}`
}
