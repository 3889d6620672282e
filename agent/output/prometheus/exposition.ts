import type { Metric } from './metrics.ts'
import type { Snapshot } from './series.ts'

/** A value as prom-client's registry writes it. */
export interface Value {
  readonly metricName: string | undefined
  readonly labels: Record<string, string | number>
  readonly value: number
  readonly exemplar?: {
    readonly labelSet: Record<string, string>
    readonly value: number
    readonly timestamp: number
  }
}

/** The most that OpenMetrics lets the labels of an exemplar have, in characters. */
const longestExemplar = 128

/** The values of one metric. `name` is what it is called at the moment, which prom-client changes for OpenMetrics. */
export function valuesOf(metric: Metric, series: Snapshot[string] = {}, name = metric.name): Value[] {
  const values: Value[] = []
  for (const [key, { n, x }] of Object.entries(series)) {
    const given = JSON.parse(key) as string[]
    const labels: Record<string, string> = {}
    for (const [i, label] of metric.labels.entries()) if (given[i]) labels[label] = given[i]
    if (metric.buckets === undefined) {
      values.push({ metricName: undefined, labels, value: n[0] ?? 0 })
      continue
    }
    let count = 0
    for (const [i, le] of [...metric.buckets, '+Inf'].entries()) {
      count += n[i] ?? 0
      const exemplar = exemplarOf(x?.[i])
      values.push({
        metricName: `${name}_bucket`,
        labels: { le, ...labels },
        value: count,
        ...(exemplar && { exemplar }),
      })
    }
    values.push({ metricName: `${name}_sum`, labels, value: n[metric.buckets.length + 1] ?? 0 })
    values.push({ metricName: `${name}_count`, labels, value: count })
  }
  return values
}

type Given = NonNullable<Snapshot[string][string]['x']>[number] | undefined

function exemplarOf(given: Given): Value['exemplar'] {
  if (!given) return undefined
  const [trace_id, span_id, value, timestamp] = given
  const labelSet = { trace_id, ...(span_id !== '' && { span_id }) }
  const length = Object.entries(labelSet).reduce((sum, [name, text]) => sum + name.length + text.length, 0)
  return length > longestExemplar ? undefined : { labelSet, value, timestamp }
}

/** Prometheus' text format, written at once: at exit prom-client's promises would come too late. */
export function textOf(metrics: readonly Metric[], snapshot: Snapshot): string {
  const lines: string[] = []
  for (const metric of metrics) {
    const values = valuesOf(metric, snapshot[metric.name])
    if (values.length === 0) continue
    lines.push(`# HELP ${metric.name} ${metric.help}`, `# TYPE ${metric.name} ${metric.type}`)
    for (const { metricName = metric.name, labels, value } of values) {
      const those = Object.entries(labels).map(([name, text]) => `${name}="${escaped(String(text))}"`)
      lines.push(`${metricName}${those.length > 0 ? `{${those.join(',')}}` : ''} ${value}`)
    }
  }
  return `${lines.join('\n')}\n`
}

const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
