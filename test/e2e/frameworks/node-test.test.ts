import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { api, register, root } from '../../support/application.ts'
import { type Loopback, openaiServer } from '../../support/openai-server.ts'
import { casesOf, printed, recordsIn, runTests, write } from '../../support/test-project.ts'

const shop = `
import test, { after, afterEach, before, beforeEach, describe, it, mock } from 'node:test'
import assert from 'node:assert'
import { setTimeout as sleep } from 'node:timers/promises'
import OpenAI from 'openai'
import { profile } from ${JSON.stringify(api)}

const client = new OpenAI({ apiKey: 'k', baseURL: process.env.STAND_IN, maxRetries: 0 })
const embed = (...input) => client.embeddings.create({ model: 'text-embedding-3-small', input })
const call = (name) => profile('shop.' + name, () => sleep(2))

before(() => call('file-before'))
describe('search', { concurrency: 4 }, () => {
  before(() => call('before'))
  after(() => call('after'))
  beforeEach(() => call('before-each'))
  afterEach(async () => { await call('after-each') })
  it('embeds once', async () => { await embed('one secret text'); await sleep(5) })
  it('embeds in parallel', async () => { await Promise.all([embed('a'), embed('b', 'c'), call('rank')]) })
  it('embeds behind a timer', () => new Promise((done) => setTimeout(() => embed('d').then(() => done()), 3)))
  it('is skipped', { skip: true }, () => embed('never'))
  it('is to be done', { todo: true }, () => {})
})
test('takes a callback', (t, done) => { call('called').then(() => done()) })
test('fails', async () => { await call('failing'); throw new TypeError('a secret message') })
test('asserts in vain', () => assert.equal(1, 2))
test('has tests in it', async (t) => {
  t.beforeEach(() => call('inner-each'))
  const inner = t.test('inner', () => call('inner'))
  await call('outer')
  await inner
  await t.test('skips itself', (t) => t.skip('no reason'))
})
test('lasts too long', { timeout: 50 }, () => new Promise(() => setTimeout(() => {}, 300)))
test('has a mocked clock', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  const wait = new Promise((done) => setTimeout(done, 3_600_000))
  t.mock.timers.tick(3_600_000)
  await wait
  t.mock.timers.reset()
  await call('after-a-mocked-hour')
})
test('has the title of another', () => call('first'))
test('has the title of another', () => call('second'))
describe('a suite whose hook fails', () => {
  beforeEach(() => { throw new RangeError('in a hook') })
  it('never begins', () => call('never'))
})
`
const project = { files: { 'shop.test.mjs': shop }, args: ['--test', 'shop.test.mjs'] }

describe('tests of node:test', () => {
  let standIn: Loopback
  let env: Record<string, string>
  before(async () => {
    standIn = await openaiServer()
    env = { STAND_IN: standIn.url }
  })
  after(() => standIn.close())

  it('have the same output and exit code as without the agent, and their calls, each by itself', async () => {
    const bare = await runTests({ ...project, env, bare: true })
    const { records, ...outcome } = await runTests({ ...project, env })

    assert.equal(outcome.code, 1)
    assert.equal(outcome.code, bare.code)
    assert.equal(printed(outcome.stdout), printed(bare.stdout))
    assert.equal(outcome.stderr, bare.stderr)
    const each = ['shop.after-each 1', 'shop.before-each 1']
    const embedding = (calls: number) => `embedding_provider.embed ${calls}`
    assert.deepEqual(casesOf(records), [
      { title: 'a suite whose hook fails > never begins', status: 'failed', error: 'RangeError', calls: [] },
      { title: 'asserts in vain', status: 'failed', error: 'AssertionError', calls: [] },
      { title: 'fails', status: 'failed', error: 'TypeError', calls: ['shop.failing 1'] },
      { title: 'has a mocked clock', status: 'passed', calls: ['shop.after-a-mocked-hour 1'] },
      { title: 'has tests in it', status: 'passed', calls: ['shop.outer 1'] },
      { title: 'has tests in it > inner', status: 'passed', calls: ['shop.inner 1', 'shop.inner-each 1'] },
      { title: 'has tests in it > skips itself', status: 'skipped', calls: ['shop.inner-each 1'] },
      { title: 'has the title of another', status: 'passed', calls: ['shop.first 1'] },
      { title: 'has the title of another', status: 'passed', calls: ['shop.second 1'] },
      { title: 'lasts too long', status: 'failed', error: 'testTimeoutFailure', calls: [] },
      { title: 'search > embeds behind a timer', status: 'passed', calls: [embedding(1), ...each] },
      { title: 'search > embeds in parallel', status: 'passed', calls: [embedding(2), ...each, 'shop.rank 1'] },
      { title: 'search > embeds once', status: 'passed', calls: [embedding(1), ...each] },
      { title: 'search > is skipped', status: 'skipped', calls: [] },
      { title: 'search > is to be done', status: 'todo', calls: each },
      { title: 'takes a callback', status: 'passed', calls: ['shop.called 1'] },
    ])
    const [mocked] = records.filter(({ metadata }) => metadata?.title === 'has a mocked clock')
    assert.ok(mocked.duration_ms < 1_800_000 && mocked.timestamp > 1.6e9)
  })

  it('tell tokens, hooks, suites and the run, and no text of a call', async () => {
    const { records } = await runTests({ ...project, env, config: { include_titles: false } })
    const named = (name: string) => records.filter((record) => record.name === name)
    const [parallel] = named('test.case').filter(({ usage = [] }) =>
      usage.some((one: { calls: number }) => one.calls === 2),
    )

    const [embedding] = parallel.usage.filter(({ library }: { library: string }) => library === 'openai')
    assert.equal(embedding.model, 'text-embedding-3-small')
    assert.ok(embedding.input_tokens > 0)
    assert.equal(parallel.metadata.http_requests, 2)
    assert.equal(parallel.kind, 'test')
    assert.ok(parallel.metadata.before_ms > 0 && parallel.metadata.after_ms > 0)
    assert.match(parallel.metadata.title_hash, /^[0-9a-f]{16}$/)
    assert.deepEqual(
      named('test.hook').map(({ metadata, usage }) => [metadata.hook, usage[0].name]),
      [
        ['before', 'shop.file-before'],
        ['before', 'shop.before'],
        ['after', 'shop.after'],
      ],
    )
    assert.deepEqual(
      named('test.suite').map(({ metadata }) => [metadata.status, metadata.tests]),
      [
        ['passed', 5],
        ['failed', 1],
      ],
    )
    const [run] = named('test.run')
    assert.deepEqual(run.metadata, { tests: 16, passed: 9, failed: 4, skipped: 2, todo: 1, files: 1 })
    assert.deepEqual(
      [...new Set(records.filter(({ name }) => name.startsWith('test.')).map(({ run_id }) => run_id))].length,
      1,
    )
    assert.equal(new Set(named('test.case').map(({ test_id }) => test_id)).size, 16)
    assert.doesNotMatch(JSON.stringify(records), /secret|embeds|search/)
  })

  it('have the same ids in each run, and records of calls that are slow or fail', async () => {
    const config = { thresholds: { slow_call_ms: 0 } }
    const [one, other] = [await runTests({ ...project, env, config }), await runTests({ ...project, env, config })]
    const idsOf = ({ records }: typeof one) =>
      records.filter(({ name }) => name === 'test.case').map(({ test_id, metadata }) => `${metadata.title} ${test_id}`)

    assert.deepEqual(idsOf(one).sort(), idsOf(other).sort())
    const [parallel] = one.records.filter(({ metadata }) => metadata?.title === 'embeds in parallel')
    const calls = one.records.filter(({ test_id, name }) => test_id === parallel.test_id && !name.startsWith('test.'))
    assert.equal(calls.length, parallel.calls)
    assert.equal(calls.length, 5)
    assert.ok(calls.every(({ trace_id, sample_rate }) => trace_id === parallel.trace_id && sample_rate === undefined))
  })

  it('of a file that is run by itself, or in one process with others, are seen, required or imported', async () => {
    const files = {
      'a.test.cjs': `const { test } = require('node:test'); test('required', () => {})`,
      'b.test.mjs': `import { test } from 'node:test'; test('imported', () => {})`,
    }
    const titles = (records: Parameters<typeof casesOf>[0]) =>
      records
        .filter(({ name }) => name === 'test.case')
        .map(({ metadata }) => `${metadata.file} ${metadata.title}`)
        .sort()

    assert.deepEqual(titles((await runTests({ files, args: ['a.test.cjs'] })).records), ['a.test.cjs required'])
    assert.deepEqual(titles((await runTests({ files, args: ['b.test.mjs'] })).records), ['b.test.mjs imported'])
    assert.deepEqual(titles((await runTests({ files, args: ['--test'] })).records), [
      'a.test.cjs required',
      'b.test.mjs imported',
    ])
    if (process.versions.node.startsWith('20.')) return
    const isolation = process.versions.node.startsWith('22.')
      ? '--experimental-test-isolation=none'
      : '--test-isolation=none'
    const { records } = await runTests({ files, args: ['--test', isolation, 'a.test.cjs', 'b.test.mjs'] })
    assert.equal(titles(records).length, 2)
  })

  it('are recorded as they end, also where the run is ended by a signal, which ends it as without the agent', async () => {
    const [bare, outcome] = [await watched(true), await watched(false)]

    assert.equal(outcome.ended, bare.ended)
    assert.deepEqual(casesOf(outcome.records), [{ title: 'is quick', status: 'passed', calls: [] }])
  })

  it('are not confused with resources of the application, and it is reported where their class is not what it should be', async () => {
    const ran = (more: string) =>
      runTests({
        files: {
          'a.test.mjs': `import test from 'node:test'; import { AsyncResource } from 'node:async_hooks'
          ${more}
          test('passes', () => {})`,
        },
        args: ['a.test.mjs'],
      })
    const known = await ran(`new AsyncResource('Test')`)
    const unknown = await ran(`class Test extends AsyncResource {}; new Test('Test')`)

    assert.deepEqual(casesOf(known.records), [{ title: 'passes', status: 'passed', calls: [] }])
    assert.deepEqual([unknown.code, unknown.records], [0, []])
    assert.match(unknown.stderr, /crossbridge: the tests of node:test can't be followed in Node \d+/)
  })

  it('end as without the agent where nothing can be written', async () => {
    const files = { 'a.test.mjs': `import test from 'node:test'; test('passes', () => {})`, data: 'no folder' }
    const { code, records } = await runTests({ files, args: ['--test', 'a.test.mjs'] })

    assert.deepEqual([code, records], [0, []])
  })
})

/** Runs a test in watch mode until it has passed, and ends that by a signal. */
async function watched(bare: boolean) {
  const parent = join(root, 'test/packages/previous/tmp')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'app-'))
  try {
    write(folder, { 'w.test.mjs': `import test from 'node:test'; test('is quick', () => {})` }, {})
    const { NODE_TEST_CONTEXT, ...inherited } = process.env
    const child = spawn(process.execPath, ['--test', '--test-reporter=tap', '--watch', 'w.test.mjs'], {
      cwd: folder,
      env: { ...inherited, ...(!bare && { NODE_OPTIONS: `--import ${register}` }) },
    })
    const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code)))
    await new Promise<void>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => text.includes('ok 1') && resolve())
    })
    // A file that is still on its way out counts as failed.
    while (readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim() !== '') await sleep(10)
    child.kill('SIGTERM')
    return { ended: await ended, records: recordsIn(folder) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
