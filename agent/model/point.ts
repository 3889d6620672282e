import type { Endings } from './ends.ts'
import type { Counts } from './ledger.ts'
import type { Method, Wait } from './method.ts'
import type { Raw } from './read.ts'
import type { Metadata } from './record.ts'

/** A method after compilation: what the hot path holds. */
export interface Point {
  readonly name: string
  readonly library: string
  readonly target: string
  readonly read: ((call: Raw) => Metadata | undefined) | undefined
  /** The few keys that totals are kept of, read from every call when an output observes. */
  readonly readTotals?: ((call: Raw) => Metadata | undefined) | undefined
  /** The keys that totals add up, for the call around this one; see scope/nesting.ts. */
  readonly readAdded?: ((call: Raw) => Metadata | undefined) | undefined
  /** True when its metadata has such keys. */
  readonly adds?: boolean
  /** True when it has, and calls in it may tell of the same. */
  readonly nests?: boolean
  /** True when a method of its scope may be a part of it, which is then no call. */
  readonly hasParts?: boolean
  readonly part?: true | undefined
  /** What calls count the same, of which one may be a part of another: those of its scope, or all of its library. */
  readonly nestName?: string
  /** True when a call outside of any request is one itself, a job. */
  opens?: boolean
  /** The inputs that are embedded; unguarded, read only with `find_repeats`. */
  readonly inputs?: ((call: Raw) => unknown) | undefined
  /** The vectors, or the words of `dimensions`, which lead to them; read only with `check_vectors`. */
  readonly vectors?: ((call: Raw) => unknown) | string | undefined
  readonly readChunk?: ((call: Raw) => Metadata | undefined) | undefined
  /** The keys of `readChunk` whose values are added up. */
  readonly sums?: readonly string[] | undefined
  readonly token?: ((chunk: unknown) => boolean) | undefined
  readonly counted?: ((chunk: unknown) => boolean) | undefined
  readonly failed?: ((call: Raw) => unknown) | undefined
  /** The same, where it names a chunk. */
  readonly failedChunk?: ((call: Raw) => unknown) | undefined
  readonly when: ((call: Raw) => boolean) | undefined
  readonly ends?: Endings | undefined
  readonly note?: ((call: Raw) => void) | undefined
  readonly known?: Method['known']
  readonly joins?: { readonly id: (call: Raw) => unknown; readonly stream: (call: Raw) => unknown } | undefined
  readonly waits?: boolean | undefined
  readonly wait?: Wait | undefined
  readonly pool?: ((call: Raw) => unknown) | undefined
  readonly noteValue?: ((call: Raw) => void) | undefined
  readonly observe?: Method['observe']
  /** Says that Node may not report a rejection of the promise that it returned, or a function on the path to it did. */
  readonly unreported?: ((onTheWay?: boolean) => void) | undefined
  /** Its calls are seen by their requests alone. */
  readonly seen?: 'wire'
  readonly counts: Counts
  /** The most specific threshold, in milliseconds. */
  slow_call_ms: number
  /** Decided when the configuration is read, never per call. */
  on: boolean
}
