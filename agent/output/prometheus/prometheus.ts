import { isMainThread } from 'node:worker_threads'
import { chunk } from '../../chunk.ts'
import { reasonOf } from '../../diagnostics.ts'
import type { Output } from '../../model.ts'
import { namingOf } from '../opentelemetry-names.ts'
import { textOf } from './exposition.ts'
import { createFamily } from './family.ts'
import { cost, metricsOf, readNames, withLabels } from './metric-names.ts'
import { processMetrics } from './process-metrics.ts'
import { createTextfile, type Options, type PrometheusParts, publish } from './publish.ts'
import { addToRegistry, clientOf } from './registry.ts'
import { createTotals, type Totals } from './totals.ts'

const { setInterval, clearInterval } = globalThis
const now = performance.now.bind(performance)
const keepMs = 1000
/** Looks that a cluster's worker takes before it serves: by then its primary does, if the agent is in that too. */
const patience = 2
/** Totals outlive a reload that opens the same output anew. */
const known = new Map<string, Totals>()
/** An output that is configured twice counts once. */
const inUse = new Set<string>()
/** Those that a reload closed keep their values until the process ends. */
const closed = new Map<string, () => void>()
const leaveClosed = () => {
  for (const leave of closed.values()) leave()
}

/** Metrics of every call: served, or added to the application's registry, pushed, or written to a text file. */
export function createPrometheus(options: Options, parts: PrometheusParts): Output | undefined {
  const { warnOnce, folder, ledger, meter } = parts
  const { host, port, registry, pushgateway, textfile } = options
  const naming = options.naming === 'profiling' ? 'profiling' : namingOf(options.naming, process.env)
  const isSeparate = registry === 'own'
  const client = isSeparate
    ? undefined
    : clientOf('output.registry: application', 'there are no metrics', folder, warnOnce)
  if (!isSeparate && client === undefined) return undefined

  const { labels, prices } = parts.config()
  const costs = options.costs === 'off' ? undefined : prices
  const key = JSON.stringify([
    folder,
    host,
    port,
    registry,
    naming,
    pushgateway,
    textfile,
    options.costs,
    costs,
    labels,
  ])
  if (inUse.has(key)) return undefined
  inUse.add(key)
  const totals =
    known.get(key) ??
    createTotals({ naming, ledger, meter, costs: openCosts(options, parts), labels: readNames(labels) })
  known.set(key, totals)
  // The application's own registry may be given prom-client's default metrics later, which throws where it has one of them.
  const served = [...metricsOf(naming), ...(costs === undefined ? [] : [cost(costs.currency)])]
  const calls = Object.keys(labels).length === 0 ? served : served.map((metric) => withLabels(metric, labels))
  const metrics = isSeparate ? [...calls, ...processMetrics] : calls
  const failed = (error: unknown) =>
    warnOnce(
      `family ${key}`,
      `worker processes and threads are not added up in the metrics (${reasonOf(error)}); give the application a TMPDIR that it alone may write to`,
    )
  const family = createFamily(key, isSeparate, failed)
  const merged = () => {
    const mine = totals.snapshot()
    return family()?.merged(mine) ?? mine
  }
  /** The application's own scrape is not to fail with ours. */
  const mergedOrLocal = () => {
    try {
      return merged()
    } catch (error) {
      failed(error)
      return totals.snapshot()
    }
  }

  const stops: (() => void)[] = []
  const every = (ms: number, run: () => void) => {
    const timer = setInterval(() => {
      const since = now()
      run()
      meter.spent(now() - since)
    }, ms).unref()
    stops.push(() => clearInterval(timer))
  }
  const writeText = textfile === '' ? undefined : createTextfile(textfile, warnOnce)
  let leading = false
  let swept = false
  let looks = 0
  const keep = () => {
    try {
      const those = family()
      const mayLead = isMainThread && (those === undefined || those.isRoot || looks++ >= patience)
      if (mayLead && (those?.leads() ?? true) && !leading) {
        leading = true
        publish({ ...{ options, metrics, merged, writeText, every, stops }, ...parts })
      }
      if (those === undefined) return
      if (!(leading && those.isRoot) && totals.changed()) those.write(totals.snapshot(), false)
      if (leading && !swept) {
        swept = true
        those.sweep()
      }
    } catch (error) {
      failed(error)
    }
  }
  keep()
  every(keepMs, keep)
  try {
    if (client && isMainThread) stops.push(addToRegistry(client().register, metrics, mergedOrLocal, warnOnce))
  } catch (error) {
    warnOnce(
      'prom-client',
      `output.type prometheus: prom-client can't be loaded (${reasonOf(error)}); there are no metrics`,
    )
  }
  const leave = () => {
    try {
      if (isMainThread) family()?.leave(totals.snapshot())
      else family()?.write(totals.snapshot(), true)
    } catch (error) {
      failed(error)
    }
  }
  closed.delete(key)

  return {
    keeps: false,
    write: () => false,
    observe: totals.observe,
    ...(isSeparate && { process: totals.process }),
    flush() {},
    exit() {
      if (isMainThread) writeText?.(() => textOf(metrics, merged()))
      leave()
    },
    close() {
      inUse.delete(key)
      for (const stop of stops) stop()
      process.off('exit', leaveClosed).once('exit', leaveClosed)
      closed.set(key, leave)
      try {
        const those = family()
        if (leading) those?.resign()
        if (!(leading && those?.isRoot)) those?.write(totals.snapshot(), false)
      } catch (error) {
        failed(error)
      }
    },
  }
}

/** Loaded where costs are counted. */
function openCosts({ costs }: Options, { config, folder, warnOnce }: PrometheusParts) {
  if (costs === 'off') return undefined
  const { openCallCosts } = chunk<typeof import('../cost/call-costs.ts')>('call-costs')
  return openCallCosts({ prices: config().prices, published: costs === 'published', folder, warnOnce })
}
