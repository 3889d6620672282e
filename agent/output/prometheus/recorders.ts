import type { Metadata, Observed, Point } from '../../model.ts'
import type { CallCosts } from '../cost/call-costs.ts'
import { type Added, addedBy } from '../opentelemetry-metrics.ts'
import { amountOf, dbSystemOf, genAiOperationOf, genAiProviderOf } from '../semantics.ts'
import {
  calls,
  cost,
  dbDuration,
  duration,
  genAiMetric,
  items,
  type Metric,
  memory,
  type Naming,
  other,
  tokens,
} from './metric-names.ts'
import { addTo, type Cell, observeIn, type Store } from './series.ts'

/** Counts one point's calls. */
export type Recorder = (call: Observed) => void
type Name = (value: unknown) => string
const mostValues = 100
const { now: dateNow } = Date

/** Compiles what counts the calls of a point, into the store or another; label values beyond the first 100 of a kind become `other`. */
export function createRecorders(
  all: Store,
  naming: Naming,
  costs?: CallCosts,
): (point: Point, into?: Store) => Recorder {
  const model = bounded()
  const operation = bounded()
  const collection = bounded()
  const error = bounded()
  const provider = bounded()

  const recorderOf = (point: Point, store = all): Recorder => {
    const genAi = naming === 'profiling' ? undefined : genAiOperationOf(point)
    if (naming !== 'profiling' && genAi !== undefined)
      return genAiRecorder({ store, point, added: addedBy(naming, genAi), operation: genAi, model, provider, error })
    if (naming !== 'profiling' && dbSystemOf(point) !== undefined)
      return dbRecorder(store, point, operation, collection, error)
    return profilingRecorder(store, point, model)
  }
  if (costs === undefined) return recorderOf
  return (point, store = all) => {
    const record = recorderOf(point, store)
    const count = costRecorder(store, point, model, costs)
    return (call) => {
      record(call)
      count(call)
    }
  }
}

function costRecorder(store: Store, { name, target, library }: Point, model: Name, costs: CallCosts): Recorder {
  const metric = cost(costs.currency)
  const cellOf = byValue(model, (by) => store.cell(metric, [name, target, library, by]))
  return (call) => {
    const paid = costs.of(call)
    if (paid > 0) addTo(cellOf(call.metadata?.model), paid)
  }
}

/** Our own names. */
function profilingRecorder(store: Store, point: Point, model: Name): Recorder {
  const labels = [point.name, point.target, point.library]
  const sideOf = (outcome: string) => {
    // A histogram is made with its first call.
    const made = lazy(() => store.cell(duration, [...labels, outcome]))
    return { calls: store.cell(calls, [...labels, outcome]), duration: made }
  }
  const ok = sideOf('ok')
  const failed = sideOf('error')
  const bytes = lazy(() => store.cell(memory, labels))
  const batch = lazy(() => store.cell(items, labels))
  const usageOf = byValue(model, (name) => createUsage((type) => store.cell(tokens, [...labels, name, type])))

  return (call) => {
    const side = call.error === undefined ? ok : failed
    addTo(side.calls, 1)
    observeDuration(side.duration(), duration, call)
    if (call.memoryMb !== undefined) observeIn(bytes(), bucketsOf(memory), call.memoryMb * 1e6)
    const { metadata } = call
    if (metadata === undefined) return
    const { batch_size, input_tokens, output_tokens } = metadata
    if (isCount(batch_size)) addTo(batch(), batch_size)
    if (input_tokens !== undefined || output_tokens !== undefined) usageOf(metadata.model)(metadata, addTo)
  }
}

interface GenAiParts {
  readonly store: Store
  readonly point: Point
  readonly operation: string
  readonly added: readonly Added[]
  readonly model: Name
  readonly provider: Name
  readonly error: Name
}

/** OpenTelemetry's names for calls of models. */
function genAiRecorder({ store, point, operation, added, model, provider, error }: GenAiParts): Recorder {
  const ofProvider = byValue(
    (value) => provider(genAiProviderOf(point, value)),
    (by) => byValue(model, (name) => added.map((one) => createAddition(one, [operation, by, name]))),
  )
  const createAddition = (one: Added, labels: readonly string[]): Recorder => {
    const metric = genAiMetric(one)
    const { key, also } = one
    if (key === undefined) {
      const cellOf = byValue(error, (type) => store.cell(metric, [...labels, type]))
      return (call) => observeDuration(cellOf(call.error), metric, call)
    }
    const cell = lazy(() => store.cell(metric, also === undefined ? labels : [...labels, also[1]]))
    const add = metric.type === 'counter' ? addTo : (to: Cell, value: number) => observeIn(to, bucketsOf(metric), value)
    return ({ metadata = {} }) => {
      const value = amountOf(metadata, key)
      if (isCount(value)) add(cell(), value)
    }
  }

  return (call) => {
    for (const add of ofProvider(call.metadata?.provider)(call.metadata?.model)) add(call)
  }
}

/** OpenTelemetry's names for calls of databases. */
function dbRecorder(store: Store, point: Point, operation: Name, collection: Name, error: Name): Recorder {
  const system = dbSystemOf(point) ?? other
  const verb = point.name.slice(point.name.lastIndexOf('.') + 1)
  const durationOf = byValue(
    (said) => operation(said ?? verb),
    (does) =>
      byValue(collection, (name) => byValue(error, (type) => store.cell(dbDuration, [system, does, name, type]))),
  )

  return (call) => {
    const { metadata } = call
    observeDuration(durationOf(metadata?.operation)(metadata?.collection)(call.error), dbDuration, call)
  }
}

function createUsage(made: (type: 'input' | 'output') => Cell) {
  const input = lazy(() => made('input'))
  const output = lazy(() => made('output'))
  return ({ input_tokens, output_tokens }: Metadata, count: (cell: Cell, tokens: number) => void) => {
    if (isCount(input_tokens)) count(input(), input_tokens)
    if (isCount(output_tokens)) count(output(), output_tokens)
  }
}

function observeDuration(cell: Cell, metric: Metric, { durationMs, traceId, spanId }: Observed): void {
  const value = durationMs / 1000
  const bucket = observeIn(cell, bucketsOf(metric), value)
  if (traceId === undefined) return
  cell.exemplars ??= []
  cell.exemplars[bucket] = [traceId, spanId ?? '', value, dateNow() / 1000]
}

/** The first values of a label as they are, all others as `other`. */
function bounded(): Name {
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

/** Keeps one thing for each value of a label, made with its first call. */
function byValue<T>(name: Name, made: (label: string) => T): (value: unknown) => T {
  const known = new Map<unknown, T>()
  return (value) => {
    const found = known.get(value)
    if (found !== undefined) return found
    const label = name(value)
    const one = known.get(label) ?? made(label)
    if (known.size < 2 * mostValues) known.set(label, one).set(value, one)
    return one
  }
}

function lazy<T>(made: () => T): () => T {
  let one: T | undefined
  return () => {
    one ??= made()
    return one
  }
}

const bucketsOf = (metric: Metric) => metric.buckets as readonly number[]
const isCount = (value: unknown): value is number => typeof value === 'number' && value > 0
