import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { api, hangsAfterMs, isOldest, isWhole, register, root, spawnNode } from '../../support/application.ts'
import { ask, noSqlite, sqliteNode } from '../../support/database.ts'
import { type Loopback, openaiServer } from '../../support/openai-server.ts'
import { casesOf, printed, runTests, write } from '../../support/test-project.ts'

const shop = `
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test, vi } from 'vitest'
import { embed, call } from './shop.ts'

let tries = 0
describe('search', () => {
  beforeAll(() => call('before'))
  afterAll(() => call('after'))
  beforeEach(async () => { await call('before-each'); return () => call('cleanup') })
  afterEach(() => call('after-each'))
  it.concurrent('embeds once', async () => { await embed('one secret text') })
  it.concurrent('embeds in parallel', async () => { await Promise.all([embed('a'), embed('b', 'c'), call('rank')]) })
  it.concurrent('embeds behind a timer', () => new Promise((done) => setTimeout(() => embed('d').then(done), 3)))
  it.skip('is skipped', () => embed('never'))
  it.todo('is to be done')
  it('skips itself', async ({ skip }) => { await call('before-it-skips'); skip() })
})
test('fails', async () => { await call('failing'); throw new TypeError('a secret message') })
test('asserts in vain', () => expect(1).toBe(2))
test.fails('is to fail', async () => { await call('failing'); expect(1).toBe(2) })
test('passes when it is tried again', { retry: 2 }, async () => { await call('tried'); expect(++tries).toBe(2) })
test('lasts too long', { timeout: 50 }, () => new Promise((done) => setTimeout(done, 300)))
test('has a mocked clock', async () => {
  vi.useFakeTimers({ now: 0 })
  const wait = new Promise((done) => setTimeout(done, 3_600_000))
  await vi.advanceTimersByTimeAsync(3_600_000)
  await wait
  vi.useRealTimers()
  await call('after-a-mocked-hour')
})
test.each([1, 2])('has the title of another', (which) => call('each-' + which))
describe('a suite whose hook fails', () => {
  beforeAll(() => { throw new RangeError('in a hook') })
  it('never begins', () => call('never'))
})
`
const files = {
  'package.json': '{ "type": "module" }',
  'shop.ts': `
import { setTimeout as sleep } from 'node:timers/promises'
import OpenAI from 'openai'
import { profile } from ${JSON.stringify(api)}

const client = new OpenAI({ apiKey: 'k', baseURL: process.env.STAND_IN, maxRetries: 0 })
export const embed = (...input: string[]) => client.embeddings.create({ model: 'text-embedding-3-small', input })
export const call = (name: string) => profile('shop.' + name, () => sleep(2))
`,
  'shop.test.ts': shop,
}
const command = '../../node_modules/vitest/vitest.mjs'
// Both majors run where all is; else one in threads on the oldest Node, the other in processes on the newest.
const runs: readonly (readonly [framework: string, pool: string])[] = isWhole
  ? ['vitest-3', 'vitest-4'].flatMap((framework) => ['forks', 'threads'].map((pool) => [framework, pool] as const))
  : [isOldest ? ['vitest-3', 'threads'] : ['vitest-4', 'forks']]

for (const [framework, pool] of runs) {
  describe(`tests of ${framework} in ${pool}`, () => {
    let standIn: Loopback
    let env: Record<string, string>
    before(async () => {
      standIn = await openaiServer()
      env = { STAND_IN: standIn.url }
    })
    after(() => standIn.close())
    const patient = [`--testTimeout=${hangsAfterMs}`, `--hookTimeout=${hangsAfterMs}`]
    const args = [command, 'run', `--pool=${pool}`, '--reporter=tap', ...patient]

    it('have the same output and exit code as without the agent, and their calls, each by itself', async () => {
      const bare = await runTests({ framework, files, args, env, bare: true })
      const { records, ...outcome } = await runTests({ framework, files, args, env })

      assert.equal(outcome.code, 1)
      assert.equal(outcome.code, bare.code)
      assert.equal(printed(outcome.stdout), printed(bare.stdout))
      assert.equal(printed(outcome.stderr), printed(bare.stderr))
      const each = ['shop.after-each 1', 'shop.before-each 1', 'shop.cleanup 1']
      const embedding = (calls: number) => `embedding_provider.embed ${calls}`
      const again = 'passes when it is tried again'
      assert.deepEqual(casesOf(records), [
        { title: 'a suite whose hook fails > never begins', status: 'skipped', calls: [] },
        { title: 'asserts in vain', status: 'failed', error: 'AssertionError', calls: [] },
        { title: 'fails', status: 'failed', error: 'TypeError', calls: ['shop.failing 1'] },
        { title: 'has a mocked clock', status: 'passed', calls: ['shop.after-a-mocked-hour 1'] },
        { title: 'has the title of another', status: 'passed', calls: ['shop.each-1 1'] },
        { title: 'has the title of another', status: 'passed', calls: ['shop.each-2 1'] },
        { title: 'is to fail', status: 'passed', calls: ['shop.failing 1'] },
        { title: 'lasts too long', status: 'failed', error: 'Error', calls: [] },
        { title: again, status: 'failed', error: 'AssertionError', calls: ['shop.tried 1'] },
        { title: again, status: 'passed', attempt: 2, retry: 1, calls: ['shop.tried 1'] },
        { title: 'search > embeds behind a timer', status: 'passed', calls: [embedding(1), ...each] },
        { title: 'search > embeds in parallel', status: 'passed', calls: [embedding(2), ...each, 'shop.rank 1'] },
        { title: 'search > embeds once', status: 'passed', calls: [embedding(1), ...each] },
        { title: 'search > is skipped', status: 'skipped', calls: [] },
        { title: 'search > is to be done', status: 'todo', calls: [] },
        {
          title: 'search > skips itself',
          status: 'skipped',
          calls: ['shop.before-each 1', 'shop.before-it-skips 1'],
        },
      ])
      const [mocked] = records.filter(({ metadata }) => metadata?.title === 'has a mocked clock')
      assert.ok(mocked.duration_ms < 1_800_000 && mocked.timestamp > 1.6e9)
    })

    it('that are not begun after a failure are skipped, with --bail as without the agent', async () => {
      const text = `import { expect, test } from 'vitest'
        test('fails', () => expect(1).toBe(2))
        test('is not begun', () => {})`
      const bailing = { framework, files: { 'a.test.ts': text }, args: [...args, '--bail=1'] }
      const bare = await runTests({ ...bailing, bare: true })
      const { records, ...outcome } = await runTests(bailing)

      assert.deepEqual([outcome.code, printed(outcome.stdout)], [bare.code, printed(bare.stdout)])
      assert.deepEqual(casesOf(records), [
        { title: 'fails', status: 'failed', error: 'AssertionError', calls: [] },
        { title: 'is not begun', status: 'skipped', calls: [] },
      ])
    })

    it('have the number of their assertions where that is asked for', async () => {
      const asking = { framework, args, config: { capture: { assertions: true } } }
      const text = `import { expect, test } from 'vitest'
        test('two', () => { expect(1).toBe(1); expect(2).toBe(2) })
        test('none', () => {})`
      const { records } = await runTests({ ...asking, files: { ...files, 'shop.test.ts': text } })

      assert.deepEqual(
        records.filter(({ name }) => name === 'test.case').map(({ metadata }) => [metadata.title, metadata.assertions]),
        [
          ['two', 2],
          ['none', 0],
        ],
      )
    })

    it('tell tokens, hooks, suites and the run, and no text of a call', async () => {
      const { records } = await runTests({ framework, files, args, env, config: { include_titles: false } })
      const named = (name: string) => records.filter((record) => record.name === name)
      const calls = (name: string) =>
        named('test.case').flatMap(({ usage = [] }) => usage.filter((one: { name: string }) => one.name === name))

      assert.equal(calls('embedding_provider.embed').length, 3)
      for (const { model, input_tokens } of calls('embedding_provider.embed')) {
        assert.equal(model, 'text-embedding-3-small')
        assert.ok(input_tokens > 0)
      }
      assert.deepEqual(
        named('test.hook').map(({ metadata, error, usage = [] }) => [metadata.hook, error ?? usage[0].name]),
        [
          ['before', 'shop.before'],
          ['after', 'shop.after'],
          ['before', 'RangeError'],
        ],
      )
      assert.deepEqual(
        named('test.suite').map(({ metadata }) => metadata.status),
        ['passed', 'failed', 'failed'],
      )
      const [run] = named('test.run')
      assert.deepEqual(run.metadata, { tests: 15, passed: 8, failed: 3, skipped: 3, todo: 1, files: 1, retries: 1 })
      assert.ok(named('test.case').every(({ metadata }) => metadata.worker === 1))
      assert.equal(new Set(named('test.case').map(({ test_id }) => test_id)).size, 15)
      assert.equal(new Set(records.filter(({ name }) => name.startsWith('test.')).map(({ run_id }) => run_id)).size, 1)
      assert.doesNotMatch(JSON.stringify(records), /secret|embeds|search/)
    })
  })
}

// Both are told of in other ways in each major.
for (const [framework, pool] of ['vitest-3', 'vitest-4'].flatMap((framework) =>
  ['vmThreads', 'vmForks'].map((pool) => [framework, pool] as const),
))
  describe(`tests of ${framework} in ${pool}`, () => {
    it('are not recorded, which is reported once, and run as without the agent', async () => {
      const text = `import { test } from 'vitest'\ntest('passes', () => {})`
      const project = { framework, files: { 'a.test.ts': text, 'b.test.ts': text, 'c.test.ts': text } }
      const args = [command, 'run', `--pool=${pool}`]
      const bare = await runTests({ ...project, args, bare: true })
      const { code, stdout, stderr, records } = await runTests({ ...project, args })
      const lines = stderr.split('\n').filter((line) => /^crossbridge: vitest's pool/.test(line))

      assert.equal(code, 0)
      assert.deepEqual(shownSorted(stdout), shownSorted(bare.stdout))
      assert.deepEqual(records, [])
      assert.equal(lines.length, 1, stderr)
      assert.match(lines[0] ?? '', new RegExp(`pool ${pool} loads modules past Node's loader: no test is recorded`))
    })
  })

/** Files end in any order. */
const shownSorted = (text: string) => printed(text).split('\n').sort()

describe('a database of the tests of vitest', { skip: noSqlite }, () => {
  for (const pool of ['forks', 'threads']) {
    it(`has those of ${pool}, which vitest ends without a word`, async () => {
      const parent = join(root, 'test/frameworks/vitest-4/tmp')
      mkdirSync(parent, { recursive: true })
      const folder = mkdtempSync(join(parent, 'app-'))
      const quick = `import { it } from 'vitest'; for (const i of [1, 2, 3]) it('is quick ' + i, () => {})`
      try {
        write(folder, { 'a.test.mjs': quick, 'b.test.mjs': quick }, { output: {} })
        const outcome = await spawnNode([command, 'run', `--pool=${pool}`], {
          ...{ cwd: folder, node: sqliteNode },
          env: { NODE_OPTIONS: `--import ${register}`, CI: '1' },
        })
        const file = join(folder, 'data/profiling/test_execution.db')
        const [rows] = await ask(file, 'SELECT name, count(*) AS count FROM tests GROUP BY name ORDER BY name')

        assert.equal(outcome.code, 0, outcome.stderr)
        assert.deepEqual(
          rows?.map(({ name, count }) => [name, count]),
          [
            ['test.case', 6],
            ['test.run', 2],
            ['test.suite', 2],
          ],
        )
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    })
  }
})
