import type { Processor } from './processor.ts'

/** Work of a turn that takes as long, in milliseconds, and less the time in which the thread had no processor, is a stall. */
const leastStallMs = 20
/** A look at the processor is 1 or 2 µs, so those of short turns are used again. */
const lookMs = 4

/** Told of each stall: the turn's begin and end by the agent's clock, and how much of that was work, in milliseconds. */
export type StallTold = (fromMs: number, toMs: number, heldMs: number) => void

/** A turn of the event loop in which a mark was set; what it came to is known at its end. */
interface Turn {
  busyMs: number
  heldMs: number
}

/** A moment within a turn. */
export interface TurnMark {
  readonly turn: Turn
  /** How long the turn had worked. */
  readonly busyMs: number
  /** All stalls before the turn. */
  readonly stalledMs: number
}

export interface Turns {
  /** Sets a mark, now or `at`. */
  mark(at?: number): TurnMark
  /** The time in stalls since a mark. */
  since(mark: TurnMark, at?: number): number
  /** All since `start`. */
  readonly stalls: { count: number; totalMs: number; longestMs: number }
  readonly told: Set<StallTold>
  start(): void
  stop(): void
}

interface Clocks {
  readonly now: () => number
  /** Event loop idle time. */
  readonly idle: () => number
  readonly processor: () => Processor
  /** Calls at the end of the turn under way, or of the next; keeps no process and wakes none. */
  readonly soon: (run: () => void) => void
}

/**
 * Measures the turns of the event loop: from one check phase to the next, what it did not wait for events. An immediate
 * that is not ref'd runs in each check phase and keeps the loop from no sleep.
 */
export function createTurns({ now, idle, processor, soon }: Clocks): Turns {
  const stalls = { count: 0, totalMs: 0, longestMs: 0 }
  const told = new Set<StallTold>()
  let stalledMs = 0
  let marked: Turn | undefined
  let begun = now()
  let idleBefore = idle()
  let waitedBefore = 0
  let starts = 0
  /** The work before the first check phase is the application's start. */
  let isFirst = true

  const busyAt = (at: number) => Math.max(0, at - begun - (idle() - idleBefore))
  /** The part of a turn's work that counts as a stall. */
  const heldOf = (busyMs: number, at: number, mostAgeMs: number) => {
    if (busyMs < leastStallMs) return 0
    const current = processor()
    current.look(at, mostAgeMs)
    const held = busyMs - Math.max(0, current.waited - waitedBefore)
    return held < leastStallMs ? 0 : held
  }
  const begin = (at: number) => {
    begun = at
    idleBefore = idle()
    marked = undefined
    const current = processor()
    current.look(at, lookMs)
    waitedBefore = current.waited
  }
  const end = (start: number) => {
    if (start !== starts) return
    const at = now()
    const busyMs = busyAt(at)
    const heldMs = heldOf(busyMs, at, 0)
    if (marked !== undefined) {
      marked.busyMs = busyMs
      marked.heldMs = heldMs
    }
    const from = begun
    begin(at)
    if (heldMs > 0) {
      stalledMs += heldMs
      if (!isFirst) tell(from, at, heldMs)
    }
    isFirst = false
    soon(() => end(start))
  }
  const tell = (from: number, to: number, heldMs: number) => {
    stalls.count++
    stalls.totalMs += heldMs
    stalls.longestMs = Math.max(stalls.longestMs, heldMs)
    for (const one of told) one(from, to, heldMs)
  }

  return {
    stalls,
    told,
    mark(at = now()) {
      marked ??= { busyMs: 0, heldMs: 0 }
      return { turn: marked, busyMs: busyAt(at), stalledMs }
    },
    since({ turn, busyMs, stalledMs: before }, at = now()) {
      const busyNow = busyAt(at)
      // One synchronous piece may end very many calls.
      const heldNow = heldOf(busyNow, at, lookMs)
      if (turn === marked) return heldNow * shareAfter(busyMs, busyNow)
      // What its turn had done before the mark is not of the time since.
      const early = turn.heldMs * (1 - shareAfter(busyMs, turn.busyMs))
      return Math.max(0, stalledMs - before - early) + heldNow
    },
    start() {
      isFirst = true
      begin(now())
      const start = ++starts
      soon(() => end(start))
    },
    stop() {
      starts++
    },
  }
}

const shareAfter = (mark: number, all: number) => (all > 0 ? Math.max(0, 1 - mark / all) : 1)
