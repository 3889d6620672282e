import type { Metric, Workload } from '../model.ts'

/** Where documents or queries come from; paths are relative to the folder that is given with them. */
export type Source =
  /** A file; `.jsonl`, `.fvecs`, `.bvecs`, `.hdf5` tell its kind. */
  | string
  | { readonly hdf5: string }
  | { readonly generated: Generated }
  /** `./data.mjs#documents`: an array, an async iterable, or a function that gives one. */
  | { readonly function: string }

export interface Generated {
  readonly count: number
  readonly dimensions: number
  readonly clusters: number
  /** 200 unless told. */
  readonly queries?: number
  /** 1 unless told. */
  readonly seed?: number
}

/** A workload as it is written. */
export interface WorkloadDescription {
  readonly documents: Source
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

/**
 * Reads or makes documents and queries. Throws a `UsageError` that says where a mistake stands: in the description, or in a
 * file and its line or record.
 */
export async function readWorkload(_described: WorkloadDescription, _folder: string): Promise<Workload> {
  throw new Error('later in this branch')
}
