import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { environment, nodes, register, root, runNode, withFiles, yaml } from './folder.ts'
import { interval, paired, type Row, type Spread, verdict } from './stats.ts'

const variants = ['bare', 'again', 'agent', 'recorded'] as const
type Variant = (typeof variants)[number]
/** Figure to reach: percent of the bare call. */
const most = 2

/**
 * Prints the process's CPU, user and system, in microseconds for one embedding and one search. With `local` the
 * requests are answered in the process, without a network whose cost would hide the agent's.
 */
const app = `
import OpenAI from 'openai'
import { QdrantClient } from '@qdrant/js-client-rest'
const [openaiUrl, qdrantUrl, count, local] = process.argv.slice(2)
const answers = {
  embeddings: JSON.stringify({ data: [{ index: 0, embedding: 'AAAAAAAAgD8=' }], usage: { prompt_tokens: 3 } }),
  query: JSON.stringify({ result: { points: [{ id: 1, score: 1 }] }, status: 'ok', time: 0 }),
}
const headers = { 'content-type': 'application/json' }
if (local) globalThis.fetch = async (url) => new Response(answers[String(url.url ?? url).split('/').pop()], { headers })
const openai = new OpenAI({ baseURL: openaiUrl, apiKey: 'k', maxRetries: 0 })
const qdrant = new QdrantClient({ url: qdrantUrl, checkCompatibility: false })
const input = ['what does the agent cost', 'and where']
const vector = Array.from({ length: 64 }, (_, i) => i / 64)
async function calls(count) {
  for (let i = 0; i < count; i++) {
    await openai.embeddings.create({ model: 'text-embedding-3-small', input, dimensions: 64 })
    await qdrant.query('docs', { query: vector, limit: 5 })
  }
}
await calls(Math.ceil(count / 3))
const before = process.cpuUsage()
await calls(Number(count))
const { user, system } = process.cpuUsage(before)
process.stdout.write(String((user + system) / count))`

const config = (slow_call_ms: number) =>
  yaml({
    enabled: true,
    mode: 'full',
    thresholds: { slow_call_ms },
    max_records_per_minute: 1e9,
    limits: { self_cpu_percent: 0 },
    output: { type: 'file', path: './profile.jsonl' },
  })
const configs: Partial<Record<Variant, string>> = { agent: config(500), recorded: config(0) }
const files = Object.fromEntries(
  variants.flatMap((variant) => [
    [`${variant}/app.mjs`, app],
    ...(configs[variant] === undefined ? [] : [[`${variant}/crossbridge.yml`, configs[variant]]]),
  ]),
) as Record<string, string>

/** What real clients cost with the agent at `mode: full`: an embedding and a search against servers in another process. */
export async function clients(quick: boolean): Promise<Row[]> {
  const server = spawn(process.execPath, ['--input-type=module', '--eval', serve], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  try {
    const urls = JSON.parse(await firstLine(server)) as string[]
    const parent = join(root, 'test/packages/previous/tmp')
    return withFiles(
      files,
      (folder) => nodes.flatMap(({ major, path }) => compare(path, major, folder, urls, quick)),
      parent,
    )
  } finally {
    server.kill()
    await once(server, 'exit')
  }
}

function compare(path: string, major: number, folder: string, urls: readonly string[], quick: boolean): Row[] {
  const cpu = (count: number, local: string) => (variant: Variant) => {
    const preload = configs[variant] === undefined ? [] : ['--import', register]
    const args = [...preload, 'app.mjs', ...urls, `${quick ? 50 : count}`, local]
    const env = { ...environment, CROSSBRIDGE_PROFILING_DEBUG: '1' }
    const { stdout, stderr } = runNode(path, args, join(folder, variant), env)
    if (preload.length > 0 && !/openai embedding_provider.*seen[\s\S]*qdrant vector_store.search.*seen/.test(stderr))
      throw new Error(`${variant} profiled nothing: ${stderr}`)
    return Number(stdout)
  }
  const loopback = paired(quick ? 2 : 17, ['bare', 'again', 'agent'], 'bare', cpu(800, ''))
  const local = paired(quick ? 2 : 9, ['bare', 'agent', 'recorded'], 'bare', cpu(2500, 'local'))
  const bare = interval(loopback.values.bare).median

  const row = (what: string, spread: Spread, reach?: number): Row => ({
    what: `clients: ${what}`,
    node: `${major}`,
    reach: reach === undefined ? '' : `≤ ${reach} %`,
    measured: percent(spread),
    verdict: reach === undefined ? '' : verdict(spread.median, reach, '%', 2),
  })
  const share = (differences: readonly number[], whole: readonly number[]) =>
    interval(differences.map((difference, i) => (difference / (whole[i] as number)) * 100))
  const cost = (variant: 'agent' | 'recorded') =>
    share(
      local.differences[variant],
      local.differences[variant].map(() => bare),
    )
  const total = (variant: 'again' | 'agent') => share(loopback.differences[variant], loopback.values.bare)
  const whole = `CPU of the process (bare: ${bare.toFixed(0)} µs for an embedding and a search)`
  const part = "the agent's cost ÷ the bare calls' cost"
  return [
    row(`${whole}, bare against itself`, total('again')),
    row(`${whole}, \`mode: full\``, total('agent'), most),
    row(`${part}, \`mode: full\``, cost('agent'), most),
    row(`${part}, every call recorded`, cost('recorded')),
  ]
}

const percent = ({ low, median, high }: Spread) =>
  `${median >= 0 ? '+' : ''}${median.toFixed(2)} % (95 %: ${low.toFixed(2)} to ${high.toFixed(2)})`

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
