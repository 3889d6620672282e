import type { BatchObservableCallback, Meter, Observable } from '@opentelemetry/api'
import type { ProcessReading } from '../../model.ts'
import { processMetrics } from '../opentelemetry-names.ts'

/** Keeps the process's metrics of a meter, which asks for the last reading when it collects. */
export function createProcessInstruments(meter: Meter) {
  let last: ProcessReading | undefined
  const made = processMetrics.map(({ name, kind, values, ...options }) => ({
    observable:
      kind === 'sum'
        ? meter.createObservableCounter(name, options)
        : meter.createObservableUpDownCounter(name, options),
    values,
  }))
  const observables = made.map(({ observable }): Observable => observable)
  const collect: BatchObservableCallback = (result) => {
    if (last === undefined) return
    for (const { observable, values } of made)
      for (const [value, attributes] of values(last))
        if (value !== undefined) result.observe(observable, value, attributes)
  }
  meter.addBatchObservableCallback(collect, observables)

  return {
    told(reading: ProcessReading): void {
      last = reading
    },
    /** The application's meter outlives an output that a reload has closed. */
    stop: () => meter.removeBatchObservableCallback(collect, observables),
  }
}
