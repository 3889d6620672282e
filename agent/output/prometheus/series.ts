import { type Metric, metricByName, other, overflowOf } from './metric-names.ts'

/** One call of a bucket, in its request; seconds are Unix time. */
export type Exemplar = readonly [traceId: string, spanId: string, value: number, seconds: number]

/** One series. A counter and a gauge are one number; a histogram is its buckets, one more above the last, and the sum. */
export interface Cell {
  readonly numbers: Float64Array
  exemplars: (Exemplar | null)[] | undefined
}

/** Series as they go between threads and processes: by metric, then by the JSON of their label values. */
export type Snapshot = Record<string, Record<string, { n: number[]; x?: (Exemplar | null)[] }>>

export interface Store {
  /** The series of these values, in the order of the metric's labels and the user's; beyond the bound that of `other`. */
  cell(metric: Metric, values: readonly string[]): Cell
  /** Adds up; gauges of what has ended do not count. */
  add(snapshot: Snapshot, gauges: boolean): void
  snapshot(): Snapshot
}

/** Label sets of one metric, less those of `other`. */
const mostSets = 198
/** With labels of the user's own, before these become `other`; with those above it is OpenTelemetry's limit of 2,000. */
const mostLabelled = 1800

export function createStore(): Store {
  const all = new Map<string, Map<string, Cell>>()

  const cell = (metric: Metric, values: readonly string[]): Cell => {
    const series = all.get(metric.name) ?? new Map<string, Cell>()
    all.set(metric.name, series)
    let key = JSON.stringify(values)
    const own = metric.labels.length
    const isLabelled = values.length > own
    if (isLabelled && !series.has(key) && series.size >= mostLabelled)
      key = JSON.stringify(values.map((value, i) => (i < own || value === '' ? value : other)))
    if (!series.has(key) && series.size >= (isLabelled ? mostLabelled + mostSets : mostSets))
      key = JSON.stringify(overflowOf(metric, values))
    const found = series.get(key) ?? { numbers: new Float64Array(sizeOf(metric)), exemplars: undefined }
    series.set(key, found)
    return found
  }

  return {
    cell,
    add(snapshot, gauges) {
      for (const [name, series] of Object.entries(snapshot)) {
        const metric = metricByName(name)
        if (metric === undefined || (metric.type === 'gauge' && !gauges)) continue
        for (const [key, { n, x }] of Object.entries(series)) {
          const into = cell(metric, JSON.parse(key))
          for (let i = 0; i < into.numbers.length; i++) into.numbers[i] = (into.numbers[i] ?? 0) + (n[i] ?? 0)
          if (x === undefined) continue
          into.exemplars ??= []
          for (const [i, one] of x.entries())
            if (one !== null && one[3] >= (into.exemplars[i]?.[3] ?? 0)) into.exemplars[i] = one
        }
      }
    },
    snapshot() {
      const snapshot: Snapshot = {}
      for (const [name, series] of all) {
        const those: Snapshot[string] = {}
        for (const [key, { numbers, exemplars }] of series)
          those[key] = { n: [...numbers], ...(exemplars && { x: Array.from(exemplars, (one) => one ?? null) }) }
        snapshot[name] = those
      }
      return snapshot
    },
  }
}

const sizeOf = ({ buckets }: Metric) => (buckets === undefined ? 1 : buckets.length + 2)

/** Counts a value; gives its bucket. */
export function observeIn({ numbers }: Cell, buckets: readonly number[], value: number): number {
  const most = buckets.length
  let i = 0
  while (i < most && value > (buckets[i] as number)) i++
  numbers[i] = (numbers[i] as number) + 1
  numbers[most + 1] = (numbers[most + 1] as number) + value
  return i
}

export function addTo({ numbers }: Cell, value: number): void {
  numbers[0] = (numbers[0] as number) + value
}
