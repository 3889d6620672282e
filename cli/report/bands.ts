import type { DDSketch } from '@datadog/sketches-js'
import type { ScopeReport } from './model.ts'

/** The finest bands of which there are no more than this. */
const mostBands = 40
const bandsPerDecade = [40, 20, 10, 5, 2, 1]
/** The least duration of a record; a logarithmic scale has no 0. */
const leastMs = 0.01

type Range = readonly [least: number, most: number]

/** The durations in a sketch. */
export const rangeOf = ({ min, max }: DDSketch): Range => [min, max]

/** Calls by duration, in bands of one width on a logarithmic scale over a range that holds them all. */
export function bandsOf(sketch: DDSketch, [least, most]: Range): ScopeReport['distribution'] {
  const { store, mapping, zeroCount, min, max } = sketch
  const log = (value: number) => Math.log10(Math.max(leastMs, value))
  const [low, high] = [log(least), log(most)]
  const per = bandsPerDecade.find((one) => Math.floor(high * one) - Math.floor(low * one) < mostBands) ?? 1
  const first = Math.floor(low * per)
  const calls = Array.from({ length: Math.floor(high * per) - first + 1 }, () => 0)
  const add = (value: number, weight: number) => {
    const band = Math.floor(log(Math.min(max, Math.max(min, value))) * per) - first
    calls[band] = (calls[band] ?? 0) + weight
  }
  add(0, zeroCount)
  for (const [i, weight] of store.bins.entries()) if (weight > 0) add(mapping.value(i + store.offset), weight)
  return calls.map((weight, i) => ({
    from_ms: edge((first + i) / per),
    to_ms: edge((first + i + 1) / per),
    calls: Math.round(weight),
  }))
}

const edge = (log: number) => Number((10 ** log).toPrecision(4))
