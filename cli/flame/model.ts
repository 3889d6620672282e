/** Where a function is from: what the reader can change, what others have written, Node, V8 itself. */
export type Origin = 'application' | 'dependency' | 'node' | 'engine' | 'gc' | 'idle'

/** The words for them, in the order in which a legend has them. */
export const originWords: readonly (readonly [Exclude<Origin, 'idle'>, string])[] = [
  ['application', 'application'],
  ['dependency', 'dependency'],
  ['node', 'Node'],
  ['engine', 'engine'],
  ['gc', 'garbage collection'],
]

/** A function as it is shown. */
export interface Place {
  readonly name: string
  /** `src/rank.js:12`, `qs/lib/parse.js:88` of a package, `node:fs`; empty for what V8 does itself. */
  readonly at: string
  readonly origin: Origin
}

/** CPU profiles on top of each other; `report --json` has it as `profile`. Times are milliseconds. */
export interface ProfileReport {
  readonly files: readonly string[]
  /** Files that could not be read, or are something else, and why. */
  readonly left_out: readonly { readonly file: string; readonly why: string }[]
  readonly samples: number
  /** What the samples stand for; where profiles of one thread overlap, it counts once. */
  readonly duration_ms: number
  /** The part of it in which the event loop waited. */
  readonly idle_ms: number
  /** By origin, of the time that was not idle, 0 to 1. */
  readonly shares: Readonly<Record<Exclude<Origin, 'idle'>, number>>
  /** The functions with most time of their own. */
  readonly hottest: readonly HotFunction[]
  /** The calls by the calls that they were made in, the most time first. */
  readonly tree: ProfileFrame
  /** Of those, how many are too short, or too deep, to be in it; their time counts in the ones above them. */
  readonly folded: number
}

export interface HotFunction extends Place {
  readonly self_ms: number
  /** Of the time that was not idle. */
  readonly share: number
}

export interface ProfileFrame extends Place {
  readonly total_ms: number
  readonly self_ms: number
  readonly children: readonly ProfileFrame[]
}
