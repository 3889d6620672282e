import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { everything, folderFor, type Outcome, run, runIn } from '../support/application.ts'

const methods = [
  { at: 'embed', scope: 'embed', metadata: { model: 'args.0.model' }, inputs: 'args.0.input' },
  { at: 'other', scope: 'other', metadata: { model: 'args.0.model' } },
]
const instrumentations = [{ name: 'own', module: './own.cjs', target: 'shop', methods }]
const config = { ...everything, instrumentations, find_repeats: true }
const files = {
  'own.cjs': `
    const later = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms))
    module.exports = {
      embed: async ({ input, fails, ms }) => { await later(ms); if (fails) throw new RangeError('refused'); return [input.length] },
      other: async () => {},
    }`,
}
const imports = [
  ['own', './own.cjs'],
  ['crypto', 'node:crypto'],
  ['fs', 'node:fs'],
] as const
const told = ({ records }: Pick<Outcome, 'records'>) =>
  records.map(({ metadata }) => [metadata?.repeats, metadata?.repeat_share])

describe('find_repeats', () => {
  it("tells of an entry's inputs what was embedded before, and nothing of failed calls and other functions", async () => {
    const outcome = await run({
      files,
      config,
      imports,
      body: `
        await own.embed({ model: 'm', input: 'private', fails: true }).catch((error) => print(error.message))
        await own.embed({ model: 'm', input: 'private' })
        await own.embed({ model: 'm', input: ['private', 'more'] })
        await own.other({ model: 'm', input: 'private' })`,
    })

    assert.deepEqual([outcome.stderr, outcome.printed], ['', ['refused']])
    assert.deepEqual(told(outcome), [
      [undefined, undefined],
      [0, 0],
      [1, 0.5],
      [undefined, undefined],
    ])
  })

  it('leaves no text and no hash in records, the ledger or any file', async () => {
    const folder = folderFor('previous')
    try {
      const body = `
        const { hash, randomBytes } = crypto
        const secrets = []
        const keep = (kept) => { secrets.push(kept); return kept }
        crypto.hash = (...args) => keep(hash(...args))
        for (const input of ['private one', ['private one', 'private two'], [-101, -102]]) await own.embed({ model: 'm', input })
        crypto.hash = hash
        print(secrets)`
      const env = { CROSSBRIDGE_PROFILING_DEBUG: '1' }
      const { stderr, printed, records } = await runIn(folder, { files, config, imports, env, body })
      const secrets = printed[0] as string[]

      const left = readdirSync(folder).filter((name) => name !== 'app.mjs')
      const texts = [stderr, ...left.map((name) => readFileSync(join(folder, name), 'utf8'))].join('\n')

      assert.equal(secrets.length, 7)
      assert.match(stderr, /own/)
      assert.equal(records.length, 3)
      assert.doesNotMatch(texts, /private|-101/)
      for (const secret of secrets) {
        const bytes = Buffer.from(secret, secret.endsWith('=') ? 'base64' : 'hex')
        for (const form of ['hex', 'base64', 'base64url', 'latin1'] as const)
          assert.equal(texts.includes(bytes.toString(form).slice(0, 8)), false)
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('runs no getter of an input, and keeps nothing where it is off or the call leaves no record', async () => {
    const body = `
      let reads = 0
      const call = () => own.embed({ model: 'm', get input() { reads++; return 'private' } })
      await call()
      await call()
      print(reads)`
    const slow = { thresholds: { slow_call_ms: 100_000 } }
    const variants = [{ find_repeats: false }, { include_metadata: false }, { mode: 'sampling', sample_rate: 0 }, slow]

    const outcomes = await Promise.all(
      [...variants, {}].map((more) => run({ files, config: { ...config, ...more }, imports, body })),
    )

    // Two by the function itself.
    assert.deepEqual(
      outcomes.map(({ printed }) => printed),
      [[2], [2], [2], [2], [2]],
    )
    assert.doesNotMatch(JSON.stringify(outcomes.slice(0, 4).map(({ records }) => records)), /repeat/)
  })

  it('leaves out an input that only a getter has, which the application alone runs', async () => {
    const body = `
      let fails = false
      const given = { model: 'm', get input() { if (fails) throw new RangeError('not now'); return 'private' } }
      for (let i = 0; i < 3; i++) {
        const call = own.embed(given)
        fails = true
        print(await call)
        fails = false
      }`
    const hostile = {
      ...files,
      'own.cjs': `module.exports = { embed: async (given) => { const { length } = given.input; await null; return [length] } }`,
    }
    const [bare, profiled] = await Promise.all([
      run({ files: hostile, imports, body, bare: true }),
      run({
        files: hostile,
        imports,
        body,
        config: { ...config, instrumentations: [{ ...instrumentations[0], methods: [methods[0]] }] },
      }),
    ])

    assert.deepEqual([bare.printed, bare.stderr], [[[7], [7], [7]], ''])
    assert.deepEqual(profiled.printed, bare.printed)
    assert.equal(profiled.stderr, '')
    assert.deepEqual(told(profiled), Array(3).fill([undefined, undefined]))
  })

  it('counts each of a thousand calls in flight', async () => {
    const outcome = await run({
      files,
      config,
      imports,
      body: `
        const calls = Array.from({ length: 1000 }, (_, i) => own.embed({ model: 'm', input: 'private ' + (i % 250), ms: i % 7 }))
        print((await Promise.all(calls)).length)`,
    })

    assert.deepEqual([outcome.printed, outcome.stderr], [[1000], ''])
    assert.equal(outcome.records.length, 1000)
    assert.equal(
      outcome.records.reduce((sum, { metadata }) => sum + metadata.repeats, 0),
      750,
    )
  })

  it('knows in a worker thread nothing of what the main thread embedded', async () => {
    const call = `await own.embed({ model: 'm', input: 'private' })`
    const outcome = await run({
      files: { ...files, 'worker.mjs': `import own from './own.cjs'\n${call}\n${call}` },
      config,
      imports: [...imports, ['{ Worker }', 'node:worker_threads']],
      body: `
        ${call}
        const worker = new Worker(new URL('worker.mjs', import.meta.url))
        print(await new Promise((resolve) => worker.on('exit', resolve)))
        ${call}`,
    })

    const counts = outcome.records.map(({ thread_id, metadata }) => [thread_id > 0, metadata.repeats])
    assert.deepEqual([outcome.printed, outcome.stderr], [[0], ''])
    assert.deepEqual(counts, [
      [false, 0],
      [true, 0],
      [true, 1],
      [false, 1],
    ])
  })

  it('is switched on and off by a reload, and forgets when it is off', async () => {
    const base = { ...config, reload_signal: 'SIGUSR2' }
    const outcome = await run({
      files,
      config: { ...base, find_repeats: false },
      imports,
      body: `
        const awake = setInterval(() => {}, 1000)
        const base = ${JSON.stringify(base)}
        const reload = (more) => {
          fs.writeFileSync('next.yml', JSON.stringify({ runtime: { profiling: { ...base, ...more } } }))
          fs.renameSync('next.yml', 'crossbridge.yml')
          return new Promise((heard) => { process.once('SIGUSR2', heard); process.kill(process.pid, 'SIGUSR2') })
        }
        const call = () => own.embed({ model: 'm', input: 'private' })
        await call()
        await reload({})
        await call()
        await reload({ max_records_per_minute: 999 })
        await call()
        await reload({ find_repeats: false })
        await call()
        await reload({})
        await call()
        clearInterval(awake)`,
    })

    assert.deepEqual(told(outcome), [
      [undefined, undefined],
      [0, 0],
      [1, 1],
      [undefined, undefined],
      [0, 0],
    ])
  })

  it('is off by a variable where the file is locked, and not on', async () => {
    const start = (find_repeats: boolean, given: string) =>
      run({
        files,
        config: { ...config, find_repeats, lock: true },
        imports,
        env: { CROSSBRIDGE_PROFILING_FIND_REPEATS: given },
        body: `await own.embed({ model: 'm', input: 'private' })`,
      })

    const [off, on] = await Promise.all([start(true, 'false'), start(false, 'true')])

    assert.deepEqual([told(off), told(on)], [[[undefined, undefined]], [[undefined, undefined]]])
    assert.match(on.stderr, /CROSSBRIDGE_PROFILING_FIND_REPEATS is ignored: find_repeats is false/)
  })
})
