import { createRequire } from 'node:module'
import type * as PromClient from 'prom-client'
import { textOf } from '../../diagnostics.ts'
import type { WarnOnce } from '../../model.ts'
import { pathOf } from '../peers.ts'
import { valuesOf } from './exposition.ts'
import type { Metric } from './metric-names.ts'
import type { Snapshot } from './series.ts'

/** The application's own prom-client, loaded when it is needed first. */
export type Client = () => typeof PromClient

/** A metric as prom-client's registry takes it, which for OpenMetrics changes a counter's name. */
function entryOf(metric: Metric, snapshot: () => Snapshot) {
  const { name, help, type, labels, constants = {} } = metric
  const entry = {
    name,
    help,
    type,
    labelNames: [...labels, ...Object.keys(constants)],
    aggregator: 'sum',
    get: () => ({ ...entry, values: valuesOf(metric, snapshot()[name], entry.name) }),
    reset() {},
  }
  return entry
}

/** Adds the metrics to the application's registry; gives what takes them out again. */
export function addToRegistry(
  registry: PromClient.Registry,
  metrics: readonly Metric[],
  merged: () => Snapshot,
  warnOnce: WarnOnce,
): () => void {
  let current: Snapshot | undefined
  // All metrics of one scrape are asked for in one go.
  const once = () => {
    if (current === undefined)
      queueMicrotask(() => {
        current = undefined
      })
    current ??= merged()
    return current
  }
  const added = metrics.flatMap((metric) => {
    try {
      const entry = entryOf(metric, once)
      registry.registerMetric(entry as never)
      return [[metric.name, entry] as const]
    } catch (error) {
      warnOnce(
        `registry ${metric.name}`,
        `output.registry: ${metric.name} can't be added to the application's registry (${whyNot(registry, metric.name, error)}); it is left out`,
      )
      return []
    }
  })
  return () => {
    for (const [name, entry] of added)
      if ((registry.getSingleMetric(name) as unknown) === entry) registry.removeSingleMetric(name)
  }
}

function whyNot(registry: Pick<PromClient.Registry, 'getSingleMetric'>, name: string, error: unknown): string {
  return registry.getSingleMetric(name) === undefined ? textOf(error) : 'there is one of that name'
}

/** The application's prom-client, which this option needs; one that is missing is reported. */
export function clientOf(option: string, instead: string, folder: string, warnOnce: WarnOnce): Client | undefined {
  const path = pathOf('prom-client', folder)
  if (path !== undefined) return () => createRequire(path)(path)
  warnOnce(
    `peers ${option}`,
    `${option} needs a package that the application doesn't have; ${instead}: npm install prom-client`,
  )
  return undefined
}
