import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { environment, nodes, register, root, runNode, withFiles } from './folder.ts'
import { configOf, service, timing } from './service.ts'
import { paired, quartiles, type Row, show } from './stats.ts'

/** Nanoseconds a call, the best of five rounds; in the last variants inside of a request, or beside the application's SDK. */
const app = (begin = '') => `
import { Service } from './service.mjs'
${begin}
${timing}
console.log(best)
process.exit()`
const sdk = `
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-node'
import { trace } from '@opentelemetry/api'
const exporter = { export: (spans, done) => done({ code: 0 }), shutdown: async () => {} }
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] }))`

/** Answers everything with 200; a process of its own, so that its work is not measured. */
const sink = `
const server = require('node:http').createServer((request, response) => request.resume().on('end', () => response.end()))
server.listen(0, '127.0.0.1', () => console.log(server.address().port))`

const timed = { thresholds: { slow_call_ms: 1e6 } }
const recorded = { thresholds: { slow_call_ms: 0 } }

interface Variant {
  readonly what: string
  readonly config?: object
  readonly begin?: string
  /** The variant that it is compared with; else the bare method. */
  readonly base?: string
}

function variantsOf(collector: string): Readonly<Record<string, Variant>> {
  const output = (type: string, more = {}) => ({ output: { type, ...more }, ...recorded })
  return {
    bare: { what: 'the bare method' },
    timed: { what: 'timed, under the threshold', config: timed },
    prometheus: {
      what: 'timed and observed: `prometheus`',
      config: { ...timed, output: { type: 'prometheus', port: 0 } },
    },
    requests: { what: 'timed, `requests: true`', config: { ...timed, requests: true } },
    none: { what: 'recorded: `none`', config: recorded },
    module: { what: 'recorded: `module`', config: output('module', { path: './own.mjs' }) },
    log: { what: 'recorded: `log`', config: output('log') },
    file: { what: 'recorded: `file`', config: output('file', { path: './profile.jsonl' }) },
    tree: {
      what: 'recorded: `file`, `requests: true`',
      config: { ...output('file', { path: './profile.jsonl' }), requests: true },
    },
    otlp: { what: 'recorded: `otlp`', config: output('otlp', { endpoint: collector }) },
    sdk: { what: 'the bare method beside an OpenTelemetry SDK', begin: sdk },
    opentelemetry: { what: 'recorded: `opentelemetry`', config: output('opentelemetry'), begin: sdk, base: 'sdk' },
  }
}

/** Measures one call with each output over a bare `await` of the same method, a process a variant. */
export async function outputs(quick: boolean): Promise<Row[]> {
  const collector = spawn(process.execPath, ['-e', sink], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const variants = variantsOf(`http://127.0.0.1:${await portOf(collector)}`)
    const names = Object.keys(variants)
    const files = Object.fromEntries(
      names.flatMap((name) => [
        [`${name}/app.mjs`, app(variants[name]?.begin)],
        [`${name}/service.mjs`, service],
        [`${name}/own.mjs`, 'export default { write() {} }'],
        ...(variants[name]?.config
          ? [[`${name}/crossbridge.yml`, configOf({ output: { type: 'none' }, ...variants[name].config })]]
          : []),
      ]),
    ) as Record<string, string>

    return withFiles(
      files,
      (folder) =>
        nodes.flatMap(({ major, path }) => {
          const { values } = paired(quick ? 1 : 7, names, 'bare', (name) => {
            const { config } = variants[name] as Variant
            const count = (config !== undefined && 'output' in config ? 20_000 : 100_000) / (quick ? 20 : 1)
            const preload = config === undefined ? [] : ['--import', register]
            return Number(runNode(path, [...preload, 'app.mjs', `${count}`], join(folder, name), environment).stdout)
          })
          return names.slice(1).map((name): Row => {
            const { what, base = 'bare' } = variants[name] as Variant
            const differences = (values[name] ?? []).map((value, i) => value - (values[base]?.[i] as number))
            const measured = show(quartiles(differences), 'ns', 0)
            return { what: `output: ${what}`, node: `${major}`, reach: '', measured, verdict: '' }
          })
        }),
      join(root, 'test/packages/previous/tmp'),
    )
  } finally {
    collector.kill()
  }
}

async function portOf({ stdout }: ChildProcess): Promise<number> {
  if (stdout === null) throw new Error('the collector has no stdout')
  return Number(String(await once(stdout, 'data')))
}
