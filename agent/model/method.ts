import type { Ends } from './ends.ts'
import type { Call, Read, Told } from './read.ts'

export interface Method {
  /** The path from the exports to the function: `QdrantClient.prototype.query`. See path.ts. */
  readonly at?: string
  /** Gives the start of `at`, if that is not the exports: for a class that only an object of it leads to. */
  // biome-ignore lint/suspicious/noExplicitAny: the library's exports are read by shape
  readonly from?: (exports: any) => unknown
  /** A tracing channel that the library publishes itself, instead of `at`. */
  readonly channel?: string
  /**
   * Of a channel: another message may have, once it has ended, at `stream` a stream that belongs to the call under way
   * whose own message has the same `id`. `chunk` reads it.
   */
  readonly joins?: { readonly id: string; readonly stream: string }
  /** `search` gives `vector_store.search`; with a target of its own, `llm.generate`. */
  readonly scope: string
  /** When it differs from the library's, and the scope does not say it. */
  readonly target?: string
  /** The package, when it is not the library's. */
  readonly module?: string
  /** When it differs from the library's. */
  readonly file?: string
  /** The versions that have this method; absent means all that the file supports. */
  readonly versions?: string
  readonly metadata?: Readonly<Record<string, Read>>
  /** Metadata of a streamed result, read from each chunk; the last that has it counts, or with `sum(…)` all together. */
  readonly chunk?: Readonly<Record<string, Read>>
  /**
   * The inputs that are embedded: a text, an array of texts, or tokens. Read only with `find_repeats`, hashed, and kept
   * nowhere.
   */
  readonly inputs?: Read
  /**
   * The vectors of the call, where the words of `dimensions` do not lead to them: one, a list of them, or of objects that
   * have some. Read only with `check_vectors`.
   */
  readonly vectors?: Read
  /** True for the chunks of a streamed result that hold a piece of the answer; the first gives `time_to_first_token_ms`. */
  readonly token?: Told
  /** False for a chunk that is neither counted nor timed: metadata alone is read from it. Absent means all count. */
  readonly counted?: Told
  /**
   * How a result says that the call failed, though it was returned: the error, its name or its number; anything else that
   * is true says that it failed. Of a stream also read from each chunk, where it names one.
   */
  readonly failed?: Read
  /** In a framework other methods of its scope may call it after they have awaited: then it is a part of their call. */
  readonly part?: true
  /** Profile only the calls that this accepts; the first entry of the same `at` that accepts wins. */
  readonly when?: string | ((call: Call) => boolean)
  /** The end of its calls, when their result does not show it; of several, the first that fits a call. */
  readonly ends?: Ends | readonly Ends[]
  /**
   * How a native promise that it returns is observed. `chain`: each call makes its own, which the library neither
   * handles, shares nor keeps, so that one that nobody handles is reported as ever. `beside`: it is handed on itself, and
   * its rejection is not reported. Absent: `chain` for an `async` function, `beside` for any other.
   */
  readonly observe?: 'chain' | 'beside'
  /** What functions with `wait` know a call by: its object, or one that it is passed. */
  readonly known?: 'this' | 'args.0' | 'args.1'
  /** It waits for a connection from its begin, until one of them knows that it has one. */
  readonly waits?: boolean
  /** Not profiled itself: it is called while a call waits for a connection. Entries of its `at` without it may be. */
  readonly wait?: Wait
  /** With `wait`: the most connections that the pool may have, by the call of that function. */
  readonly pool?: string
  /** Not profiled: told of each call with its result, for what later calls of `scope` need to know. Entries of its `at` share it. */
  readonly note?: (call: Call) => void
  /** The same, told of the value of the promise that the call has returned, when that has one. */
  readonly noteValue?: (call: Call) => void
}

/**
 * What a function says of the time in which a call waits for a connection, its `pool_wait_ms`.
 *
 * - `acquire`: it gives a connection, by its promise or its last argument, a callback, to the call in whose synchronous
 *   part it is asked for one. What the library calls first in that callback is a part of that call.
 * - `for args.0`: what it calls before its first `await` it calls for the call that is known by this argument.
 * - `until …`: the call that is known by this object has its connection now.
 * - `lend args.0`: it calls this argument with a connection, once there is one: the call that begins first in that has
 *   waited. Where there never is one, that is a failed call of the entry without `wait`.
 */
export const waitKinds = ['acquire', 'for args.0', 'until this', 'until args.0', 'lend args.0'] as const
export type Wait = (typeof waitKinds)[number]
