import type { Labels } from '../../config/labels.ts'
import { type Added, added, addedBy, type Naming as Otel, metrics as otel } from '../opentelemetry-metrics.ts'
import type { Metric } from './metric.ts'
import { processMetrics } from './process-metrics.ts'

export type { Metric } from './metric.ts'

/** Labels whose few values are ours: they stay when a label set overflows. */
const ours = new Set(['outcome', 'type', 'gen_ai_token_type', 'gen_ai_token_modality'])

const call = ['name', 'target', 'library'] as const
const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
const genAi = ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model'] as const
/** In Prometheus' words. */
const named = (name: string) => name.replaceAll('.', '_')
const counter = (name: string, labels: readonly string[], help: string): Metric => ({
  name,
  help,
  type: 'counter',
  labels,
})

export const duration: Metric = {
  name: 'profiling_duration_seconds',
  help: 'How long profiled calls took, sampled or not.',
  type: 'histogram',
  labels: [...call, 'outcome'],
  buckets: seconds,
}
export const memory: Metric = {
  name: 'profiling_memory_bytes',
  help: 'Peak of the memory above that at the start of the call, of the whole process; with level: detailed only.',
  type: 'histogram',
  labels: call,
  buckets: [1e5, 2.5e5, 5e5, 1e6, 2.5e6, 5e6, 1e7, 2.5e7, 5e7, 1e8, 2.5e8, 5e8, 1e9, 2.5e9],
}
export const calls = counter('profiling_calls_total', [...call, 'outcome'], 'Profiled calls that have ended.')
export const tokens = counter(
  'profiling_tokens_total',
  [...call, 'model', 'type'],
  'Tokens that the answers to profiled calls told of, each counted once.',
)
/** By contracts in another currency it has another name. */
export const cost = (currency: string) =>
  counter(
    `profiling_cost_${currency.toLowerCase()}_total`,
    [...call, 'model'],
    'What profiled calls cost, by the prices that are known.',
  )
export const items = counter('profiling_batch_items_total', call, 'Texts, vectors or rows given to profiled calls.')

/** `naming`, as it is in force. */
export type Naming = 'profiling' | Otel

const genAiMetrics = new Map<Added['metric'], Metric>()

/** The metric of OpenTelemetry's, in Prometheus' words. Its last label is the error's, or what the addition has besides. */
export function genAiMetric({ metric, key, also }: Added): Metric {
  const known = genAiMetrics.get(metric)
  if (known !== undefined) return known
  const { kind, name, description, unit, boundaries } = otel[metric]
  const suffix = kind === 'counter' ? '_total' : unit === 's' ? '_seconds' : ''
  const last = key === undefined ? 'error_type' : also && named(also[0])
  const made: Metric = {
    name: `${named(name)}${suffix}`,
    help: `${description} (OpenTelemetry: ${name})`,
    type: kind,
    labels: last === undefined ? genAi : [...genAi, last],
    ...(kind === 'histogram' && { buckets: boundaries }),
  }
  genAiMetrics.set(metric, made)
  return made
}

/** All that calls of models may add to, each once. */
const genAiMetricsOf = (naming: Otel): Metric[] => [
  ...new Set(
    Object.keys(added[naming])
      .flatMap((operation) => addedBy(naming, operation))
      .map(genAiMetric),
  ),
]

export const dbDuration: Metric = {
  name: `${named(otel.db.name)}_seconds`,
  help: `Duration of calls of databases and vector stores (OpenTelemetry: ${otel.db.name}).`,
  type: 'histogram',
  labels: ['db_system_name', 'db_operation_name', 'db_collection_name', 'error_type'],
  buckets: otel.db.boundaries,
}

/** The ledger, by the key of its counts. */
export const ledgerCounters = {
  seen: counter('crossbridge_calls_seen_total', ['library', 'name'], 'Calls that have begun.'),
  sampled_out: counter('crossbridge_calls_sampled_out_total', ['library', 'name'], 'Calls left out by sampling.'),
  under_threshold: counter(
    'crossbridge_calls_under_threshold_total',
    ['library', 'name'],
    'Calls that passed no threshold.',
  ),
  limited: counter('crossbridge_calls_limited_total', ['library', 'name'], 'Calls left out by the limiter.'),
  emitted: counter('crossbridge_calls_emitted_total', ['library', 'name'], 'Calls that left a record.'),
  dropped: counter('crossbridge_calls_dropped_total', ['library', 'name'], 'Records that no output took.'),
} as const
export const open: Metric = {
  name: 'crossbridge_calls_open',
  help: 'Calls under way.',
  type: 'gauge',
  labels: ['library', 'name'],
}
export const faults = counter('crossbridge_faults_total', [], 'Faults of the agent itself.')
export const selfCpu = counter('crossbridge_self_cpu_seconds_total', [], "The agent's own work, as it measures it.")

const agent = [...Object.values(ledgerCounters), open, faults, selfCpu]
const isAgents = (metric: Metric) => agent.includes(metric)
const profiling = [duration, memory, calls, tokens, items]

/** The served metrics, in order; those that OpenTelemetry has no name for keep ours. */
export const metricsOf = (naming: Naming): readonly Metric[] =>
  naming === 'profiling' ? [...profiling, ...agent] : [...genAiMetricsOf(naming), dbDuration, ...profiling, ...agent]
const metricsByName = new Map(
  [...metricsOf('otel'), ...metricsOf('otel_latest'), ...processMetrics].map((metric) => [metric.name, metric]),
)
/** Undefined for what another version counts. */
export function metricByName(name: string): Metric | undefined {
  const [, currency] = /^profiling_cost_([a-z]{3})_total$/.exec(name) ?? []
  return currency === undefined ? metricsByName.get(name) : cost(currency)
}

/** A metric of calls with the user's own labels: their values come after its own, those of all calls with each. */
export function withLabels(metric: Metric, labels: Labels): Metric {
  if (isAgents(metric)) return metric
  const constants = Object.entries(labels).flatMap(([name, label]) =>
    'text' in label ? [[name, label.text] as const] : [],
  )
  return {
    ...metric,
    labels: [...metric.labels, ...readNames(labels)],
    ...(constants.length > 0 && { constants: Object.fromEntries(constants) }),
  }
}

/** The labels that calls differ by. */
export const readNames = (labels: Labels): string[] =>
  Object.keys(labels).filter((name) => 'header' in (labels[name] ?? {}))

/** The label's value for all values beyond its limit. */
export const other = 'other'
export const overflowOf = (metric: Metric, values: readonly string[]): string[] =>
  values.map((value, i) => (value === '' || ours.has(metric.labels[i] ?? '') ? value : other))
