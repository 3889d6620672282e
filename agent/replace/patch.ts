import type { PathStart, Step } from '../locate/path.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's values pass here
type Any = any
export type Fn = (...args: Any[]) => Any

/**
 * A module to look for: a package, one of its internal files, or a file of the application's own. Plain data, for the
 * loader thread.
 */
export interface Watched {
  readonly module: string
  readonly file?: string | undefined
  /** The folder of the user's package, whatever it calls itself. */
  readonly root?: string | undefined
  /** The range of versions that the tests cover. */
  readonly versions?: string | undefined
  /** The ranges of its methods; a version that none of them has needs no hook. Absent means that every version does. */
  readonly ranges?: readonly (string | undefined)[] | undefined
  /** Named by the user: no test of ours knows that it can be wrapped, and it may be linked in from outside of any node_modules. */
  readonly userEntry?: boolean
  /** The begins of its methods' paths; absent when they are not known before it is loaded. */
  readonly pathStarts?: readonly PathStart[] | undefined
}

/** The patches of one module, for one library. */
export interface ModulePatch extends Watched {
  readonly library: string
  /** True when any of it is on now. */
  readonly wanted: () => boolean
  /** Reads the library's own file; asked for with the first module that is loaded. */
  readonly patches: () => readonly Patch[]
  /** The tracing channel of a library that publishes calls itself, in versions that have none of the methods. */
  readonly channel?: string | undefined
  /** For a module that is not profiled: told of its exports instead, with each reload again. */
  readonly seen?: (exports: unknown) => void
  /** For functions that only keep work; `beside` profiled calls of the library, the ledger says nothing of it. */
  readonly queue?: 'beside' | 'alone'
  /** For a function that is only read for the route of its request. */
  readonly route?: true
  /** For a function by which a test framework is followed. */
  readonly test?: true
}

/** One function to replace. */
export interface Patch {
  /** The path to it, as it is written. */
  readonly at: string
  readonly path: readonly Step[]
  /** Gives what the path begins at, if that is not the exports. */
  readonly from?: ((exports: Any) => unknown) | undefined
  /** The versions that have it. */
  readonly versions?: string | undefined
  /** Makes its wrapper. `inner` tells by `this` that a call is part of another, which is wrapped as well. */
  readonly wrap: (original: Fn, inner?: (self: unknown) => boolean) => Fn
  /** True when its calls are profiled now. */
  readonly on: () => boolean
  /** The user's own file has it, which may have put it somewhere before it was wrapped. */
  readonly inUserFile?: boolean | undefined
  /** Told when a promise on the path is rejected and Node may not report it. */
  readonly unreported?: (() => void) | undefined
}
