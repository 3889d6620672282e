import type { Attributes, Context, Meter } from '@opentelemetry/api'
import type { Observed } from '../../model.ts'
import { type MetricName, metrics, type Naming } from '../opentelemetry-metrics.ts'
import { measuresOf } from '../semantics.ts'

type Add = (value: number, attributes: Attributes, context: Context) => void

/** Keeps the histograms and counters of a meter: every observed call goes into one or more of them. */
export function createInstruments(meter: Meter, naming: Naming): (call: Observed, context: Context) => void {
  const instruments = new Map<MetricName, Add>()
  const addTo = (metric: MetricName): Add => {
    const known = instruments.get(metric)
    if (known !== undefined) return known
    const made = instrumentOf(meter, metric)
    instruments.set(metric, made)
    return made
  }

  return (call, context) => {
    for (const { metric, value, attributes } of measuresOf(call, naming)) addTo(metric)(value, attributes, context)
  }
}

function instrumentOf(meter: Meter, metric: MetricName): Add {
  const { kind, name, description, unit, boundaries } = metrics[metric]
  if (kind === 'counter') {
    const counter = meter.createCounter(name, { description, unit })
    return (value, attributes, context) => counter.add(value, attributes, context)
  }
  const advice = { explicitBucketBoundaries: [...boundaries] }
  const histogram = meter.createHistogram(name, { description, unit, advice })
  return (value, attributes, context) => histogram.record(value, attributes, context)
}
