import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe, it } from 'node:test'
import { formats } from '../support/application.ts'
import { type Profiled, type ProfiledApplication, runProfiled } from '../support/profiled.ts'

const sleep = 'const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))'
const slowCall = "await profile('shop.rank', async () => { await sleep(5); rank(600); await sleep(5) })"
const run = ({ body = '', ...application }: Partial<ProfiledApplication>) =>
  runProfiled({ body: `${sleep}\n${body}`, ...application })
const functionsOf = ({ files }: Profiled, i = 0): string[] =>
  files[i]?.profile.nodes.map(({ callFrame }: { callFrame: { functionName: string } }) => callFrame.functionName) ?? []

/** The file is there, and it and the record name the function. */
function isWhole(outcome: Profiled): void {
  const { records, files } = outcome
  const [record] = records
  assert.equal(records.length, 1)
  assert.deepEqual(
    files.map(({ name, mode }) => [name, mode]),
    [[record.profile, 0o600]],
  )
  assert.ok(functionsOf(outcome).includes('rank'))
  const found = record.hot.frames.find(({ at }: { at: string }) => at === 'rank.cjs:2')
  // Its loop is two lines below its begin.
  assert.deepEqual([found?.function, found?.line], ['rank', 4], JSON.stringify(record.hot))
}

for (const format of formats) {
  describe(`the flight recorder, ${format}`, () => {
    it('names the function that held the loop during a slow call, by file and line, and not its neighbour', async () => {
      const outcome = await run({
        format,
        body: `neighbour(400); await sleep(1); ${slowCall}; neighbour(400); await sleep(1)`,
      })

      assert.equal(outcome.stderr, '')
      assert.equal(outcome.code, 0)
      isWhole(outcome)
      const { frames, gc, program, idle, samples } = outcome.records[0].hot
      const shown = JSON.stringify(outcome.records[0].hot)
      assert.ok(frames[0].at === 'rank.cjs:2' && frames[0].share > 0.4 && !shown.includes('neighbour'), shown)
      assert.ok(frames.length <= 5 && samples > 3, shown)
      for (const share of [gc, program, idle]) assert.ok(share >= 0 && share < 0.6, shown)
      assert.ok(functionsOf(outcome).includes('neighbour'))
    })

    it('changes nothing of a call, of its error or of its stack', async () => {
      const body = `
        const object = { a: 1 }
        print(profile('shop.sync', () => { rank(150); return object }) === object)
        const error = await profile('shop.rejects', async () => { await sleep(1); rank(150); throw new RangeError('no') }).catch((e) => e)
        print([error.message, error.stack.split('\\n').length])
        print(await new Promise((resolve) => profile('shop.callback', () => setImmediate(() => { rank(150); resolve(7) }))))
        const { Session } = await import('node:inspector')
        const session = new Session()
        session.connect()
        session.post('Runtime.evaluate', { expression: '1 + 1' }, (_, { result }) => print(result.value))
        session.disconnect()`

      const bare = await run({ format, body, bare: true })
      const profiled = await run({ format, body, cpu: { burst_s: 1 } })

      assert.equal(bare.printed.length, 4)
      assert.deepEqual([profiled.printed, profiled.stderr, profiled.code], [bare.printed, bare.stderr, 0])
      assert.equal(bare.files.length, 0)
      assert.ok(profiled.files.length >= 1)
    })
  })
}

describe('the flight recorder', () => {
  it('writes nothing of a process in which nothing was slow', async () => {
    const { records, files, stderr } = await run({
      body: "for (let i = 0; i < 20; i++) { await profile('shop.fast', () => sleep(1)); rank(5); await sleep(5) }",
      cpu: { stall_ms: 60_000 },
      more: { thresholds: { slow_call_ms: 60_000 } },
    })

    assert.deepEqual([records, files], [[], []])
    assert.match(stderr, /^crossbridge: nothing was recorded: 20 calls were seen.*\n$/)
  })

  it('says of an allocation storm that it was the garbage collector', async () => {
    const { records } = await run({
      body: "await profile('shop.storm', async () => { await sleep(5); storm(1500) })",
      // Each collection finds nearly all of it alive, which is what makes it long.
      args: ['--max-semi-space-size=1'],
    })

    const { hot } = records[0]
    assert.ok(hot.gc > 0.5, JSON.stringify(hot))
    assert.ok(hot.frames.every(({ function: name }: { function: string }) => name !== '(garbage collector)'))
  })

  it('names the file, and no function, of a call that only waited', async () => {
    const { records, files } = await run({
      body: "await sleep(500); await profile('shop.wait', () => sleep(800))",
      more: { requests: true },
    })

    assert.equal(records[0].profile, files[0]?.name)
    // The loop's own account of its waiting would say 680.
    const { blocked_ms, stall_ms } = records[0].timing
    if (existsSync('/proc/thread-self/schedstat'))
      assert.ok(blocked_ms < 400 && stall_ms < 400, JSON.stringify(records[0]))
    assert.ok(records[0].hot === undefined || records[0].hot.idle > 0.5, JSON.stringify(records[0].hot))
  })

  it('names the function of a call that did all of its work before it first waited', async () => {
    const { records } = await run({
      body: "await sleep(1); await profile('shop.begin', async () => { rank(600); await sleep(5) })",
      more: { requests: true },
    })

    assert.deepEqual([records.length, records[0].name], [1, 'shop.begin'])
    assert.equal(records[0].hot?.frames[0].at, 'rank.cjs:2', JSON.stringify(records[0]))
  })

  it('hands a record on when its window is over, while the process runs', async () => {
    const { printed, records } = await run({
      cpu: { window_s: 1 },
      body: `
        const { existsSync, readFileSync } = await import('node:fs')
        const read = () => existsSync('profile.jsonl') ? readFileSync('profile.jsonl', 'utf8') : ''
        ${slowCall}
        while (!read().includes('rank.cjs:2')) await sleep(20)
        print('there')`,
    })

    assert.deepEqual(printed, ['there'])
    assert.equal(records.length, 1)
  })

  it('writes the window of a stall that no call was in', async () => {
    const outcome = await run({ body: 'await sleep(2500); rank(600); await sleep(20)' })

    assert.deepEqual(outcome.records, [])
    assert.equal(outcome.files.length, 1)
    assert.ok(functionsOf(outcome).includes('rank'))
  })

  it('writes no stall shorter than stall_ms, and one that lasts until the process ends', async () => {
    const short = await run({ cpu: { stall_ms: 60_000 }, body: 'await sleep(2500); rank(300); await sleep(20)' })
    const last = await run({ body: 'await sleep(2500); rank(600); process.exit()' })

    assert.deepEqual(short.files, [])
    assert.equal(last.files.length, 1)
  })

  it('keeps names to files and functions: no query, no path outside of the project', async () => {
    const { files, records } = await run({
      files: { 'own.mjs': "export function own() { return rank(600) }\nconst { rank } = await import('./rank.cjs')" },
      body: `
        const { own } = await import('./own.mjs?secret=1#secret')
        const { runInThisContext } = await import('node:vm')
        const far = runInThisContext('(function far(spent) { let n = 0; for (const end = spent() + 900; spent() < end; ) for (let i = 0; i < 1e7; i++) n += Math.sqrt(i); return n })', { filename: '/home/secret/far.js' })
        const spent = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000 }
        const words = new RegExp('(private text|w+)+$')
        const match = () => { for (const end = spent() + 300; spent() < end; ) words.test('private textwwwwwwwwwwwwwwwwwww!') }
        await profile('shop.rank', async () => { await sleep(1); own(); far(spent); match() })`,
    })

    const text = JSON.stringify(records)
    assert.match(text, /"rank\.cjs:2"/)
    assert.match(text, /"at":"far\.js:1"/)
    assert.doesNotMatch(text, /secret|\\u/)
    assert.doesNotMatch(JSON.stringify(files), /secret=|private text/)
    assert.match(JSON.stringify(files), /\(regular expression\)/)
    assert.match(JSON.stringify(files), /"file:\/\/[^"]*\/own\.mjs"/)
  })

  it('follows a breach with a burst, and with no other while it cools down', async () => {
    const { files, records } = await run({
      cpu: { burst_s: 1, burst_interval_ms: 2 },
      body: `${slowCall}; for (let i = 0; i < 8; i++) { neighbour(150); await sleep(20) }; ${slowCall}`,
    })

    const bursts = files.filter(({ name }) => name.startsWith('burst-'))
    assert.equal(bursts.length, 1)
    assert.ok(
      bursts[0]?.profile.nodes.some(
        (node: { callFrame: { functionName: string } }) => node.callFrame.functionName === 'neighbour',
      ),
    )
    assert.ok(records.every(({ profile }) => profile.startsWith('cpu-')))
  })

  it('writes every window with `always`, and keeps as many as `keep` says', async () => {
    const { files } = await run({
      cpu: { on: 'always', window_s: 1, keep: 2 },
      body: `
        const { existsSync, readdirSync } = await import('node:fs')
        const folder = 'data/profiling/profiles'
        const seen = new Set()
        while (seen.size < 4) { if (existsSync(folder)) for (const name of readdirSync(folder)) if (/profile$/.test(name)) seen.add(name); await sleep(20) }
        print([...seen].sort())`,
    })

    assert.equal(files.length, 2)
  })
})

describe('the flight recorder at the end of a process', () => {
  const ends: readonly [what: string, body: string, code: number | null, signal: string | null][] = [
    ['by itself', slowCall, 0, null],
    ['by process.exit()', `${slowCall}; process.exit(3)`, 3, null],
    [
      'by process.exit() inside of a slow call',
      "profile('shop.rank', () => { process.once('exit', () => {}); rank(600) }); process.exit(4)",
      4,
      null,
    ],
    ['by an uncaught exception', `${slowCall}; setTimeout(() => { throw new Error('no') })`, 1, null],
    ['by an unhandled rejection', `${slowCall}; Promise.reject(new Error('no'))`, 1, null],
    [
      'by a signal that the application listens to',
      `process.on('SIGTERM', () => process.exit(5)); ${slowCall}; process.kill(process.pid, 'SIGTERM'); await sleep(60000)`,
      5,
      null,
    ],
  ]
  for (const [what, body, code, signal] of ends) {
    it(`has written what was due, ${what}`, async () => {
      const outcome = await run({ body })

      assert.deepEqual([outcome.code, outcome.signal], [code, signal])
      isWhole(outcome)
    })
  }

  it('does not keep a signal from ending it', async () => {
    const { code, signal } = await run({
      body: `${slowCall}; process.kill(process.pid, 'SIGTERM'); await sleep(60000)`,
    })

    assert.deepEqual([code, signal], [null, 'SIGTERM'])
  })

  it('writes nothing while nothing is due, and does not keep the process alive', async () => {
    const { code, files, printed } = await run({ body: 'print(process.getActiveResourcesInfo())' })

    assert.deepEqual([code, files], [0, []])
    assert.equal(printed.length, 1)
  })
})

describe('the recorder disables itself, and says so once,', () => {
  const others: readonly [what: string, args: readonly string[], env: Record<string, string>, says: RegExp][] = [
    [
      'for --cpu-prof',
      ['--cpu-prof', '--cpu-prof-dir=prof'],
      {},
      /^crossbridge: cpu_profile: --cpu-prof profiles this process; the agent does not profile beside it\n$/,
    ],
    [
      'for an inspector',
      ['--inspect=127.0.0.1:0'],
      {},
      /crossbridge: cpu_profile: a debugger may attach to this process .*; the agent does not profile beside it\n/,
    ],
  ]
  for (const [what, args, env, says] of others) {
    it(what, async () => {
      const { records, files, stderr, code } = await run({ args, env, body: slowCall })

      assert.match(stderr, says)
      assert.equal(stderr.split('cpu_profile').length, 2)
      assert.equal(code, 0)
      assert.deepEqual([records.length, records[0].profile, records[0].hot, files], [1, undefined, undefined, []])
    })
  }

  it('under the permission model, which denies the inspector, and says so', async () => {
    const flag = Number.parseInt(process.versions.node, 10) < 23 ? '--experimental-permission' : '--permission'
    const { stderr, code, printed } = await run({
      args: [flag, '--allow-fs-read=*'],
      more: { output: { type: 'none' }, heap_profile: { on: 'threshold' } },
      body: `${slowCall}; print('well')`,
    })

    assert.deepEqual([code, printed], [0, ['well']])
    assert.match(stderr, /cpu_profile, heap_profile: Node's permission model denies its inspector/)
    assert.doesNotMatch(stderr, /a fault of the agent/)
  })

  it('for another profiler that the application loads, and hands on what it holds', async () => {
    const { records, stderr } = await run({
      cpu: { window_s: 1 },
      files: { 'node_modules/@datadog/pprof/index.js': '' },
      body: `
        ${slowCall}
        const { createRequire } = await import('node:module')
        createRequire(process.argv[1])('@datadog/pprof')
        await sleep(1500)`,
    })

    assert.equal(
      stderr,
      'crossbridge: cpu_profile: @datadog/pprof profiles this process; the agent does not profile beside it\n',
    )
    assert.equal(records.length, 1)
  })
})

describe('worker threads', () => {
  const worker = `
    const { parentPort } = require('node:worker_threads')
    const { rank } = require('./rank.cjs')
    parentPort.postMessage('begun')
    for (;;) rank(5)`

  it('are profiled where they are named, and survive a hundred terminate()s under load', async () => {
    const { code, signal, printed, stderr } = await run({
      cpu: { workers: true, window_s: 1, stall_ms: 20 },
      more: { thresholds: { slow_call_ms: 0 } },
      files: { 'worker.cjs': worker },
      body: `
        const { Worker } = await import('node:worker_threads')
        let begun = 0
        for (let i = 0; i < 25; i++) {
          const all = Array.from({ length: 4 }, () => new Worker('./worker.cjs'))
          await Promise.all(all.map((one) => new Promise((resolve) => one.once('message', resolve))))
          begun += all.length
          rank(5)
          await Promise.all(all.map((one) => one.terminate()))
        }
        profile('shop.begun', () => print(begun))`,
    })

    assert.deepEqual([code, signal, printed, stderr], [0, null, [100], ''])
  })

  it('write files of their own, and are left alone unless named', async () => {
    const files = {
      'worker.cjs': `
        const { rank } = require('./rank.cjs')
        setTimeout(() => rank(600), 4000)`,
    }
    const body = `
      const { Worker } = await import('node:worker_threads')
      await new Promise((resolve) => new Worker('./worker.cjs').once('exit', resolve))`

    const named = await run({ files, body, cpu: { workers: true } })
    const unnamed = await run({ files, body, cpu: { stall_ms: 60_000 } })

    assert.deepEqual(unnamed.files, [])
    const at = named.files.findIndex(({ name }) => /^cpu-\d{8}T\d{9}Z-\d+-[1-9]-\d+\.cpuprofile$/.test(name))
    assert.ok(functionsOf(named, at).includes('rank'))
  })
})

describe('the heap recorder', () => {
  it('writes what is alive when the heap passes its share of the limit, once, and says so', async () => {
    const { files, stderr } = await run({
      args: ['--max-old-space-size=200'],
      cpu: { on: 'off' },
      more: { thresholds: { slow_call_ms: 0 }, heap_profile: { on: 'threshold', heap_percent: 10 } },
      body: `
        const kept = []
        function keep() { kept.push(Array.from({ length: 2e6 }, (_, i) => ({ i }))) }
        profile('shop.keep', keep)
        const { existsSync, readdirSync } = await import('node:fs')
        while (!existsSync('data/profiling/profiles') || !readdirSync('data/profiling/profiles').some((name) => /heapprofile$/.test(name))) await sleep(50)
        print(kept.length)`,
    })

    assert.equal(
      stderr,
      'crossbridge: heap_profile: the heap has passed 10 % of its limit; what is alive in it was written to ./data/profiling/profiles\n',
    )
    assert.equal(files.length, 1)
    assert.match(files[0]?.name ?? '', /^heap-\d{8}T\d{9}Z-\d+-0-\d+\.heapprofile$/)
    assert.match(JSON.stringify(files[0]?.profile), /"functionName":"keep"/)
  })

  it('disables itself for --heap-prof', async () => {
    const { files, stderr } = await run({
      args: ['--heap-prof', '--heap-prof-dir=prof'],
      cpu: { on: 'off' },
      more: { thresholds: { slow_call_ms: 0 }, heap_profile: { on: 'threshold', heap_percent: 1 } },
      body: "profile('shop.call', () => 1)",
    })

    assert.equal(
      stderr,
      'crossbridge: heap_profile: --heap-prof profiles this process; the agent does not sample beside it\n',
    )
    assert.deepEqual(files, [])
  })
})

describe('a reload', () => {
  it('switches the recorder on and off while the process runs', async () => {
    const { printed, records, stderr } = await run({
      cpu: { on: 'off' },
      more: { reload_signal: 'SIGUSR2' },
      body: `
        const { readFileSync, writeFileSync } = await import('node:fs')
        const text = readFileSync('crossbridge.yml', 'utf8')
        // The wait for a signal does not keep a process alive.
        const alive = setInterval(() => {}, 1000)
        const become = async (on) => {
          writeFileSync('crossbridge.yml', text.replace('"cpu_profile":{"on":"off"', '"cpu_profile":{"on":"' + on + '"'))
          const heard = new Promise((resolve) => process.once('SIGUSR2', resolve))
          process.kill(process.pid, 'SIGUSR2')
          await heard
        }
        await profile('shop.off', async () => { await sleep(1); rank(200) })
        await become('slow')
        await profile('shop.on', async () => { await sleep(1); rank(200) })
        await become('off')
        print(readFileSync('profile.jsonl', 'utf8').match(/"name":"shop/g).length)
        await profile('shop.again', async () => { await sleep(1); rank(200) })
        clearInterval(alive)`,
    })

    assert.equal(stderr.match(/has changed and is in force/g)?.length, 2, stderr)
    assert.deepEqual(printed, [2])
    assert.deepEqual(
      records.map(({ name, profile, hot }) => [name, profile !== undefined, hot !== undefined]),
      [
        ['shop.off', false, false],
        ['shop.on', true, true],
        ['shop.again', false, false],
      ],
    )
  })
})
