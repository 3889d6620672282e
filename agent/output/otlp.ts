import { AsyncResource } from 'node:async_hooks'
import { threadId } from 'node:worker_threads'
import type { OutputConfig } from '../config/schema.ts'
import type { Observed, Output, ProfileRecord, Tell } from '../model.ts'
import { createInstruments } from './instruments.ts'
import type { OutputParts } from './open.ts'
import { requirePeers } from './peers.ts'
import { hush, userAgent } from './quiet.ts'
import { createReadableSpans } from './readable.ts'
import { instrumentationScope, resourceOf, schemaUrl } from './semantics.ts'
import { createShipment, type Shipment } from './shipment.ts'

type Api = typeof import('@opentelemetry/api')
type Traces = typeof import('@opentelemetry/exporter-trace-otlp-proto')
type Metrics = typeof import('@opentelemetry/exporter-metrics-otlp-proto')
type Sdk = typeof import('@opentelemetry/sdk-metrics')
type Resources = typeof import('@opentelemetry/resources')

const peers = ['api', 'resources', 'sdk-metrics', 'exporter-trace-otlp-proto', 'exporter-metrics-otlp-proto'] as const

/** Spans and metrics to a collector, by the exporters of the OpenTelemetry SDK that the application has installed. */
export function createOtlpOutput(
  options: OutputConfig,
  parts: Pick<OutputParts, 'folder' | 'tell' | 'fault' | 'ownOrigins'>,
): Output {
  const { tell, fault, folder, ownOrigins } = parts
  const { env } = process
  const names = peers.map((name) => `@opentelemetry/${name}`)
  const loaded = requirePeers('otlp', names, folder, tell) as [Api, Resources, Sdk, Traces, Metrics] | undefined
  if (loaded === undefined) return { write: () => false, flush() {} }
  const [api, resources, sdk, { OTLPTraceExporter }, { OTLPMetricExporter }] = loaded
  // How long the end of a process waits for the last export, in milliseconds.
  const patience = numberOf(env.OTEL_EXPORTER_OTLP_TIMEOUT, 2000)
  const urlOf = compileUrl(options.endpoint, env, tell)

  for (const signal of ['TRACES', 'METRICS']) {
    const origin = options.endpoint || env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`] || env.OTEL_EXPORTER_OTLP_ENDPOINT
    const { hostname, host, port, protocol } = new URL(
      URL.canParse(origin ?? '') ? (origin ?? '') : 'http://localhost:4318',
    )
    ownOrigins.add(host).add(`${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`)
  }
  const { unhush, quiet } = hush()
  const traces = quiet(new OTLPTraceExporter({ ...urlOf('v1/traces'), userAgent }))
  const metrics = quiet(new OTLPMetricExporter({ ...urlOf('v1/metrics'), userAgent }))
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
  const observe = createInstruments(provider.getMeter(instrumentationScope, undefined, { schemaUrl }))
  const readable = createReadableSpans(api, resource)

  // What is sent from inside of a call must not belong to that call's request.
  const outside = new AsyncResource('crossbridge.otlp')
  const silent = api.ROOT_CONTEXT.setValue(api.createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING'), true)
  const detached = (work: () => void) => outside.runInAsyncScope(() => api.context.with(silent, work))
  let told = false
  const shipment: Shipment = createShipment({
    most: numberOf(env.OTEL_BSP_MAX_QUEUE_SIZE, 2048),
    batch: numberOf(env.OTEL_BSP_MAX_EXPORT_BATCH_SIZE, 512),
    everyMs: numberOf(env.OTEL_BSP_SCHEDULE_DELAY, 5000),
    totalsEveryMs: numberOf(env.OTEL_METRIC_EXPORT_INTERVAL, 60_000),
    patience,
    detached,
    send: (spans, done) => traces.export(spans, ({ error, code }) => done(code === 0 ? undefined : (error ?? code))),
    sendTotals(done) {
      reader.collect().then(({ resourceMetrics }) => {
        metrics.export(resourceMetrics, ({ error, code }) => done(code === 0 ? undefined : (error ?? code)))
      }, done)
    },
    failed(error) {
      if (told) return
      told = true
      tell(
        'otlp export',
        `output.type otlp: the collector can't be reached or refuses (${reasonOf(error)}); what it doesn't take is dropped until it does`,
      )
    },
    lost(spans, pending) {
      const why = `${pending} still waited when the process ended, by process.exit() or after ${patience} ms at its end`
      tell('otlp lost', `output.type otlp: spans that were not exported: ${spans}${pending > 0 ? ` (${why})` : ''}`)
    },
    closed() {
      unhush()
      Promise.all([traces.shutdown(), metrics.shutdown(), provider.shutdown()]).catch(fault)
    },
    fault,
  })

  return {
    write: (record: ProfileRecord) => shipment.add(() => readable(record)),
    observe(call: Observed) {
      observe(call, api.ROOT_CONTEXT)
      shipment.touch()
    },
    flush() {},
    exit: shipment.exit,
    close: shipment.close,
  }
}

/** The exporters read the standard variables themselves; the option is the collector's address, without a path. */
function compileUrl(endpoint: string, env: NodeJS.ProcessEnv, tell: Tell): (path: string) => { url?: string } {
  const protocol = env.OTEL_EXPORTER_OTLP_PROTOCOL
  if (endpoint === '' && protocol && protocol !== 'http/protobuf')
    tell(
      'otlp protocol',
      `OTEL_EXPORTER_OTLP_PROTOCOL ${protocol} is not spoken; using http/protobuf, which collectors take on port 4318 (output.endpoint)`,
    )
  if (endpoint === '') return () => ({})
  if (!/^https?:$/.test(URL.canParse(endpoint) ? new URL(endpoint).protocol : '')) {
    tell(
      'otlp endpoint',
      `output.endpoint must be a URL such as http://127.0.0.1:4318; using OTEL_EXPORTER_OTLP_ENDPOINT or its default`,
    )
    return () => ({})
  }
  return (path) => ({ url: `${endpoint.replace(/\/+$/, '')}/${path}` })
}

/** A standard variable's number, as far as it is one. */
function numberOf(text: string | undefined, otherwise: number): number {
  const value = Number(text)
  return text && value > 0 && value < 2 ** 31 ? Math.ceil(value) : otherwise
}

/** An exporter's error has the status in `code`, where that came; the answer's text is the collector's and is left out. */
function reasonOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  const text = `${message ?? error}`.slice(0, 200)
  return code === undefined || text.includes(`${code}`) ? text : `${code} ${text}`.trimEnd()
}
