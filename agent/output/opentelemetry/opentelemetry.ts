import type { Context, MeterProvider } from '@opentelemetry/api'
import type { OutputOf } from '../../config/unions.ts'
import type { Observed, Output, ProfileRecord } from '../../model.ts'
import { conventions, instrumentationScope, namingOf } from '../opentelemetry-names.ts'
import type { OutputParts } from '../output-parts.ts'
import { requirePeers } from '../peers.ts'
import { spanOf } from '../semantics.ts'
import { createInstruments } from './instruments.ts'
import { createProcessInstruments } from './process-instruments.ts'
import { endOf, startOf } from './time.ts'

type Api = typeof import('@opentelemetry/api')

const most = 4096

/** Spans and metrics by the application's own OpenTelemetry SDK, under the span that was active when the call began. */
export function createOpenTelemetryOutput(
  options: Pick<OutputOf<'opentelemetry'>, 'naming'>,
  { folder, warnOnce }: Pick<OutputParts, 'folder' | 'warnOnce'>,
): Output {
  const [api] = (requirePeers('opentelemetry', ['@opentelemetry/api'], folder, warnOnce) ?? []) as [Api?]
  if (api === undefined) return { write: () => false, flush() {} }
  const { context, trace, metrics, SpanKind, SpanStatusCode, ROOT_CONTEXT } = api
  const naming = namingOf(options.naming, process.env)
  const { schemaUrl } = conventions[naming]
  const scope = schemaUrl === undefined ? {} : { schemaUrl }

  const kinds = { client: SpanKind.CLIENT, internal: SpanKind.INTERNAL, server: SpanKind.SERVER }
  /** Contexts of the last records with a `span_id`, for the records nested in them. */
  const made = new Map<string, Context>()
  const remember = (id: string, where: Context) => {
    if (made.size >= most) made.delete(made.keys().next().value as string)
    made.set(id, where)
  }

  let provider: MeterProvider | undefined
  let instruments: ReturnType<typeof createInstruments> | undefined
  let ofProcess: ({ readonly by: MeterProvider } & ReturnType<typeof createProcessInstruments>) | undefined

  return {
    capture: () => context.active(),
    write(record: ProfileRecord, active: unknown) {
      // The SDK has a span of the request itself, and its calls are in that by their own contexts.
      if (record.kind === 'http' && active !== undefined && trace.getSpan(active as Context) !== undefined) return true
      const { name, kind, attributes } = spanOf(record, naming)
      const under = (record.parent_id && made.get(record.parent_id)) || (active as Context | undefined) || ROOT_CONTEXT
      const span = trace
        .getTracerProvider()
        .getTracer(instrumentationScope, undefined, scope)
        .startSpan(name, { kind: kinds[kind], startTime: startOf(record), attributes }, under)
      const identity = span.spanContext()
      // Without an SDK the span has no identity of its own. One that the SDK's sampler leaves out has.
      if (!trace.isSpanContextValid(identity) || identity.spanId === trace.getSpanContext(under)?.spanId) {
        warnOnce('no sdk', `output.type opentelemetry: ${whyNoSpans()}; records are dropped`)
        return false
      }
      if (record.error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end(endOf(record))
      if (record.span_id !== undefined) remember(record.span_id, trace.setSpan(under, span))
      return true
    },
    observe(call: Observed) {
      // One that is registered later is another object.
      const now = metrics.getMeterProvider()
      if (now !== provider) {
        provider = now
        instruments = createInstruments(now.getMeter(instrumentationScope, undefined, scope), naming)
      }
      instruments?.(call, context.active())
    },
    process(reading) {
      const by = metrics.getMeterProvider()
      if (ofProcess?.by !== by) {
        ofProcess?.stop()
        const meter = by.getMeter(instrumentationScope, undefined, scope)
        ofProcess = { by, ...createProcessInstruments(meter) }
      }
      ofProcess.told(reading)
    },
    flush() {},
    close() {
      made.clear()
      ofProcess?.stop()
    },
  }
}

/** The global that all copies of the API share; one ignores what a copy of an older minor version has registered. */
function whyNoSpans(): string {
  const shared = (globalThis as Record<symbol, unknown>)[Symbol.for('opentelemetry.js.api.1')]
  const { version, trace } = (shared ?? {}) as { version?: string; trace?: unknown }
  if (trace !== undefined)
    return `the OpenTelemetry SDK was registered with @opentelemetry/api ${version}, which the one beside the application's main script doesn't go with; install one version (npm dedupe)`
  return 'the application has registered no OpenTelemetry SDK in this thread; register one (@opentelemetry/sdk-node), or use type: otlp'
}
