import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { environment, folderOf, nodes, register, yaml } from './folder.ts'
import { interval, type Row, shuffled, verdict } from './stats.ts'

/**
 * Answers `idle MS` with the share of a core that it took, and `busy MS` with the microseconds of processor that a round
 * of work took: user and system, of all threads, since the sampler is a thread of its own. The work is that of a service:
 * parse, sort, make, write, and promises.
 */
const app = `
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
const text = JSON.stringify(Array.from({ length: 200 }, (_, i) => ({ id: i, name: 'row ' + i, vector: [i, i / 2, i / 3] })))
async function work(ms) {
  const end = performance.now() + ms
  let sum = 0
  let i = 0
  for (; performance.now() < end; i++) {
    const rows = JSON.parse(text)
    rows.sort((a, b) => b.vector[2] - a.vector[2])
    sum += JSON.stringify(rows.map((row) => ({ ...row, score: Math.sqrt(row.id) }))).length
    await undefined
    if (i % 20 === 0) await sleep(0)
  }
  return sum && i
}
for await (const line of createInterface(process.stdin)) {
  const [what, ms] = line.split(' ')
  const before = process.cpuUsage()
  const share = what === 'idle' ? await sleep(Number(ms), ms * 10) : await work(Number(ms))
  const { user, system } = process.cpuUsage(before)
  console.log((user + system) / share)
}`

const config = (on: string) =>
  yaml({
    ...{ enabled: true, mode: 'full', reload_signal: 'SIGUSR2', thresholds: { slow_call_ms: 1e6 } },
    // A machine that is busy is not to make it write, or pause.
    ...{ limits: { self_cpu_percent: 0 }, output: { type: 'none' }, cpu_profile: { on, stall_ms: 60_000 } },
  })
const configs = { on: config('slow'), off: config('off') } as const
type State = keyof typeof configs

/** The flight recorder as it is by default, in a process that waits and in one that works, switched on and off in turn. */
export async function recorder(quick: boolean): Promise<Row[]> {
  const rows: Row[] = []
  for (const { major, path } of nodes) {
    const folder = folderOf({ 'app.mjs': app, 'crossbridge.yml': configs.off })
    try {
      rows.push(...(await measured(path, major, folder, quick)))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  return rows
}

async function measured(path: string, major: number, folder: string, quick: boolean): Promise<Row[]> {
  const { become, ask, end } = open(path, folder)
  // A window begins every five seconds and another is ended: each stretch has two of both, no more and no less.
  const ms = 10_000
  const idle: number[] = []
  const busy: number[] = []
  await ask('busy 2000')
  for (let round = 0; round < (quick ? 1 : 5); round++) {
    const costs: Record<State, { idle: number; busy: number }> = {
      on: { idle: 0, busy: 0 },
      off: { idle: 0, busy: 0 },
    }
    for (const state of shuffled(['on', 'off'] as const)) {
      await become(state)
      await ask('busy 200')
      costs[state] = { idle: await ask(`idle ${ms}`), busy: await ask(`busy ${ms}`) }
    }
    idle.push(costs.on.idle - costs.off.idle)
    busy.push((costs.on.busy / costs.off.busy - 1) * 100)
  }
  await end()
  const row = (what: string, values: readonly number[], most: number): Row => {
    const { low, median, high } = interval(values)
    return {
      what: `recorder at 33 ms: ${what}`,
      node: `${major}`,
      reach: `≤ ${most} %`,
      measured: `${median.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}] %`,
      verdict: verdict(median, most, '%', 2),
    }
  }
  return [row('an idle process, of a core', idle, 0.8), row('a busy one, of its work', busy, 2)]
}

function open(path: string, cwd: string) {
  const child = spawn(path, ['--import', register, 'app.mjs'], { cwd, env: environment })
  let stderr = ''
  let now: State = 'off'
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const exit = once(child, 'exit')
  const failed = () => new Error(`the recorder is not what ran: ${stderr}`)

  return {
    async ask(line: string): Promise<number> {
      child.stdin.write(`${line}\n`)
      const { value } = await lines.next()
      if (value === undefined) throw failed()
      return Number(value)
    },
    async become(state: State): Promise<void> {
      if (state === now) return
      now = state
      writeFileSync(join(cwd, 'crossbridge.yml'), configs[state])
      const { length } = stderr
      child.kill('SIGUSR2')
      while (!stderr.slice(length).includes('is in force')) {
        if (child.exitCode !== null) throw failed()
        await sleep(5)
      }
    },
    async end(): Promise<void> {
      child.stdin.end()
      await exit
      if (/fault|aside/.test(stderr)) throw failed()
    },
  }
}
