import type { DDSketch } from '@datadog/sketches-js'
import { vendored } from '../../agent/chunk.ts'

/** The calls of one scope in one span of time. */
export interface Cell {
  /** Durations, each weighted by the calls that its record stands for. */
  readonly sketch: DDSketch
  records: number
  /** Weighted too. */
  errors: number
}

/** A scope's cells by their number: moment / length, rounded down. */
export type Cells = Map<number, Cell>

/** The largest relative error of a percentile. */
export const relativeError = 0.005
/** Over the whole run, and of all scopes together: one has 2 to 13 KB. */
const mostSpans = 60
const mostCells = 1000
const minuteMs = 60_000
const hourMs = 60 * minuteMs
/** Each fits into the next; a run begins with the first. */
const lengthsMs = [
  ...[100, 500, 1000, 5000, 10_000, 30_000, minuteMs, 5 * minuteMs, 10 * minuteMs, 30 * minuteMs],
  ...[hourMs, 3 * hourMs, 6 * hourMs, 12 * hourMs, 24 * hourMs],
]

/** A sketch whose percentiles are right within ${relativeError}. */
export function newSketch(): DDSketch {
  const { DDSketch: Sketch } = vendored<typeof import('@datadog/sketches-js')>('sketch')
  return new Sketch({ relativeAccuracy: relativeError })
}

/** Keeps the cells of all scopes in spans of one length, which grows with the run. */
export function createTimeline() {
  const all: Cells[] = []
  let lengthMs = lengthsMs[0] as number
  let cells = 0
  let first = Infinity
  let last = -Infinity

  const grow = () => {
    const next = lengthsMs.find((one) => one > lengthMs) ?? lengthMs * 2
    const ratio = next / lengthMs
    cells = 0
    for (const grid of all) {
      const before = [...grid]
      grid.clear()
      for (const [number, cell] of before) merge(grid, Math.floor(number / ratio), cell)
      cells += grid.size
    }
    lengthMs = next
    first = Math.floor(first / ratio)
    last = Math.floor(last / ratio)
  }

  return {
    lengthMs: () => lengthMs,
    /** The cells of one more scope. */
    open(): Cells {
      const grid: Cells = new Map()
      all.push(grid)
      return grid
    },
    /** The cell for a moment, in Unix seconds. */
    at(grid: Cells, seconds: number): Cell {
      // Seconds as records have them: whole milliseconds.
      const atMs = Math.round(seconds * 1000)
      let number = Math.floor(atMs / lengthMs)
      const known = grid.get(number)
      if (known !== undefined) return known
      cells++
      first = Math.min(first, number)
      last = Math.max(last, number)
      const made: Cell = { sketch: newSketch(), records: 0, errors: 0 }
      grid.set(number, made)
      while (last - first >= mostSpans || (cells > mostCells && last > first)) grow()
      number = Math.floor(atMs / lengthMs)
      return grid.get(number) ?? made
    },
  }
}

function merge(grid: Cells, number: number, cell: Cell): void {
  const there = grid.get(number)
  grid.set(
    number,
    there === undefined
      ? cell
      : {
          sketch: mergeSketches(there.sketch, cell.sketch),
          records: there.records + cell.records,
          errors: there.errors + cell.errors,
        },
  )
}

/**
 * Merges two sketches into one of them, and gives it. The lower one goes into the other: sketches-js 2.1 does not make
 * room for a higher one whose highest key is 0, which is 1 ms.
 */
export function mergeSketches(one: DDSketch, other: DDSketch): DDSketch {
  const [low, high] = one.store.maxKey > other.store.maxKey ? [other, one] : [one, other]
  high.merge(low)
  return high
}

/** The durations of several cells in one sketch. */
export function sketchOf(cells: Iterable<Pick<Cell, 'sketch'>>): DDSketch {
  const whole = newSketch()
  // The highest first, see mergeSketches.
  for (const { sketch } of [...cells].sort((a, b) => b.sketch.store.maxKey - a.sketch.store.maxKey)) whole.merge(sketch)
  return whole
}

/** The duration of the call (weighted: of the last one) with which this share of the calls is reached, in milliseconds. */
export function quantile(sketch: DDSketch, share: number): number {
  // sketches-js counts ranks from 0 and rounds them down: of 13 calls its p99 would be the last but one.
  const rank = Math.max(0, Math.ceil(share * sketch.count) - 1)
  const value = sketch.getValueAtQuantile(Math.min(1, (rank + 0.5) / Math.max(1, sketch.count - 1)))
  return Math.min(sketch.max, Math.max(sketch.min, value))
}
