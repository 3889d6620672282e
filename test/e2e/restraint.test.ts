import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { everything, run } from '../support/application.ts'

const files = {
  'own.mjs': `
    export function tiny(n) { return n }
    export function slow() { const end = performance.now() + 25; while (performance.now() < end); }`,
  'load.mjs': `
    import { tiny, slow } from './own.mjs'
    const calls = Number(process.argv[2])
    let on = true
    process.on('message', () => { on = false })
    while (on) {
      for (let n = 0; n < calls; n++) tiny(n)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    for (let n = 0; n < 40; n++) slow()
    process.disconnect()`,
}

describe('an application that profiles more than the limit allows', () => {
  it('is profiled less within seconds and told, another beside it is not', async () => {
    const { printed, records } = await run({
      imports: [['{ fork }', 'node:child_process']],
      files,
      config: {
        ...everything,
        limits: { self_cpu_percent: 1 },
        thresholds: { slow_call_ms: 20 },
        instrumentations: [
          {
            name: 'own',
            module: './own.mjs',
            target: 'shop',
            methods: [
              { at: 'tiny', scope: 'tiny' },
              { at: 'slow', scope: 'slow' },
            ],
          },
        ],
      },
      env: { CROSSBRIDGE_PROFILING_DEBUG: '1' },
      body: `
        const start = (calls) => {
          const child = fork('./load.mjs', [calls], { silent: true })
          let stderr = ''
          child.stderr.setEncoding('utf8').on('data', (text) => { stderr += text })
          return { child, said: () => stderr, ended: new Promise((resolve) => child.on('close', resolve)) }
        }
        const normal = start(2)
        const busy = start(4000)
        for (let i = 0; i < 900 && !busy.said().includes('self_cpu_percent'); i++)
          await new Promise((resolve) => setTimeout(resolve, 100))
        // As long as the busy one needed to be judged, the other was judged too.
        for (const { child, ended } of [busy, normal]) { child.send('end'); await ended }
        print([busy, normal].map(({ child, said }) => ({ pid: child.pid, said: said() })))`,
    })

    const [[busy, normal]] = printed as [[{ pid: number; said: string }, { pid: number; said: string }]]
    const told = busy.said.match(/crossbridge: the agent's own work takes [\d.]+ % of one CPU, more than/g)
    assert.equal(told?.length, 1, busy.said)
    assert.match(busy.said, /\nCPU budget: limits\.self_cpu_percent \(1\) lowered the sampling, down to 1\/[248]/)
    assert.match(normal.said, /what became of each call:/)
    assert.doesNotMatch(normal.said, /CPU budget|self_cpu_percent/)
    const slow = (pid: number) => records.filter((record) => record.pid === pid && record.name === 'shop.slow')
    assert.equal(slow(normal.pid).length, 40)
    assert.ok(slow(normal.pid).every(({ sample_rate }) => sample_rate === undefined))
    assert.ok(slow(busy.pid).length > 0 && slow(busy.pid).length < 40)
    assert.ok(slow(busy.pid).every(({ sample_rate }) => sample_rate <= 0.5))
  })
})
