import type { Metric } from './metric-names.ts'
import type { Snapshot } from './series.ts'

/** A value, in the form in which prom-client's registry takes it too. */
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

/** The formats, by the content type of a scrape. */
export const plain = 'text/plain; version=0.0.4; charset=utf-8'
export const openMetrics = 'application/openmetrics-text; version=1.0.0; charset=utf-8'
export type ContentType = typeof plain | typeof openMetrics

/** The most that OpenMetrics lets the labels of an exemplar have, in characters. */
const longestExemplar = 128

/** The values of one metric. `name` is what it is called at the moment, which prom-client changes for OpenMetrics. */
export function valuesOf(metric: Metric, series: Snapshot[string] = {}, name = metric.name): Value[] {
  const values: Value[] = []
  for (const [key, { n, x }] of Object.entries(series)) {
    const given = JSON.parse(key) as string[]
    const labels: Record<string, string> = { ...metric.constants }
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

/** All metrics that have values, for a scrape, a text file or a Pushgateway. */
export function textOf(metrics: readonly Metric[], snapshot: Snapshot, type: ContentType = plain): string {
  const isOpen = type === openMetrics
  const lines: string[] = []
  for (const metric of metrics) {
    const values = valuesOf(metric, snapshot[metric.name])
    if (values.length === 0) continue
    // OpenMetrics has a counter's samples alone end in `_total`.
    const family = isOpen && metric.type === 'counter' ? metric.name.replace(/_total$/, '') : metric.name
    lines.push(`# HELP ${family} ${metric.help}`, `# TYPE ${family} ${metric.type}`)
    for (const { metricName = metric.name, labels, value, exemplar } of values) {
      const labelText = labelled(labels)
      const last = isOpen && exemplar ? ` # ${labelled(exemplar.labelSet)} ${exemplar.value} ${exemplar.timestamp}` : ''
      lines.push(`${metricName}${labelText === '{}' ? '' : labelText} ${value}${last}`)
    }
  }
  if (isOpen) lines.push('# EOF')
  return `${lines.join('\n')}\n`
}

const labelled = (labels: Value['labels']) =>
  `{${Object.entries(labels).map(([name, text]) => `${name}="${escaped(String(text))}"`)}}`
const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
