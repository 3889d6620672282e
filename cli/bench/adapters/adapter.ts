import type { Values } from '../../../agent/config/group.ts'
import { number, type Option } from '../../../agent/config/option.ts'
import type { Item, Metric } from '../model.ts'

/** The settings of an adapter by their names: type, default, bounds and a sentence each, as options of crossbridge.yml. */
export type Settings = Readonly<Record<string, Option<unknown>>>

/** What an adapter works with. */
export interface Given<S = Readonly<Record<string, unknown>>> {
  readonly settings: S
  /** The name of a collection, table or index that is the variant's own, the same in its build and in each run: `[a-z0-9_]`. */
  readonly name: string
  /** For files that the variant keeps, from its build on; the folder is there, and removed at the end. */
  readonly folder: string
  readonly metric: Metric
  /** Numbers of a vector; 0 if no document and no query has one. */
  readonly dimensions: number
  /** The exports of a package as it is installed in the user's project; of what is not there, an error says how to install it. */
  load<T>(packageName: string): Promise<T>
}

/** A document to store; those without a vector never get here. */
export interface Document extends Item {
  readonly vector: Float32Array
}

export interface Hit {
  readonly id: string
  /**
   * In the sense of the metric, whatever the store calls it: `cosine` the similarity, `dot` the inner product, `euclidean` the
   * distance (its square does: ranks alone are compared). Absent where the store tells none.
   */
  readonly score?: number
}

/** A connection that is open for searches. */
export interface Store {
  search(vector: Float32Array, k: number): Promise<readonly Hit[]>
  close(): Promise<void>
}

/** A vector store behind its real client. */
export interface StoreAdapter<S extends Settings = Settings> {
  readonly kind: 'store'
  /** What has to be installed. */
  readonly packages: (settings: Values<S>) => readonly string[]
  readonly settings: S
  /** Those that the store has; absent means all. */
  readonly metrics?: readonly Metric[]
  /**
   * True where the settings name something that is there already: it is searched as it is, nothing is written, and neither
   * `build` nor `remove` is called. What they don't name is made under `given.name`, so that nobody's data is touched.
   */
  readonly isThere: (settings: Values<S>) => boolean
  /** Makes the collection and its index; ends when it can be searched. A process of its own. Tells the bytes of the index with its data, where the store does. */
  build(given: Given<Values<S>>, documents: readonly Document[]): Promise<{ readonly bytes?: number }>
  /** Opens what is built: once in each process. */
  open(given: Given<Values<S>>): Promise<Store>
  /** Removes what `build` has made; absent where all of it is in `given.folder`. */
  readonly remove?: (given: Given<Values<S>>) => Promise<void>
}

/** A client that is open for texts. */
export interface Embedder {
  /** One vector a text, in their order. */
  embed(texts: readonly string[]): Promise<readonly ArrayLike<number>[]>
  close(): Promise<void>
}

/** An embedding provider behind its real client; one `embed` of `batch_size` texts is an operation. */
export interface EmbedderAdapter<S extends Settings & WithBatch = Settings & WithBatch> {
  readonly kind: 'embedder'
  readonly packages: (settings: Values<S>) => readonly string[]
  readonly settings: S
  open(given: Given<Values<S>>): Promise<Embedder>
}

export type Adapter = StoreAdapter | EmbedderAdapter

interface WithBatch {
  readonly batch_size: Option<number>
}

/** The setting of each embedder. */
export const batchSize = (most: number): Option<number> => number(1, 'Texts of one call.', 1, most, true)

/** An adapter, with the types of its settings in its functions. */
export const store = <S extends Settings>(adapter: Omit<StoreAdapter<S>, 'kind'>): Adapter =>
  ({ kind: 'store', ...adapter }) as unknown as Adapter
export const embedder = <S extends Settings & WithBatch>(adapter: Omit<EmbedderAdapter<S>, 'kind'>): Adapter =>
  ({ kind: 'embedder', ...adapter }) as unknown as Adapter

/** The documents in parts of this size, as most stores take them. */
export function* batches<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size)
}
