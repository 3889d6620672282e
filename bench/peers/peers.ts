import { register } from '../folder.ts'

/** What an application with the tool is: how its own documentation says that it is started, sent to a sink on loopback. */
export interface Peer {
  readonly name: string
  readonly title: string
  /** The folder of `sets` with its packages, and those that it adds to an application. */
  readonly set: string
  readonly packages: readonly string[]
  /** Node's options before an application that is imported, and one that is required. */
  readonly esm: readonly string[]
  readonly cjs: readonly string[]
  readonly files?: Readonly<Record<string, string>>
  readonly env?: (sink: string) => Readonly<Record<string, string>>
  /** Where the application itself is to be changed. */
  readonly wrapper?: readonly [name: string, from: string]
}

const preloaded = { esm: ['--import', './preload.mjs'], cjs: ['--require', './preload.cjs'] }
/** A preload of lines that say the same imported and required. */
function preload(imports: readonly (readonly [names: string, from: string])[], body: string) {
  const text = (line: (names: string, from: string) => string) =>
    [...imports.map(([names, from]) => line(names, from)), body].join('\n')
  return {
    'preload.mjs': text((names, from) => `import ${names} from '${from}'`),
    'preload.cjs': text((names, from) => `const ${names.replace('* as ', '')} = require('${from}')`),
  }
}
/** What an application that ends by itself is to await, so that nothing is lost. */
const atEnd = (call: string) => `globalThis.atEnd = () => ${call}`

const nothing = { set: 'bare', packages: [], esm: [], cjs: [] }
const peers = {
  bare: { title: 'bare', ...nothing },
  again: { title: 'bare, a second time', ...nothing },
  crossbridge: {
    title: '@crossbridge/agent',
    set: 'bare',
    packages: [],
    esm: ['--import', register],
    cjs: ['--import', register],
    // Every call is recorded, as by the others.
    files: {
      'crossbridge.yml': JSON.stringify({
        runtime: {
          profiling: {
            enabled: true,
            mode: 'full',
            requests: true,
            thresholds: { slow_call_ms: 0 },
            max_records_per_minute: 1e9,
            limits: { self_cpu_percent: 0 },
            output: { type: 'file', path: './profile.jsonl' },
          },
        },
      }),
    },
  },
  opentelemetry: {
    title: 'OpenTelemetry',
    set: 'opentelemetry',
    packages: ['@opentelemetry/api', '@opentelemetry/auto-instrumentations-node'],
    esm: [
      '--experimental-loader=@opentelemetry/instrumentation/hook.mjs',
      '--import',
      '@opentelemetry/auto-instrumentations-node/register',
    ],
    cjs: ['--require', '@opentelemetry/auto-instrumentations-node/register'],
    env: (sink) => ({
      OTEL_EXPORTER_OTLP_ENDPOINT: sink,
      OTEL_SERVICE_NAME: 'bench',
      // The others ask the metadata services of clouds.
      OTEL_NODE_RESOURCE_DETECTORS: 'env,host,os,process',
    }),
  },
  datadog: {
    title: 'Datadog',
    set: 'datadog',
    packages: ['dd-trace'],
    esm: ['--import', 'dd-trace/initialize.mjs'],
    cjs: ['--require', 'dd-trace/init'],
    env: (sink) => ({ DD_TRACE_AGENT_URL: sink, DD_SERVICE: 'bench' }),
  },
  sentry: {
    title: 'Sentry',
    set: 'sentry',
    packages: ['@sentry/node'],
    // It takes no `--require`.
    esm: preloaded.esm,
    cjs: preloaded.esm,
    files: preload(
      [['* as Sentry', '@sentry/node']],
      `Sentry.init({ dsn: process.env.SINK.replace('//', '//public@') + '/1', tracesSampleRate: 1.0 })
${atEnd('Sentry.close(2000)')}`,
    ),
  },
  openllmetry: {
    title: 'OpenLLMetry',
    set: 'openllmetry',
    packages: ['@traceloop/node-server-sdk'],
    ...preloaded,
    files: {
      'preload.mjs': `import * as traceloop from '@traceloop/node-server-sdk'
import { OpenAI } from 'openai'
import * as qdrant from '@qdrant/js-client-rest'
traceloop.initialize({ appName: 'bench', instrumentModules: { openAI: OpenAI, qdrant } })
${atEnd('traceloop.forceFlush()')}`,
      'preload.cjs': `const traceloop = require('@traceloop/node-server-sdk')
traceloop.initialize({ appName: 'bench' })
${atEnd('traceloop.forceFlush()')}`,
    },
    env: (sink) => ({ TRACELOOP_BASE_URL: sink, TRACELOOP_API_KEY: 'none', TRACELOOP_TELEMETRY: 'false' }),
  },
  langfuse: {
    title: 'Langfuse',
    set: 'langfuse',
    packages: ['@langfuse/tracing', '@langfuse/otel', '@langfuse/openai', '@opentelemetry/sdk-node'],
    ...preloaded,
    files: preload(
      [
        ['{ NodeSDK }', '@opentelemetry/sdk-node'],
        ['{ LangfuseSpanProcessor }', '@langfuse/otel'],
      ],
      `const sdk = new NodeSDK({ spanProcessors: [new LangfuseSpanProcessor()] })
sdk.start()
${atEnd('sdk.shutdown()')}`,
    ),
    env: (sink) => ({
      LANGFUSE_BASE_URL: sink,
      LANGFUSE_PUBLIC_KEY: 'none',
      LANGFUSE_SECRET_KEY: 'none',
      // The SDK's own metrics and logs, where it has them on.
      OTEL_EXPORTER_OTLP_ENDPOINT: sink,
    }),
    wrapper: ['observeOpenAI', '@langfuse/openai'],
  },
  pyroscope: {
    title: 'Pyroscope',
    set: 'pyroscope',
    packages: ['@pyroscope/nodejs'],
    ...preloaded,
    files: {
      'preload.mjs': `import Pyroscope from '@pyroscope/nodejs'
Pyroscope.init({ serverAddress: process.env.SINK, appName: 'bench' })
Pyroscope.start()
${atEnd('Pyroscope.stop()')}`,
      'preload.cjs': `const Pyroscope = require('@pyroscope/nodejs')
Pyroscope.init({ serverAddress: process.env.SINK, appName: 'bench' })
Pyroscope.start()
${atEnd('Pyroscope.stop()')}`,
    },
  },
} satisfies Record<string, Omit<Peer, 'name'>>

export type Name = keyof typeof peers
export const names = Object.keys(peers) as Name[]
export const peerOf = (name: Name): Peer => ({ name, ...peers[name] })

/** The same with this agent before it, as documented. */
export function withAgent(peer: Peer): Peer {
  const { esm, cjs, files } = peers.crossbridge
  return {
    ...peer,
    name: `${peer.name}-with-agent`,
    esm: [...esm, ...peer.esm],
    cjs: [...cjs, ...peer.cjs],
    files: { ...peer.files, ...files },
  }
}
