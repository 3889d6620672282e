import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { environment, folderOf, nodes, register, root, yaml } from './folder.ts'
import { quartiles, type Row, shuffled, verdict } from './stats.ts'

const variants = ['bare', 'again', 'timed', 'recorded', 'requests'] as const
type Variant = (typeof variants)[number]

/**
 * Prints the process's CPU, user and system, in microseconds for one embedding and one search, with 16 such pairs under
 * way at a time and nothing to wait for: only a busy process has the cold caches in which a record costs what it costs.
 */
const app = `
import OpenAI from 'openai'
import { QdrantClient } from '@qdrant/js-client-rest'
import { createInterface } from 'node:readline'
const [openaiUrl, qdrantUrl] = process.argv.slice(2)
const openai = new OpenAI({ baseURL: openaiUrl, apiKey: 'k', maxRetries: 0 })
const qdrant = new QdrantClient({ url: qdrantUrl, checkCompatibility: false })
const input = ['what does the agent cost', 'and where']
const vector = Array.from({ length: 64 }, (_, i) => i / 64)
async function pairs(count) {
  let left = count
  const lane = async () => {
    while (left-- > 0) {
      await openai.embeddings.create({ model: 'text-embedding-3-small', input, dimensions: 64 })
      await qdrant.query('docs', { query: vector, limit: 5 })
    }
  }
  await Promise.all(Array.from({ length: 16 }, lane))
}
for await (const count of createInterface(process.stdin)) {
  const before = process.cpuUsage()
  await pairs(Number(count))
  const { user, system } = process.cpuUsage(before)
  console.log((user + system) / count)
}`

const config = (slow_call_ms: number, more: object = {}, output: object = {}) =>
  yaml({
    enabled: true,
    mode: 'full',
    thresholds: { slow_call_ms },
    max_records_per_minute: 1e9,
    limits: { self_cpu_percent: 0 },
    output: { type: 'file', path: './profile.jsonl', ...output },
    ...more,
  })
const configs: Partial<Record<Variant, string>> = {
  timed: config(1e6),
  recorded: config(0),
  requests: config(0, { requests: true }),
}
/** The ledger's words for both libraries that prove that a variant has measured what it claims. */
const both = (what: string) =>
  new RegExp(`openai embedding_provider.* ${what}[\\s\\S]*qdrant vector_store.search.* ${what}`)
const proof: Partial<Record<Variant, RegExp>> = {
  timed: both('under threshold'),
  recorded: both('emitted'),
  requests: both('emitted'),
}

/** Measures a busy process with real clients: an embedding and a search, against servers in another process. */
export async function clients(quick: boolean): Promise<Row[]> {
  const files = Object.fromEntries(
    variants.flatMap((variant) => [
      [`${variant}/app.mjs`, app],
      ...(configs[variant] === undefined ? [] : [[`${variant}/crossbridge.yml`, configs[variant]]]),
    ]),
  ) as Record<string, string>
  const folder = folderOf(files, join(root, 'test/packages/previous/tmp'))
  const server = spawn(process.execPath, ['--input-type=module', '--eval', serve], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  try {
    const urls = JSON.parse(await firstLine(server)) as string[]
    const rows: Row[] = []
    for (const { major, path } of nodes) rows.push(...(await compare(path, major, folder, urls, quick)))
    return rows
  } finally {
    server.kill()
    await once(server, 'exit')
    rmSync(folder, { recursive: true, force: true })
  }
}

async function compare(path: string, major: number, folder: string, urls: readonly string[], quick: boolean) {
  const pairs = quick ? 100 : 400
  const values = Object.fromEntries(variants.map((variant) => [variant, [] as number[]])) as Record<Variant, number[]>
  // Code and memory are laid out anew in each process, which is worth some percent.
  for (let set = 0; set < (quick ? 1 : 5); set++) {
    const clients = variants.map((variant) => ({ variant, ...openClient(path, variant, folder, urls) }))
    for (const { measure } of clients) await measure(3 * pairs)
    for (let round = 0; round < (quick ? 2 : 4); round++)
      for (const { variant, measure } of shuffled(clients)) values[variant].push(await measure(pairs))
    for (const { end } of clients) await end()
  }
  const least = (variant: Variant) => Math.min(...values[variant])
  const row = (what: string, variant: Variant, most?: number): Row => {
    const measured = least(variant) / least('bare')
    const { median } = quartiles(values[variant].map((value, i) => value / (values.bare[i] as number)))
    return {
      what: `busy clients: ${what}`,
      node: `${major}`,
      reach: most === undefined ? '' : `≤ ${most.toFixed(2)}`,
      measured: `${measured.toFixed(3)} (median ${median.toFixed(3)})`,
      verdict: most === undefined ? '' : verdict(measured, most, '× bare', 3),
    }
  }
  const whole = `processor time ÷ bare, least of the rounds (${least('bare').toFixed(0)} µs for an embedding and a search)`
  return [
    row(`${whole}, bare against itself`, 'again'),
    row('timed, under the threshold', 'timed', 1.01),
    row('every call recorded to a file', 'recorded', 1.05),
    row('the same with `requests: true`', 'requests', 1.08),
  ]
}

/** A process with both clients, which answers each number of pairs with what they cost. */
function openClient(path: string, variant: Variant, folder: string, urls: readonly string[]) {
  const preload = configs[variant] === undefined ? [] : ['--import', register]
  const child = spawn(path, [...preload, 'app.mjs', ...urls], {
    cwd: join(folder, variant),
    env: { ...environment, CROSSBRIDGE_PROFILING_DEBUG: '1' },
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const exit = once(child, 'exit')
  const failed = () => new Error(`${variant} is not what ran: ${stderr}`)

  return {
    async measure(pairs: number): Promise<number> {
      child.stdin.write(`${pairs}\n`)
      const { value } = await lines.next()
      if (value === undefined) throw failed()
      return Number(value)
    },
    async end(): Promise<void> {
      child.stdin.end()
      await exit
      if (!(proof[variant]?.test(stderr) ?? true)) throw failed()
    },
  }
}

const serve = `
import { openaiServer } from ${JSON.stringify(new URL('../test/support/openai-server.js', import.meta.url).href)}
import { qdrantServer } from ${JSON.stringify(new URL('../test/support/qdrant-server.js', import.meta.url).href)}
const servers = [await openaiServer(), await qdrantServer()]
console.log(JSON.stringify(servers.map(({ url }) => url)))
// The bench holds the other end: when it is gone, so is this.
process.stdin.on('end', () => process.exit()).resume()`

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('the servers have no stdout')
  for await (const line of createInterface(stdout)) return line
  throw new Error('the servers did not start')
}
