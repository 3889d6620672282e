import { join } from 'node:path'
import { environment, register, root, runNode, withFiles } from './folder.ts'
import { configOf, service } from './service.ts'
import { type Row, slope } from './stats.ts'

/** Bytes a call by which the heap may seem to grow: the least thing that could be kept of a call has 16. */
const most = 1
const samples = 20

/** Prints [calls so far, heap in use after a full collection], ${samples} times; the calls before these warm up. */
const app = `
import { createServer } from 'node:http'
import { Service } from './service.mjs'
const [each, served] = process.argv.slice(2).map(Number)
const o = new Service()
const calls = async (count) => { for (let i = 0; i < count; i++) await o.m(1, 2) }
const server = createServer(async (request, response) => { await calls(served); response.end() })
if (served) await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const load = async (count) => {
  if (!served) return calls(count)
  const url = 'http://127.0.0.1:' + server.address().port
  for (let i = 0; i < count; i += served) await (await fetch(url)).arrayBuffer()
}
for (let i = 0; i < 4; i++) await load(each)
const points = []
for (let i = 1; i <= ${samples}; i++) {
  await load(each)
  await new Promise((resolve) => setImmediate(resolve))
  gc()
  gc()
  points.push([i * each, process.memoryUsage().heapUsed])
}
console.log(JSON.stringify(points))
server.close()
server.closeAllConnections()`

const file = { type: 'file', path: './profile.jsonl' }
/** The soaked variants, and the calls of each of their HTTP requests; another output is one line more. */
const variants: Record<string, { readonly config: object; readonly served?: number }> = {
  'timed, under the threshold': { config: { thresholds: { slow_call_ms: 1e6 }, output: { type: 'none' } } },
  'detailed, under the thresholds': {
    config: { level: 'detailed', thresholds: { slow_call_ms: 1e6, memory_mb: 1e6 }, output: { type: 'none' } },
  },
  'recorded to a file that rotates': { config: { output: { ...file, rotate: { size_mb: 10, keep: 1 } } } },
  'totals for Prometheus': { config: { output: { type: 'prometheus', port: 0 }, thresholds: { slow_call_ms: 1e6 } } },
  'in requests of 200 calls': {
    config: { requests: true, thresholds: { slow_call_ms: 1e6 }, output: file },
    served: 200,
  },
  'with snapshots and the flight recorder too': {
    config: {
      ...{ requests: true, thresholds: { slow_call_ms: 1e6 }, output: file },
      system: { enabled: true },
      cpu_profile: { on: 'slow' },
    },
    served: 200,
  },
}

/** A million calls through each variant, on this Node: by how much the heap grows with each, least squares. */
export function soak(quick: boolean): Row[] {
  const major = process.versions.node.split('.', 1)[0] ?? ''
  const files = Object.keys(variants).flatMap((_, i) => [
    [`${i}/app.mjs`, app],
    [`${i}/service.mjs`, service],
    [`${i}/crossbridge.yml`, configOf(Object.values(variants)[i]?.config ?? {})],
  ])

  const env = { ...environment, CROSSBRIDGE_PROFILING_DEBUG: '1' }
  const parent = join(root, 'test', 'packages', 'previous', 'tmp')
  const run = (folder: string) =>
    Object.entries(variants).map(([what, { served = 0 }], i): Row => {
      const each = (quick ? 50_000 : 1_000_000) / samples
      const args = ['--expose-gc', '--import', register, 'app.mjs', `${each}`, `${served}`]
      const { stdout, stderr } = runNode(process.execPath, args, join(folder, `${i}`), env)
      const points: [number, number][] = JSON.parse(stdout)
      if (!/: \d+ seen, \d+ (under threshold|emitted)$/m.test(stderr))
        throw new Error(`${what} is not what ran: ${stderr}`)
      const grown = slope(points)
      const ends = [points[0], points.at(-1)].map((point) => `${((point?.[1] ?? 0) / 1e6).toFixed(2)}`)
      return {
        what: `soak: ${what}, ${(each * samples).toLocaleString('en')} calls`,
        node: major,
        reach: `≤ ${most} byte a call`,
        measured: `${grown.toFixed(3)} bytes a call, ${ends.join(' → ')} MB`,
        verdict: grown <= most ? 'met' : `missed by ${(grown - most).toFixed(3)} bytes`,
      }
    })
  return withFiles(Object.fromEntries(files), run, parent)
}
