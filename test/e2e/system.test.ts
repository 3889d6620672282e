import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { run } from '../support/application.ts'

const system = { enabled: true, sampling_interval: 0.1, output: { type: 'file', path: './profile.jsonl' } }
/** Lives until so many snapshots were written. */
const until = (count: number, what = 'system.snapshot') => `
  const { existsSync, readFileSync } = await import('node:fs')
  const written = () => (existsSync('profile.jsonl') ? readFileSync('profile.jsonl', 'utf8').split('${what}').length - 1 : 0)
  while (written() < ${count}) await new Promise((resolve) => setTimeout(resolve, 50))`

describe('snapshots of the process', () => {
  it('are records of their own, with the figures of the process, and one at its end', async () => {
    const { records, stderr, code } = await run({
      config: {
        ...{ enabled: true, output: { type: 'none' }, limits: { self_cpu_percent: 0 } },
        system: { ...system, event_loop_delay: true },
      },
      body: `${until(3)}
        for (const end = performance.now() + 150; performance.now() < end; );`,
    })

    assert.deepEqual([code, stderr], [0, ''])
    assert.ok(records.length >= 4)
    for (const { name, library, duration_ms, thread_id, metadata } of records) {
      assert.deepEqual([name, library, duration_ms, thread_id], ['system.snapshot', 'system', 0, 0])
      assert.ok(metadata.memory_mb > 10 && metadata.heap_used_mb > 1 && metadata.heap_limit_mb > metadata.heap_used_mb)
      assert.ok(metadata.cpu_percent >= 0 && metadata.event_loop_utilization >= 0)
      for (const name of ['gc_count', 'gc_ms', 'stalls', 'starved_ms', 'pool_size', 'event_loop_delay_p99_ms'])
        assert.equal(typeof metadata[name], 'number', name)
      if (process.platform === 'linux') assert.ok(metadata.thread_count > 1)
    }
  })

  it('tell an idle loop from a busy one while the recorder samples it', {
    skip: process.platform !== 'linux',
  }, async () => {
    const { records } = await run({
      config: {
        ...{ enabled: true, output: { type: 'none' }, limits: { self_cpu_percent: 0 } },
        cpu_profile: { on: 'slow' },
        system: { ...system, sampling_interval: 0.5 },
      },
      body: until(4),
    })

    // What is active ran or waited for a processor, whoever else uses the machine.
    const sum = (of: (metadata: Record<string, number>) => number) =>
      records.slice(1).reduce((sum, { metadata }) => sum + of(metadata), 0)
    const active = sum((of) => (of.event_loop_utilization ?? 0) * (of.interval_ms ?? 0))
    const worked = sum((of) => ((of.cpu_percent ?? 0) / 100) * (of.interval_ms ?? 0) + (of.starved_ms ?? 0))
    const all = sum(({ interval_ms }) => interval_ms ?? 0)
    assert.ok(all > 0 && active < worked + all / 4, `${active} ${worked} ${all}`)
  })

  it('are taken by the figures of Node, whatever the application puts in their place', async () => {
    const { records, stderr } = await run({
      config: { enabled: true, output: { type: 'none' }, limits: { self_cpu_percent: 0 }, system },
      body: `
        for (const name of ['cpuUsage', 'memoryUsage', 'getActiveResourcesInfo'])
          process[name] = () => { throw new Error('a fake') }
        ${until(3)}`,
    })

    assert.equal(stderr, '')
    assert.ok(records.length > 2)
  })

  it('are none where they are off, where all is, and in worker threads', async () => {
    const body = 'await new Promise((resolve) => setTimeout(resolve, 400))'
    const off = await Promise.all([
      run({ config: { enabled: true, system: { ...system, enabled: false } }, body }),
      run({ config: { enabled: false, system }, body }),
    ])
    const { records } = await run({
      config: { enabled: true, output: { type: 'none' }, system },
      imports: [['{ Worker }', 'node:worker_threads']],
      body: `
        const worker = new Worker('setTimeout(() => {}, 400)', { eval: true })
        await new Promise((resolve) => worker.on('exit', resolve))
        ${until(1)}`,
    })

    for (const outcome of off) assert.deepEqual(outcome.records, [])
    assert.ok(records.length > 0 && records.every(({ thread_id }) => thread_id === 0))
  })

  it('say which thresholds they pass, which are alerts, and hold back those that follow', async () => {
    const { records, stderr } = await run({
      config: {
        enabled: true,
        output: { type: 'none' },
        alerts: { type: 'log' },
        system: { ...system, thresholds: { cpu_percent: 0, memory_mb: 20, heap_percent: 0 } },
      },
      body: `globalThis.kept = Buffer.alloc(64e6, 1); ${until(2, 'exceeded')}`,
    })

    const passed = records.filter(({ exceeded }) => exceeded !== undefined)
    assert.ok(passed.length > 1)
    for (const { exceeded, metadata } of passed) {
      assert.deepEqual(exceeded, ['memory_mb'])
      assert.ok(metadata.memory_growth_mb >= 20)
    }
    assert.equal(stderr.split('\n').filter((line) => line.includes('system.snapshot')).length, 1)
  })

  it('have at most about twice as many as max_snapshots in their two files', async () => {
    const { printed } = await run({
      config: { enabled: true, output: { type: 'none' }, system: { ...system, max_snapshots: 3 } },
      body: `
        const { existsSync, readFileSync } = await import('node:fs')
        const lines = (file) => (existsSync(file) ? readFileSync(file, 'utf8').split('\\n').length - 1 : 0)
        let most = 0
        for (let i = 0; i < 30; i++) {
          await new Promise((resolve) => setTimeout(resolve, 60))
          most = Math.max(most, lines('profile.jsonl'))
        }
        print([most, existsSync('profile.jsonl.1'), existsSync('profile.jsonl.2')])`,
    })

    const [[most, one, two]] = printed as [[number, boolean, boolean]]
    assert.ok(most >= 1 && most <= 6, String(most))
    assert.deepEqual([one, two], [true, false])
  })

  it("leave prom-client's names in the application's own registry to the application", async () => {
    const { printed } = await run({
      imports: [['{ register, collectDefaultMetrics }', 'prom-client']],
      config: {
        enabled: true,
        output: { type: 'prometheus', registry: 'application' },
        system,
      },
      body: `
        ${until(2)}
        collectDefaultMetrics()
        print((await register.metrics()).match(/^process_resident_memory_bytes /gm).length)`,
    })

    assert.deepEqual(printed, [1])
  })

  it('begin and end with a reload, and a stall is counted from then on', async () => {
    const whole = (enabled: boolean) => ({
      runtime: { profiling: { enabled: true, reload: true, output: { type: 'none' }, system: { ...system, enabled } } },
    })
    const { printed, stderr } = await run({
      config: whole(false).runtime.profiling,
      body: `
        const { writeFileSync, renameSync } = await import('node:fs')
        const tick = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
        const put = (text) => { writeFileSync('next.yml', text); renameSync('next.yml', 'crossbridge.yml') }
        await tick(300)
        const { existsSync: there } = await import('node:fs')
        print(there('profile.jsonl'))
        put(${JSON.stringify(JSON.stringify(whole(true)))})
        ${until(3)}
        put(${JSON.stringify(JSON.stringify(whole(false)))})
        const settled = async () => { for (let before = -1; before !== written(); await tick(1500)) before = written() }
        await settled()
        print('ended')`,
    })

    assert.deepEqual(printed, [false, 'ended'])
    assert.equal(stderr.match(/has changed and is in force/g)?.length, 2)
  })

  it('and what is measured meanwhile survive that worker threads are terminated under load', async () => {
    const { code, signal, stderr } = await run({
      config: { enabled: true, requests: true, output: { type: 'none' }, limits: { self_cpu_percent: 0 }, system },
      imports: [['{ Worker }', 'node:worker_threads']],
      body: `
        const load = \`const run = () => { let kept = []; for (let i = 0; i < 2e4; i++) kept.push({ i }); setImmediate(run) }; run()\`
        for (let round = 0; round < 5; round++) {
          const workers = Array.from({ length: 4 }, () => new Worker(load, { eval: true }))
          await Promise.all(workers.map((one) => new Promise((resolve) => one.on('online', resolve))))
          await new Promise((resolve) => setTimeout(resolve, 20))
          await Promise.all(workers.map((one) => one.terminate()))
        }`,
    })

    assert.deepEqual([code, signal, stderr], [0, null, ''])
  })
})
