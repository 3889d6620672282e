import type { NodeGCPerformanceDetail, PerformanceEntry } from 'node:perf_hooks'
import type { Collected } from '../model.ts'

type Entry = PerformanceEntry & { readonly detail?: NodeGCPerformanceDetail }

/** The kinds of garbage collection, by the bits of V8. */
const kinds: Readonly<Record<number, keyof Collected>> = { 1: 'minor', 4: 'major', 8: 'incremental', 16: 'weak' }
const mostKept = 1024
const mostLate = 64

interface Late {
  readonly from: number
  readonly to: number
  readonly timing: { gc_ms?: number }
}

/**
 * The main thread's pauses for garbage collection. Node tells of each in the check phase after it; so what falls into the
 * last turn of a call is added to its record when it is reported, as long as that waits for its request's end.
 */
export interface Collections {
  /** All that is known. */
  readonly counts: Collected
  readonly totalMs: () => number
  /** The time in garbage collection between two moments of `performance.now()`; `known` was the total at the first. */
  between(from: number, to: number, known: number): number
  /** Adds to a call that has ended what is reported of its time later. */
  later(from: number, to: number, timing: { gc_ms?: number }): void
  start(): void
  stop(): void
}

export function createCollections(observer = openObserver): Collections {
  const counts = { minor: 0, major: 0, incremental: 0, weak: 0 }
  /** The latest pauses, in order; `before` is the sum of those before it. */
  let pauses: { readonly from: number; readonly to: number; readonly before: number }[] = []
  let totalMs = 0
  let ended: Late[] = []
  let open: ReturnType<typeof openObserver> | undefined

  const add = (entries: readonly Entry[]) => {
    for (const { startTime, duration, detail } of entries) {
      const kind = kinds[detail?.kind ?? 0]
      if (kind !== undefined) counts[kind]++
      const from = Math.max(startTime, pauses.at(-1)?.to ?? startTime)
      const to = Math.max(from, startTime + duration)
      pauses.push({ from, to, before: totalMs })
      totalMs += to - from
      for (const late of ended) {
        const ms = Math.min(to, late.to) - Math.max(from, late.from)
        if (ms > 0) late.timing.gc_ms = Math.round(((late.timing.gc_ms ?? 0) + ms) * 100) / 100
      }
    }
    if (pauses.length > 2 * mostKept) pauses = pauses.slice(-mostKept)
  }
  /** The sum of the pauses before a moment. */
  const until = (at: number) => {
    // Most ask for what was just now.
    const last = pauses.findLast(({ from }) => from < at)
    return last === undefined ? undefined : last.before + Math.min(at, last.to) - last.from
  }

  return {
    counts,
    totalMs: () => totalMs,
    between(from, to, known) {
      if (open !== undefined) add(open.takeRecords())
      const first = pauses[0]
      // Of a call that is older than the pauses that are kept, the total at its begin tells.
      const before = first === undefined || first.from > from ? known : (until(from) ?? known)
      return Math.max(0, (until(to) ?? before) - before)
    },
    later(from, to, timing) {
      ended.push({ from, to, timing })
      if (ended.length > 2 * mostLate) ended = ended.slice(-mostLate)
    },
    start() {
      open ??= observer(add)
    },
    stop() {
      open?.disconnect()
      open = undefined
      ended = []
    },
  }
}

function openObserver(told: (entries: readonly Entry[]) => void) {
  const { PerformanceObserver } = process.getBuiltinModule('node:perf_hooks')
  const observer = new PerformanceObserver((list) => told(list.getEntries()))
  observer.observe({ entryTypes: ['gc'] })
  return { takeRecords: (): readonly Entry[] => observer.takeRecords(), disconnect: () => observer.disconnect() }
}
