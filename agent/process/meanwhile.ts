import { now } from '../clock.ts'
import type { Collected } from '../model.ts'
import { createCollections } from './collections.ts'
import { createIdleClock } from './idle-clock.ts'
import { openProcessor, type Processor } from './processor.ts'
import { createTurns, type StallTold, type TurnMark } from './turns.ts'

/** What the process did while a call was under way, in milliseconds. See docs/production.md. */
export interface Meanwhile {
  stall_ms: number
  gc_ms: number
  starved_ms: number
}

/** Follows one call. */
export interface Watch {
  /** Its own synchronous begin is over, which is no stall to it. */
  returned(): void
  /** It begins only now. */
  restart(): void
  /** Nobody waits for it, until `resume`. */
  pause(): void
  resume(): void
  /** The time in which the event loop waited, of which only differences mean something. */
  readonly idle: () => number
  /**
   * Fills in what was, of a call that was blocked for so long after its own synchronous begin; what is known later is added to
   * that same object.
   */
  end(timing: Partial<Meanwhile>, blockedMs: number, beginMs: number): void
}

/** All since somebody measures, in milliseconds and counts. */
export interface Totals {
  readonly stalls: { readonly count: number; readonly totalMs: number; readonly longestMs: number }
  readonly collections: Readonly<Collected>
  readonly collectionsMs: number
  readonly starvedMs: number
}

export { openProcessor } from './processor.ts'

// The application's tests may put a fake in its place.
const { setImmediate: soon } = globalThis
const { nodeTiming } = performance
/** A look at the processor that a call uses again is at most this old. */
const lookMs = 2
/** The agent's clock at the zero of performance.now(). */
const zero = now() - performance.now()

/** The least that any interval of samples is. */
const leastBeginMs = 1
const begins = new WeakMap<object, number>()

let processor: Processor | undefined
let users = 0
const thisProcessor = () => {
  processor ??= openProcessor()
  return processor
}
const waitedAt = (at: number) => {
  const current = thisProcessor()
  current.look(at, lookMs)
  return current.waited
}
const idleClock = createIdleClock({ now, loop: () => nodeTiming.idleTime, processor: thisProcessor })
const turns = createTurns({
  now,
  idle: idleClock.idle,
  processor: thisProcessor,
  soon: (run) => void soon(run).unref(),
})
const collections = createCollections()

/**
 * Measures while somebody needs it, once for all of them in this thread; gives what ends that. Costs a third of a
 * microsecond for each turn of the event loop, and wakes no process that waits. To be called at the start or by a reload, in
 * no context of the application, since that would live on in what runs each turn.
 */
export function measure(): () => void {
  let using = true
  if (users++ === 0) {
    collections.start()
    turns.start()
  }
  return () => {
    if (!using) return
    using = false
    if (--users > 0) return
    turns.stop()
    collections.stop()
    processor?.close()
    processor = undefined
  }
}

/** The time in which the event loop waited, also while a profiler samples it; only differences mean something. */
export const { idle } = idleClock

/** To be called where V8's profiler begins to sample this thread; gives what is to be called at its end. */
export const sampling = (): (() => void) => (process.platform === 'linux' ? idleClock.sampling() : () => {})

/** Tells of each stall at its end: begin and end by the agent's clock, and how much of that was work. Gives what ends it. */
export function onStall(told: StallTold): () => void {
  turns.told.add(told)
  return () => void turns.told.delete(told)
}

/** What was since somebody measures; `longestMs` is of the time since it was asked for last. */
export function takeTotals(): Totals {
  const { count, totalMs, longestMs } = turns.stalls
  turns.stalls.longestMs = 0
  const collectionsMs = collections.totalMs()
  return {
    stalls: { count, totalMs, longestMs },
    collections: { ...collections.counts },
    collectionsMs,
    starvedMs: waitedAt(now()),
  }
}

/** How long a call of this timing worked before it first returned, which no field tells; 0 where that was short. */
export const beginOf = (timing: object): number => begins.get(timing) ?? 0

/** Begins with a call. */
export function watch(): Watch {
  let at = now()
  let turn: TurnMark | undefined
  let collectedMs = 0
  let waitedMs = 0
  let before: Meanwhile | undefined
  const begin = () => {
    turn = turns.mark(at)
    collectedMs = collections.totalMs()
    waitedMs = waitedAt(at)
  }
  const since = (to: number): Meanwhile => ({
    stall_ms: (before?.stall_ms ?? 0) + turns.since(turn as TurnMark, to),
    gc_ms: (before?.gc_ms ?? 0) + collections.between(at - zero, to - zero, collectedMs),
    starved_ms: (before?.starved_ms ?? 0) + Math.min(to - at, waitedAt(to) - waitedMs),
  })
  const resume = () => {
    at = now()
    begin()
  }
  begin()

  return {
    returned() {
      turn = turns.mark()
    },
    restart() {
      before = undefined
      resume()
    },
    pause() {
      before = since(now())
    },
    resume,
    idle: idleClock.idle,
    end(timing, blockedMs, beginMs) {
      const to = now()
      const { stall_ms, gc_ms, starved_ms } = since(to)
      timing.stall_ms = round(Math.min(stall_ms, blockedMs))
      timing.gc_ms = round(gc_ms)
      timing.starved_ms = round(starved_ms)
      collections.later(at - zero, to - zero, timing)
      if (beginMs >= leastBeginMs) begins.set(timing, beginMs)
    },
  }
}

const round = (ms: number) => Math.round(Math.max(0, ms) * 100) / 100
