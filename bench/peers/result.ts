import type { Spread } from '../stats.ts'
import type { Installed } from './packages.ts'
import type { Counts } from './spans.ts'

/** What `npm run bench peers` writes, and docs/comparison.md shows. */
export interface Result {
  readonly date: string
  /** Processes that wanted a core when it began; a machine at rest has less than 0.5. */
  readonly load: number
  readonly cores: number
  readonly machine: string
  readonly node: string
  readonly rounds: number
  /** Requests to the service in each process of a round, and where it was counted what is recorded. */
  readonly requests: { readonly seen: number; readonly round: number }
  readonly clients: Readonly<Record<string, string>>
  /** What the bare process took: its start, and the processor for a request. */
  readonly bare: { readonly startMs: Spread; readonly cpuMs: Spread }
  readonly peers: Readonly<Record<string, PeerResult>>
}

export interface PeerResult {
  readonly title: string
  readonly versions: Readonly<Record<string, string>>
  readonly added: Installed
  /** Why it did not run; the rest is then absent. */
  readonly failed?: string
  readonly esm?: Seen
  readonly cjs?: Seen
  readonly costs?: Costs
}

export interface Seen {
  readonly made: Counts
  readonly recorded: Counts
  /** The uses of the clients that end otherwise than bare. */
  readonly differs: readonly string[]
  /** Whether a question that was asked of the models is in what was sent. */
  readonly sentText: boolean
  /** What each records where both are in one process; absent for the agent itself. */
  readonly together?: { readonly tool: Counts; readonly agent: Counts }
}

/** Beside the bare process of the same round; differences, but for the ratios. */
export interface Costs {
  readonly startMs: Spread
  readonly startRatio: Spread
  readonly cpuRatio: Spread
  readonly rssReadyMb: Spread
  readonly rssEndMb: Spread
}
