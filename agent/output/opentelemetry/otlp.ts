import { AsyncResource } from 'node:async_hooks'
import { isMainThread, threadId } from 'node:worker_threads'
import type { OutputOf } from '../../config/unions.ts'
import type { Observed, Output, ProfileRecord } from '../../model.ts'
import { conventions, instrumentationScope, namingOf } from '../opentelemetry-names.ts'
import type { OutputParts } from '../output-parts.ts'
import { requirePeers } from '../peers.ts'
import { resourceOf } from '../semantics.ts'
import { type BatchExporter, createBatchExporter } from './batch-exporter.ts'
import { compileUrl, hostsOf, numberOf, refusalOf } from './collector.ts'
import { createInstruments } from './instruments.ts'
import { createLinked } from './linked.ts'
import { createProcessInstruments } from './process-instruments.ts'
import { createReadableSpans } from './readable.ts'
import { unrefExports, userAgent } from './unref-exports.ts'

type Api = typeof import('@opentelemetry/api')
type Traces = typeof import('@opentelemetry/exporter-trace-otlp-proto')
type Metrics = typeof import('@opentelemetry/exporter-metrics-otlp-proto')
type Sdk = typeof import('@opentelemetry/sdk-metrics')
type Resources = typeof import('@opentelemetry/resources')
type Peers = [Api, Resources, Sdk, Traces, Metrics]

const peers = ['api', 'resources', 'sdk-metrics', 'exporter-trace-otlp-proto', 'exporter-metrics-otlp-proto'] as const

interface OtlpParts extends Pick<OutputParts, 'folder' | 'warnOnce' | 'fault' | 'agentOrigins' | 'lost' | 'addUnsent'> {
  /** The location of `endpoint` in the configuration. */
  readonly location: string
}

/** Spans and metrics to a collector, by the exporters of the OpenTelemetry SDK that the application has installed. */
export function createOtlpOutput(options: Pick<OutputOf<'otlp'>, 'endpoint' | 'naming'>, parts: OtlpParts): Output {
  const names = peers.map((name) => `@opentelemetry/${name}`)
  const loaded = requirePeers('otlp', names, parts.folder, parts.warnOnce) as Peers | undefined
  try {
    if (loaded !== undefined) return open(loaded, options, parts)
  } catch (error) {
    parts.warnOnce(
      'otlp open',
      `output.type otlp: the OpenTelemetry packages of the application don't fit (${refusalOf(error)}); nothing is exported; ` +
        'resources and sdk-metrics 2 or 3 are needed, and exporters from 0.200 on',
    )
  }
  return { write: () => false, flush() {} }
}

function open(
  [api, resources, sdk, { OTLPTraceExporter }, { OTLPMetricExporter }]: Peers,
  options: Pick<OutputOf<'otlp'>, 'endpoint' | 'naming'>,
  parts: OtlpParts,
): Output {
  const { warnOnce, fault, agentOrigins } = parts
  const { env } = process
  const naming = namingOf(options.naming, env)
  const { schemaUrl } = conventions[naming]
  // The longest time that the end of a process waits for the last export, in milliseconds.
  const patience = numberOf(env.OTEL_EXPORTER_OTLP_TIMEOUT, 2000)
  const urlOf = compileUrl(options.endpoint, parts.location, env, warnOnce)

  for (const host of hostsOf(options.endpoint, env)) agentOrigins.add(host)
  const { stop, unref } = unrefExports(fault)
  const traces = unref(new OTLPTraceExporter({ ...urlOf('v1/traces'), userAgent }))
  const metrics = unref(new OTLPMetricExporter({ ...urlOf('v1/metrics'), userAgent }))
  const resource = resources
    .defaultResource()
    .merge(resources.resourceFromAttributes(resourceOf(process.pid, threadId)))
    .merge(resources.detectResources({ detectors: [resources.envDetector] }))

  const reader = new (class extends sdk.MetricReader {
    protected async onForceFlush() {}
    protected async onShutdown() {}
  })({
    aggregationSelector: (type) => metrics.selectAggregation(type),
    aggregationTemporalitySelector: (type) => metrics.selectAggregationTemporality(type),
  })
  const provider = new sdk.MeterProvider({ resource, readers: [reader] })
  const meter = provider.getMeter(instrumentationScope, undefined, schemaUrl === undefined ? {} : { schemaUrl })
  const observe = createInstruments(meter, naming)
  let ofProcess: ReturnType<typeof createProcessInstruments> | undefined
  const readable = createReadableSpans(api, resource, naming)
  const linked = createLinked(api)

  // Exports that begin inside of a call must not belong to that call's request.
  const outside = new AsyncResource('crossbridge.otlp')
  const silent = api.ROOT_CONTEXT.setValue(api.createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING'), true)
  const detached = (work: () => void) => outside.runInAsyncScope(() => api.context.with(silent, work))
  let told = false
  const exporter: BatchExporter = createBatchExporter({
    most: numberOf(env.OTEL_BSP_MAX_QUEUE_SIZE, 2048),
    batch: numberOf(env.OTEL_BSP_MAX_EXPORT_BATCH_SIZE, 512),
    everyMs: numberOf(env.OTEL_BSP_SCHEDULE_DELAY, 5000),
    totalsEveryMs: numberOf(env.OTEL_METRIC_EXPORT_INTERVAL, 60_000),
    patience,
    detached,
    send: (spans, done) => traces.export(spans, ({ error, code }) => done(code === 0 ? undefined : (error ?? code))),
    sendTotals(done) {
      reader
        .collect()
        .then(({ resourceMetrics }) =>
          metrics.export(resourceMetrics, ({ error, code }) => done(code === 0 ? undefined : (error ?? code))),
        )
        .catch(done)
    },
    failed(error) {
      if (told) return
      told = true
      warnOnce(
        'otlp export',
        `output.type otlp: the collector can't be reached or refuses (${refusalOf(error)}); what it doesn't take is dropped until it does`,
      )
    },
    late: () =>
      warnOnce(
        'otlp late',
        `output.type otlp: at an invocation's end the collector did not take all within ${patience} ms; what was left waits for the next one, and is lost if there is none; a collector nearby is faster, OTEL_EXPORTER_OTLP_TIMEOUT waits longer`,
      ),
    lost: ({ library, name }) => parts.lost(library, name),
    left(refused, pending) {
      const all = parts.addUnsent({ refused, stuck: pending })
      const spans = all.refused + all.stuck
      if (spans === 0 || !isMainThread) return
      const why = `${all.refused} refused, ${all.stuck} still waited when the process ended, by process.exit() or after ${patience} ms at its end`
      warnOnce('otlp lost', `output.type otlp: spans that were not exported: ${spans} (${why})`)
    },
    closed() {
      stop()
      Promise.all([traces.shutdown(), metrics.shutdown(), provider.shutdown()]).catch(fault)
    },
    fault,
  })

  return {
    capture: () => api.context.active(),
    write(record: ProfileRecord, active: unknown) {
      const own = linked(record, active)
      if (own === undefined) return true
      return exporter.add(() => ({ span: readable(own), library: record.library, name: record.name }))
    },
    observe(call: Observed) {
      observe(call, api.ROOT_CONTEXT)
      exporter.touch()
    },
    process(reading) {
      ofProcess ??= createProcessInstruments(meter)
      ofProcess.told(reading)
      exporter.touch()
    },
    drain: exporter.drain,
    flush() {},
    exit: exporter.exit,
    close: exporter.close,
  }
}
