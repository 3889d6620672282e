/**
 * Reads one value of a call: words (see call-words.ts and docs/options.md), data alone; a number or boolean is itself. A
 * function in TypeScript files only.
 */
export type Read = string | number | boolean | ((call: Call) => unknown)

/** Tells whether a chunk is of a kind. */
export type Told = string | ((chunk: unknown) => boolean)

/** The application's own values in a call. */
export interface Raw {
  readonly self: unknown
  readonly args: ArrayLike<unknown>
  readonly result?: unknown
  /** The part that a stream has just handed to its consumer. */
  readonly chunk?: unknown
  /** The views of it, made when an instrumentation's function first reads it. */
  seen?: Call
}

/** The same for the functions of an instrumentation: data alone, at any depth. See scope/view.ts. */
export interface Call {
  readonly self: unknown
  readonly args: readonly unknown[]
  readonly result?: unknown
  readonly chunk?: unknown
  /** Stands for the call, in all that reads it: a key to remember something by. */
  readonly key: object
  /** The object behind a view, or the arguments: a key to remember something by, never to look into. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the caller knows it to be
  readonly of: (view: unknown) => any
  /** Runs a getter or a method of the library's own object, when its data does not tell. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the caller knows it to be
  readonly ask: (view: unknown, name: string, ...args: readonly unknown[]) => any
  /** Reads a property of a proxy that the library itself makes: of what it has returned, never of what it was given. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the caller knows it to be
  readonly through: (view: unknown, name: string) => any
}
