import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { environment, folderOf, nodes, register, root, yaml } from './folder.ts'
import { interval, quartiles, type Row, show, shuffled, verdict } from './stats.ts'

const variants = ['again', 'timed', 'recorded', 'gathered', 'requests'] as const
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

const config = (more: object) =>
  yaml({
    mode: 'full',
    reload: false,
    reload_signal: 'SIGUSR2',
    max_records_per_minute: 1e9,
    limits: { self_cpu_percent: 0 },
    output: { type: 'file', path: './profile.jsonl' },
    ...more,
  })
const off = config({ enabled: false })
const configs: Readonly<Record<Variant, string>> = {
  again: `${off}\n`,
  timed: config({ enabled: true, thresholds: { slow_call_ms: 1e6 } }),
  recorded: config({ enabled: true, thresholds: { slow_call_ms: 0 } }),
  gathered: config({
    enabled: true,
    thresholds: { slow_call_ms: 0 },
    output: { type: 'file', path: './profile.jsonl', buffer_ms: 100 },
  }),
  requests: config({ enabled: true, thresholds: { slow_call_ms: 0 }, requests: true }),
}
/** The ledger's words for both libraries that prove that a variant has measured what it claims. */
const both = (what: string) =>
  new RegExp(`openai embedding_provider.* ${what}[\\s\\S]*qdrant vector_store.search.* ${what}`)
const proof: Partial<Record<Variant, RegExp>> = {
  timed: both('under threshold'),
  recorded: both('emitted'),
  gathered: both('emitted'),
  requests: both('emitted'),
}

/** Measures a busy process with real clients: an embedding and a search, against servers in another process. */
export async function clients(quick: boolean): Promise<Row[]> {
  const files = Object.fromEntries(
    variants.flatMap((variant) => [
      [`${variant}/app.mjs`, app],
      [`${variant}/crossbridge.yml`, configs[variant]],
    ]),
  )
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

/**
 * One process against another says nothing below 10 %: code and memory are laid out anew in each. So a process is compared
 * with itself, switched off and on in turn.
 */
async function compare(path: string, major: number, folder: string, urls: readonly string[], quick: boolean) {
  const pairs = 100
  const empty = () =>
    Object.fromEntries(variants.map((variant) => [variant, [] as number[]])) as Record<Variant, number[]>
  const [ratios, perCall] = [empty(), empty()]
  const bare: number[] = []
  for (let set = 0; set < (quick ? 1 : 4); set++)
    for (const variant of variants) {
      const { become, measure, end } = await openClient(path, variant, folder, urls)
      const measured = async (text: string, count = pairs) => {
        await become(text)
        // The switch itself leaves cold caches.
        await measure(16)
        return measure(count)
      }
      for (const text of [off, configs[variant]]) await measured(text, (quick ? 1 : 8) * pairs)
      for (let round = 0; round < (quick ? 2 : 20); round++) {
        const costs = { on: 0, off: 0 }
        for (const state of shuffled(['on', 'off'] as const))
          costs[state] = await measured(state === 'off' ? off : configs[variant])
        ratios[variant].push(costs.on / costs.off)
        perCall[variant].push((costs.on - costs.off) / 2)
        bare.push(costs.off)
      }
      await end()
    }
  const row = (what: string, variant: Variant, most?: number): Row => {
    const { low, median, high } = interval(ratios[variant])
    return {
      what: `busy clients: ${what}`,
      node: `${major}`,
      reach: most === undefined ? '' : `≤ ${most.toFixed(2)}`,
      // The ratio depends on what the calls do besides; these do next to nothing.
      measured: `${median.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]; ${show(interval(perCall[variant]), 'µs a call')}`,
      verdict: most === undefined ? '' : verdict(median, most, '× off', 3),
    }
  }
  const whole = `processor time ÷ the same process switched off (${quartiles(bare).median.toFixed(0)} µs for an embedding and a search)`
  return [
    row(`${whole}, off against itself`, 'again'),
    row('timed, under the threshold', 'timed', 1.01),
    row('every call recorded to a file', 'recorded', 1.05),
    row('the same, gathered for 100 ms (`buffer_ms`)', 'gathered'),
    row('every call recorded, with `requests: true`', 'requests', 1.08),
  ]
}

/** A process with both clients, which answers each number of pairs with what they cost. */
async function openClient(path: string, variant: Variant, folder: string, urls: readonly string[]) {
  const cwd = join(folder, variant)
  const child = spawn(path, ['--import', register, 'app.mjs', ...urls], {
    cwd,
    env: { ...environment, CROSSBRIDGE_PROFILING_DEBUG: '1' },
  })
  let stderr = ''
  let now = configs[variant]
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const exit = once(child, 'exit')
  const failed = () => new Error(`${variant} is not what ran: ${stderr}`)
  const measure = async (pairs: number): Promise<number> => {
    child.stdin.write(`${pairs}\n`)
    const { value } = await lines.next()
    if (value === undefined) throw failed()
    return Number(value)
  }
  await measure(1)

  return {
    measure,
    /** Puts a configuration in force. */
    async become(text: string): Promise<void> {
      if (text === now) return
      now = text
      writeFileSync(join(cwd, 'crossbridge.yml'), text)
      const length = stderr.length
      child.kill('SIGUSR2')
      while (!/is in force|nothing in it has changed/.test(stderr.slice(length))) {
        if (child.exitCode !== null) throw failed()
        await sleep(1)
      }
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
