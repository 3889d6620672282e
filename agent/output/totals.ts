import type { Ledger } from '../ledger.ts'
import type { Metadata, Observed, Point } from '../model.ts'
import { dbSystemOf, genAiOperationOf, genAiProviderOf } from './conventions.ts'
import {
  calls,
  dbDuration,
  duration,
  faults,
  genAiDuration,
  genAiTokens,
  items,
  ledgerCounters,
  type Metric,
  memory,
  open,
  other,
  selfCpu,
  tokens,
} from './metrics.ts'
import { addTo, type Cell, createStore, observeIn, type Snapshot, type Store } from './series.ts'

/** Plain counters in this thread; nothing of a metrics library is called where a call ends. */
export interface Totals {
  observe(call: Observed): void
  snapshot(): Snapshot
  /** Whether anything has changed since it was asked last, or a call is under way. */
  changed(): boolean
}

interface TotalsParts {
  readonly naming: 'profiling' | 'otel'
  readonly ledger: Pick<Ledger, 'each' | 'faults' | 'totals'>
  readonly meter: { total(): number }
}

type Recorder = (call: Observed) => void
const mostValues = 100

export function createTotals({ naming, ledger, meter }: TotalsParts): Totals {
  const store = createStore()
  const recorders = new Map<Point, Recorder>()
  const bounds = { model: bounded(), collection: bounded(), error: bounded(), provider: bounded() }
  let last = ''

  const recorderOf = (point: Point): Recorder => {
    const otel = naming === 'otel'
    const made =
      otel && genAiOperationOf(point) !== undefined
        ? genAiRecorder(store, point, bounds)
        : otel && dbSystemOf(point) !== undefined
          ? dbRecorder(store, point, bounds)
          : recorder(store, point, bounds.model)
    recorders.set(point, made)
    return made
  }

  return {
    observe(call) {
      const record = recorders.get(call.point) ?? recorderOf(call.point)
      record(call)
    },
    snapshot: () => ({ ...store.snapshot(), ...agentOf(ledger, meter) }),
    changed() {
      const { seen, open, ...rest } = ledger.totals()
      const now = [seen, open, ledger.faults, ...Object.values(rest)].join()
      const is = now !== last || open > 0
      last = now
      return is
    },
  }
}

/** Our own names. */
function recorder(store: Store, point: Point, model: (value: unknown) => string): Recorder {
  const labels = [point.name, point.target, point.library]
  const sides = ['ok', 'error'].map((outcome) => ({
    calls: store.cell(calls, [...labels, outcome]),
    // A histogram of errors is made with the first of them.
    duration: undefined as Cell | undefined,
    made: () => store.cell(duration, [...labels, outcome]),
  })) as [Side, Side]
  const known = new Map<string, Cell>()
  let bytes: Cell | undefined
  let batch: Cell | undefined

  return (call) => {
    const side = sides[call.error === undefined ? 0 : 1]
    addTo(side.calls, 1)
    side.duration ??= side.made()
    observeDuration(side.duration, duration, call)
    if (call.memoryMb !== undefined) {
      bytes ??= store.cell(memory, labels)
      observeIn(bytes, bucketsOf(memory), call.memoryMb * 1e6)
    }
    const { metadata } = call
    if (metadata === undefined) return
    if (isCount(metadata.batch_size)) {
      batch ??= store.cell(items, labels)
      addTo(batch, metadata.batch_size)
    }
    eachUsage(metadata, (type, count) => {
      const name = model(metadata.model)
      addTo(
        cached(known, `${type} ${name}`, () => store.cell(tokens, [...labels, name, type])),
        count,
      )
    })
  }
}

interface Side {
  readonly calls: Cell
  duration: Cell | undefined
  readonly made: () => Cell
}

interface Bounds {
  readonly model: (value: unknown) => string
  readonly collection: (value: unknown) => string
  readonly error: (value: unknown) => string
  readonly provider: (value: unknown) => string
}

/** OpenTelemetry's names for calls of models. */
function genAiRecorder(store: Store, point: Point, bounds: Bounds): Recorder {
  const operation = genAiOperationOf(point) ?? other
  const known = new Map<string, Cell>()

  return (call) => {
    const { metadata } = call
    const error = call.error === undefined ? '' : bounds.error(call.error)
    const provider = bounds.provider(genAiProviderOf(point, metadata?.provider))
    const model = bounds.model(metadata?.model)
    const cell = cached(known, `${provider} ${model} ${error}`, () =>
      store.cell(genAiDuration, [operation, provider, model, error]),
    )
    observeDuration(cell, genAiDuration, call)
    eachUsage(metadata, (type, count) => {
      const usage = cached(known, `${type} ${provider} ${model}`, () =>
        store.cell(genAiTokens, [operation, provider, model, type]),
      )
      observeIn(usage, bucketsOf(genAiTokens), count)
    })
  }
}

/** OpenTelemetry's names for calls of databases. */
function dbRecorder(store: Store, point: Point, bounds: Bounds): Recorder {
  const system = dbSystemOf(point) ?? other
  const durations = new Map<string, Cell>()

  return (call) => {
    const error = call.error === undefined ? '' : bounds.error(call.error)
    const collection = bounds.collection(call.metadata?.collection)
    const cell = cached(durations, `${collection} ${error}`, () =>
      store.cell(dbDuration, [system, point.name.split('.')[1] ?? point.name, collection, error]),
    )
    observeDuration(cell, dbDuration, call)
  }
}

function eachUsage(metadata: Metadata | undefined, use: (type: 'input' | 'output', tokens: number) => void): void {
  if (metadata === undefined) return
  if (isCount(metadata.input_tokens)) use('input', metadata.input_tokens)
  if (isCount(metadata.output_tokens)) use('output', metadata.output_tokens)
}

function observeDuration(cell: Cell, metric: Metric, { durationMs, traceId, spanId }: Observed): void {
  const value = durationMs / 1000
  const bucket = observeIn(cell, bucketsOf(metric), value)
  if (traceId === undefined) return
  cell.exemplars ??= []
  cell.exemplars[bucket] = [traceId, spanId ?? '', value, dateNow() / 1000]
}

/** The ledger, and what the agent's own work costs. */
function agentOf(ledger: TotalsParts['ledger'], meter: TotalsParts['meter']): Snapshot {
  const store = createStore()
  addTo(store.cell(faults, []), ledger.faults)
  addTo(store.cell(selfCpu, []), meter.total() / 1000)
  for (const { library, scope, counts } of ledger.each()) {
    if (counts.seen === 0) continue
    for (const [key, metric] of Object.entries(ledgerCounters))
      addTo(store.cell(metric, [library, scope]), counts[key as keyof typeof ledgerCounters])
    addTo(store.cell(open, [library, scope]), counts.open)
  }
  return store.snapshot()
}

/** The first values of a label as they are, all others as `other`. */
function bounded(): (value: unknown) => string {
  const known = new Set<string>()
  return (value) => {
    if (value === undefined) return ''
    const text = String(value)
    if (known.has(text)) return text
    if (known.size >= mostValues - 1) return other
    known.add(text)
    return text
  }
}

function cached(known: Map<string, Cell>, key: string, made: () => Cell): Cell {
  const found = known.get(key) ?? made()
  if (!known.has(key)) known.set(key, found)
  return found
}

const { now: dateNow } = Date
const bucketsOf = (metric: Metric) => metric.buckets as readonly number[]
const isCount = (value: unknown): value is number => typeof value === 'number' && value > 0
