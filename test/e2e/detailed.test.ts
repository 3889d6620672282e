import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { api, everything, formats, run } from '../support/application.ts'

const imports = [['{ profile }', api]] as const
const detailed = { ...everything, level: 'detailed' }

describe('level detailed', () => {
  for (const format of formats) {
    it(`adds the peak of the process's memory and its CPU time to each record (${format})`, async () => {
      const { records, stderr } = await run({
        format,
        imports,
        config: detailed,
        body: `
          profile('shop.light', () => 1)
          await profile('shop.heavy', async () => {
            const kept = []
            for (let i = 0; i < 60; i++) {
              kept.push(new Array(131072).fill(i))
              if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5))
            }
            return kept.length
          })`,
      })

      assert.equal(stderr, '')
      const [light, heavy] = records
      for (const { peak_memory_mb, cpu_ms } of records) {
        assert.ok(peak_memory_mb >= 0 && cpu_ms >= 0)
        assert.equal(cpu_ms, Math.round(cpu_ms * 100) / 100)
      }
      assert.ok(heavy.peak_memory_mb > 30, `${heavy.peak_memory_mb}`)
      assert.ok(light.peak_memory_mb < heavy.peak_memory_mb)
      assert.ok(heavy.cpu_ms > 0)
    })
  }

  it('records a call that passes memory_mb though it is fast, and says so', async () => {
    const { records } = await run({
      imports,
      config: { ...detailed, thresholds: { slow_call_ms: 60_000, memory_mb: 20 } },
      body: `
        profile('shop.light', () => 1)
        profile('shop.heavy', () => { const buffer = Buffer.alloc(64e6, 1); return buffer.length })`,
    })

    assert.deepEqual(
      records.map(({ name, exceeded }) => ({ name, exceeded })),
      [{ name: 'shop.heavy', exceeded: ['memory_mb'] }],
    )
  })

  it('says both when both were passed', async () => {
    const { records } = await run({
      imports,
      config: { ...detailed, thresholds: { slow_call_ms: 1, memory_mb: 0 } },
      body: `await profile('shop.slow', () => new Promise((resolve) => setTimeout(resolve, 20)))`,
    })

    assert.deepEqual(records[0].exceeded, ['slow_call_ms', 'memory_mb'])
  })

  it('holds no process with an open call, nor with one whose result nobody looks at', async () => {
    const { code, signal, stderr } = await run({
      imports,
      config: detailed,
      env: { CROSSBRIDGE_PROFILING_DEBUG: '1' },
      body: `
        profile('shop.open', () => new Promise(() => {}))
        profile('shop.lazy', () => ({ then() {} }))
        print(process.getActiveResourcesInfo().filter((name) => name === 'Timeout'))`,
    })

    assert.deepEqual([code, signal], [0, null])
    assert.match(stderr, /app shop.open: 1 seen, 1 open\n/)
    assert.match(stderr, /app shop.lazy: 1 seen, 1 unobserved\n/)
  })

  it('is what basic records lack', async () => {
    const { records } = await run({ imports, config: everything, body: `profile('shop.light', () => 1)` })

    assert.ok(!('peak_memory_mb' in records[0]) && !('cpu_ms' in records[0]))
  })
})

describe('a record', () => {
  it('has its numbers in the forms that are promised', async () => {
    const { records, printed } = await run({
      imports,
      config: everything,
      body: `
        const before = Date.now()
        await profile('shop.slow', () => new Promise((resolve) => setTimeout(resolve, 30)))
        print([before, Date.now(), process.pid])`,
    })

    const [record] = records
    const [before, after, pid] = printed[0] as [number, number, number]
    assert.equal(record.duration_ms, Math.round(record.duration_ms * 100) / 100)
    assert.equal(record.timestamp, Math.round(record.timestamp * 1000) / 1000)
    assert.ok(record.timestamp * 1000 >= before - 2)
    assert.ok(record.timestamp * 1000 + record.duration_ms <= after + 2)
    assert.deepEqual([record.pid, record.thread_id, record.concurrent], [pid, 0, 0])
    assert.ok(!('sample_rate' in record) && !('exceeded' in record) && !('error' in record))
  })

  it('has the sample rate when it is below 1', async () => {
    const config = { ...everything, mode: 'sampling' }
    const body = `for (let i = 0; i < 200; i++) profile('shop.search', () => 1)`

    const half = await run({ imports, config: { ...config, sample_rate: 0.5 }, body })
    const all = await run({ imports, config: { ...config, sample_rate: 1 }, body })

    assert.ok(half.records.length > 50 && half.records.length < 150)
    assert.ok(half.records.every(({ sample_rate }) => sample_rate === 0.5))
    assert.ok(all.records.length === 200 && all.records.every((record) => !('sample_rate' in record)))
  })

  it('counts the other scopes that were open at any time during the call', async () => {
    const { records } = await run({
      imports,
      config: everything,
      body: `
        const gate = () => { let open; const promise = new Promise((resolve) => { open = resolve }); return { promise, open } }
        const [a, b, c] = [gate(), gate(), gate()]
        const calls = [profile('shop.a', () => a.promise), profile('shop.b', () => b.promise)]
        a.open(); await calls[0]
        calls.push(profile('shop.c', () => c.promise))
        b.open(); await calls[1]
        c.open(); await calls[2]
        profile('shop.alone', () => 1)`,
    })

    assert.deepEqual(
      records.map(({ name, concurrent }) => [name, concurrent]),
      [
        ['shop.a', 1],
        ['shop.b', 2],
        ['shop.c', 1],
        ['shop.alone', 0],
      ],
    )
  })

  it('has no metadata, and nothing is read for it, where include_metadata is false', async () => {
    const { records, printed } = await run({
      files: { 'shop.mjs': 'export const search = (text) => [text]' },
      imports: [...imports, ['{ search }', './shop.mjs']],
      config: {
        ...everything,
        include_metadata: false,
        instrumentations: [
          {
            name: 'shop',
            module: './shop.mjs',
            target: 'store',
            methods: [{ at: 'search', scope: 'search', metadata: { size: 'args.0.size' } }],
          },
        ],
      },
      body: `
        let reads = 0
        search({ get size() { reads++; return 1 } })
        profile('shop.search', { get size() { reads++; return 1 } }, () => 1)
        print(reads)`,
    })

    assert.deepEqual(printed, [0])
    assert.deepEqual(
      records.map((record) => [record.name, 'metadata' in record]),
      [
        ['store.search', false],
        ['shop.search', false],
      ],
    )
  })
})

describe('include_stack_trace', () => {
  const traced = { ...everything, include_stack_trace: true }
  const body = (before: string) => `
    ${before}
    async function searchForUser() { return profile('shop.search', async () => 1) }
    await searchForUser()
    print([Error.stackTraceLimit, typeof Error.prepareStackTrace, Object.isFrozen(Error)])`

  for (const format of formats) {
    it(`has the application's own frames at the start of the call (${format})`, async () => {
      const { records, printed, stderr } = await run({ format, imports, config: traced, body: body('') })

      const lines = records[0].stack_trace.split('\n')
      assert.equal(stderr, '')
      assert.match(lines[0], /^at searchForUser \(.*app\.[cm]js:\d+:\d+\)$/)
      assert.ok(
        lines.every((line: string) => /app\.[cm]js:/.test(line)),
        records[0].stack_trace,
      )
      assert.deepEqual((printed[0] as unknown[])[0], 10)
    })
  }

  const ways: Readonly<Record<string, string>> = {
    'a limit of 0': 'Error.stackTraceLimit = 0',
    'a limit of 50': 'Error.stackTraceLimit = 50',
    'no limit at all': 'delete Error.stackTraceLimit',
    'a formatter of its own':
      'Error.prepareStackTrace = (error, sites) => "mine" + sites.map((site) => "\\n    at " + site).join("")',
    'a formatter that gives call sites': 'Error.prepareStackTrace = (error, sites) => sites',
    'a formatter that throws': 'Error.prepareStackTrace = () => { throw new Error("no") }',
    'a frozen Error': 'Object.freeze(Error)',
    'a replaced captureStackTrace': 'Error.captureStackTrace = () => { throw new Error("no") }',
  }
  for (const [what, before] of Object.entries(ways)) {
    it(`leaves Error as it is in an application with ${what}`, async () => {
      const bare = await run({ imports, bare: true, body: body(before) })
      const { records, printed, stderr, code } = await run({ imports, config: traced, body: body(before) })

      assert.deepEqual([printed, code, stderr], [bare.printed, bare.code, bare.stderr])
      assert.equal(records.length, 1)
      const without = what === 'a limit of 0' || what === 'no limit at all' || what === 'a formatter that throws'
      assert.equal(/searchForUser/.test(records[0].stack_trace ?? ''), !without)
    })
  }

  it('calls no formatter of the application for a call that leaves no record', async () => {
    const { printed, records } = await run({
      imports,
      config: { ...traced, thresholds: { slow_call_ms: 60_000 } },
      body: `
        let calls = 0
        Error.prepareStackTrace = () => { calls++ }
        profile('shop.search', () => 1)
        print(calls)`,
    })

    assert.deepEqual([printed, records], [[0], []])
  })
})
