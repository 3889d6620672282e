import type { Context, Histogram, Meter } from '@opentelemetry/api'
import type { Observed } from '../../model.ts'
import { type MetricName, metrics } from '../opentelemetry-names.ts'
import { measuresOf } from '../semantics.ts'

/** Keeps the histograms of a meter: every observed call goes into one or more of them. */
export function createInstruments(meter: Meter): (call: Observed, context: Context) => void {
  const histograms = new Map<MetricName, Histogram>()
  const histogramOf = (metric: MetricName) => {
    let histogram = histograms.get(metric)
    if (histogram === undefined) {
      const { name, description, unit, boundaries } = metrics[metric]
      const advice = { explicitBucketBoundaries: [...boundaries] }
      histogram = meter.createHistogram(name, { description, unit, advice })
      histograms.set(metric, histogram)
    }
    return histogram
  }

  return (call, context) => {
    for (const { metric, value, attributes } of measuresOf(call)) histogramOf(metric).record(value, attributes, context)
  }
}
