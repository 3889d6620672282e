import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { everything, run } from '../support/application.ts'

const files = {
  'store.mjs': `
    export class Store {
      // Waits for something else than this process.
      search(ms) { return new Promise((resolve) => setTimeout(resolve, ms)) }
    }`,
}
const config = {
  ...everything,
  requests: true,
  instrumentations: [
    {
      name: 'own',
      module: './store.mjs',
      target: 'vector_store',
      methods: [{ at: 'Store.prototype.search', scope: 'search' }],
    },
  ],
}
const observer = `
  let observed = 0
  const observe = new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) observed += duration })
  observe.observe({ entryTypes: ['gc'] })
  `
/**
 * Searches of 100 ms, two at a time, until the process has taken so much of the processor, however long that takes it on a
 * busy machine. `busy` takes that much, whoever has it besides.
 */
const searches = (cpuMs: number) => `
  const store = new Store()
  const spent = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000 }
  const last = spent() + ${cpuMs}
  const busy = (ms) => { for (const end = spent() + ms; spent() < end; ); }
  const meanwhile = (everyMs, work) => {
    const timer = setInterval(() => { if (spent() > last) clearInterval(timer); else work() }, everyMs)
  }
  const search = async () => { while (spent() < last) await store.search(100) }
  const all = Promise.all([search(), search()])
  `

interface Shares {
  readonly stall: number
  readonly gc: number
  readonly starved: number
  /** In milliseconds: what all calls were starved, what of collections they count, and what Node's own observer does. */
  readonly sums: { readonly starved: number; readonly counted: number; readonly observed: number }
}

interface More {
  readonly before?: string
  readonly args?: readonly string[]
  readonly cpuMs?: number
}

/**
 * The parts of the time of all calls together; `stall` is that of the median call, of the time in which it was not starved:
 * where others have the processor, a few calls have what nobody foresees.
 */
async function sharesWith(work: string, { before = '', args = [], cpuMs = 1500 }: More = {}): Promise<Shares> {
  const { records, printed, stderr, code } = await run({
    imports: [
      ['{ Store }', './store.mjs'],
      ['{ spawn }', 'node:child_process'],
    ],
    files,
    config,
    args,
    body: `${before}${observer}${searches(cpuMs)}${work}\nawait all\nawait new Promise(setImmediate)\nprint(observed)`,
  })
  assert.deepEqual([code, stderr], [0, ''])
  assert.ok(records.length > 5, String(records.length))
  const sum = (of: (record: { duration_ms: number; timing: Record<string, number> }) => number | undefined) =>
    records.reduce((all, record) => all + (of(record) ?? Number.NaN), 0)
  const starved = sum(({ timing }) => timing.starved_ms)
  const whole = sum(({ duration_ms }) => duration_ms)
  for (const { timing } of records) assert.ok(timing.stall_ms <= timing.blocked_ms)
  const counted = sum(({ timing }) => timing.gc_ms)
  const stalls = records.map(({ duration_ms, timing }) => timing.stall_ms / (duration_ms - timing.starved_ms))
  return {
    stall: stalls.sort((a, b) => a - b)[stalls.length >> 1] as number,
    gc: counted / whole,
    starved: starved / whole,
    sums: { starved, counted, observed: printed[0] as number },
  }
}

const canPin = spawnSync('taskset', ['-c', '0', 'true']).status === 0

// The machine may be busy with other tests, so little is said of what a healthy process is starved.
describe('what the process did while a call was under way', () => {
  it('is a stall where one piece of work holds the loop', async () => {
    const { stall, gc } = await sharesWith('meanwhile(400, () => busy(300))')

    assert.ok(stall > 0.3, `stall ${stall}`)
    assert.ok(gc < 0.1, `gc ${gc}`)
  })

  it('is nothing of the kind at half load by short pieces', async () => {
    const { stall, gc } = await sharesWith('meanwhile(10, () => busy(5))')

    assert.ok(stall < 0.15, `stall ${stall}`)
    assert.ok(gc < 0.1, `gc ${gc}`)
  })

  it('is garbage collection where objects come and stay', async () => {
    const { gc, sums } = await sharesWith(
      `
      const text = JSON.stringify(Array.from({ length: 20_000 }, (_, i) => ({ i, name: 'name ' + i, more: [i] })))
      let kept = []
      const allocate = () => {
        kept.push(JSON.parse(text))
        if (kept.length > 30) kept = []
        if (spent() < last) setImmediate(allocate)
      }
      allocate()`,
      // Each collection finds nearly all of it alive, which is what makes it long.
      { args: ['--max-semi-space-size=1'], cpuMs: 3000 },
    )

    // Nearly each collection falls into both of the calls that are under way, and may be kept waiting for the processor.
    const { starved, counted, observed } = sums
    const shown = JSON.stringify({ gc, ...sums })
    assert.ok(gc > 0.1 && observed > 500, shown)
    assert.ok(counted + starved > 1.5 * observed && counted < 2.2 * observed, shown)
  })

  it('is starvation, and no stall, where three neighbours want the same processor', { skip: !canPin }, async () => {
    // To make a process holds the loop for a while: that is done before.
    const { stall, starved } = await sharesWith('meanwhile(10, () => busy(5))', {
      cpuMs: 400,
      before: `
          const busyForEver = ['-e', 'const end = Date.now() + 60_000; while (Date.now() < end);']
          const pinned = ['-c', '0', process.execPath, ...busyForEver]
          const neighbours = [1, 2, 3].map(() => spawn('taskset', pinned, { stdio: 'ignore' }))
          process.on('exit', () => neighbours.forEach((one) => one.kill()))
          neighbours.forEach((one) => one.unref())
          await new Promise((done) => spawn('taskset', ['-a', '-cp', '0', process.pid]).on('close', done))`,
    })

    assert.ok(starved > 0.3, `starved ${starved}`)
    assert.ok(stall < 0.15, `stall ${stall}`)
  })
})
