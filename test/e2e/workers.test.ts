import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { api, everything, register, run } from '../support/application.ts'

const source = `
  const { profile } = await import(${JSON.stringify(pathToFileURL(api).href)})
  const { threadId } = await import('node:worker_threads')
  profile('shop.worker', { id: threadId }, () => threadId)`
const started = (options: string, of = `new URL('worker.mjs', import.meta.url)`) => `{
  const worker = new Worker(${of}, ${options})
  worker.on('error', (error) => print(String(error)))
  print(await new Promise((resolve) => worker.on('exit', resolve)))
}`
const worker = {
  imports: [
    ['{ Worker }', 'node:worker_threads'],
    ['{ profile }', api],
  ] as const,
  config: everything,
  files: { 'worker.mjs': source },
}
const names = (records: readonly { name: string }[]) => records.map(({ name }) => name)

describe('a worker thread', () => {
  // What Node itself hands on: reference/hooks.md, section 8.
  const inherited = { env: { NODE_OPTIONS: `--import ${register}` }, bare: true }
  const kinds: readonly (readonly [what: string, body: string, reached: { flag: boolean; options: boolean }])[] = [
    ['of a file', started('{}'), { flag: true, options: true }],
    [
      'of a data: URL',
      started('{}', 'new URL("data:text/javascript," + encodeURIComponent(source))'),
      { flag: true, options: true },
    ],
    ['with execArgv: []', started('{ execArgv: [] }'), { flag: false, options: true }],
    ['with env: {}', started('{ env: {} }'), { flag: true, options: false }],
    ['of a text', started('{ eval: true }', '"(async () => {" + source + "})()"'), { flag: false, options: false }],
  ]
  for (const [what, body, { flag, options }] of kinds) {
    it(`${what} is profiled where Node hands the agent on to it, and ends as ever`, async () => {
      const text = { ...worker, body: `const source = ${JSON.stringify(source)}\n${body}` }

      const byFlag = await run(text)
      const byOptions = await run({ ...text, ...inherited })

      assert.deepEqual([byFlag.printed, byOptions.printed], [[0], [0]])
      assert.deepEqual(names(byFlag.records), flag ? ['shop.worker'] : [])
      assert.deepEqual(names(byOptions.records), options ? ['shop.worker'] : [])
      for (const { thread_id, metadata } of [...byFlag.records, ...byOptions.records]) {
        assert.ok(thread_id > 0)
        assert.equal(thread_id, metadata.id)
      }
    })
  }

  it('is not what the line at exit is about, when it recorded something', async () => {
    const { records, stderr } = await run({ ...worker, body: started('{}') })

    assert.deepEqual([names(records), stderr], [['shop.worker'], ''])
  })

  it('that saw calls and recorded none is named in the line at exit', async () => {
    const { stderr } = await run({
      ...worker,
      config: { ...everything, thresholds: { slow_call_ms: 60_000 } },
      body: started('{}'),
    })

    assert.match(stderr, /^crossbridge: nothing was recorded: worker threads saw 1 calls and recorded none;.*\n$/)
  })

  it('tells nothing again that the main thread has told', async () => {
    const { stderr, printed } = await run({
      ...worker,
      config: { ...everything, sample_rat: 1, targets: ['shop', 'no_such'] },
      body: `profile('shop.main', () => 1)\n${started('{}')}\n${started('{}')}`,
    })

    assert.deepEqual(printed, [0, 0])
    assert.equal(stderr.match(/sample_rat is not an option/g)?.length, 1)
    assert.equal(stderr.match(/no_such is not a target/g)?.length, 1)
    assert.doesNotMatch(stderr, /targets: shop/)
  })

  it('answers for a target that only it has hand-marked scopes of', async () => {
    const { stderr, records } = await run({
      ...worker,
      config: { ...everything, targets: ['shop'] },
      body: started('{}'),
    })

    assert.deepEqual([stderr, names(records)], ['', ['shop.worker']])
  })

  it('prints a ledger of its own when the whole ledger is asked for', async () => {
    const { stderr } = await run({ ...worker, env: { CROSSBRIDGE_PROFILING_DEBUG: '1' }, body: started('{}') })

    assert.match(
      stderr,
      /crossbridge: thread \d+: what became of each library:[\s\S]*app shop.worker: 1 seen, 1 emitted\n/,
    )
    assert.match(stderr, /^crossbridge: what became of each library:/m)
  })

  it('writes its log lines whole beside those of seven others and the main thread', async () => {
    const { stderr, printed } = await run({
      ...worker,
      config: { ...everything, output: { type: 'log' } },
      files: { 'worker.mjs': `${source}\nfor (let n = 0; n < 100; n++) profile('shop.worker', { n }, () => n)` },
      body: `
        const workers = Array.from({ length: 8 }, () => new Worker(new URL('worker.mjs', import.meta.url)))
        const ended = Promise.all(workers.map((worker) => new Promise((resolve) => worker.on('exit', resolve))))
        for (let n = 0; n < 100; n++) profile('shop.main', { n }, () => n)
        print(await ended)`,
    })

    const records = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.deepEqual(printed, [Array(8).fill(0)])
    assert.equal(records.length, 8 * 101 + 100)
  })

  it('is terminated and fails as without the agent', async () => {
    const body = `
      const one = new Worker('setInterval(() => {}, 1000)', { eval: true })
      await new Promise((resolve) => one.on('online', resolve))
      print(await one.terminate())
      const two = new Worker(new URL('fails.mjs', import.meta.url))
      two.on('error', (error) => print(error.message))
      print(await new Promise((resolve) => two.on('exit', resolve)))
      const three = new Worker(new URL('exits.mjs', import.meta.url))
      print(await new Promise((resolve) => three.on('exit', resolve)))`
    const files = { 'fails.mjs': `throw new Error('on purpose')`, 'exits.mjs': 'process.exit(6)' }

    const bare = await run({ ...worker, files, body, bare: true })
    const outcome = await run({ ...worker, files, body })

    assert.deepEqual(outcome.printed, bare.printed)
    assert.deepEqual(bare.printed.slice(1), ['on purpose', 1, 6])
  })
})
