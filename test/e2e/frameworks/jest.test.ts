import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { hangsAfterMs, isOldest, isWhole, root } from '../../support/application.ts'
import { type Loopback, openaiServer } from '../../support/openai-server.ts'
import { casesOf, printed, runTests, shopFile } from '../../support/test-project.ts'

const shop = `
const { embed, call } = require('../shop.cjs')
let tries = 0
jest.retryTimes(1)
beforeAll(() => call('file-before'))
describe('search', () => {
  beforeAll(() => call('before'))
  afterAll((done) => { call('after').then(() => done()) })
  beforeEach(() => call('before-each'))
  afterEach(() => call('after-each'))
  it('embeds once', () => embed('one secret text'))
  it('embeds in parallel', async () => { await Promise.all([embed('a'), embed('b', 'c'), call('rank')]) })
  it('embeds behind a timer', (done) => { setTimeout(() => embed('d').then(() => done()), 3) })
  it('yields', function* () { yield embed('e') })
  it.skip('is skipped', () => embed('never'))
  it.todo('is to be done')
  it('passes when it is tried again', async () => {
    await call('tried')
    if (++tries < 2) throw new TypeError('not yet')
  })
})
`
const failing = `
const assert = require('node:assert')
const { call } = require('../shop.cjs')
it('fails', async () => { await call('failing'); throw new TypeError('a secret message') })
it('fails at once', () => { throw new TypeError('a secret message') })
it('asserts in vain', () => assert.equal(1, 2))
it('expects in vain', () => expect(1).toBe(2))
it('throws a text', () => { throw 'a secret text' })
it('lasts too long', (done) => { setTimeout(done, 200) }, 30)
it.failing('is to fail', async () => { await call('failing'); throw new TypeError('a secret message') })
describe('a suite whose hook fails', () => {
  beforeEach(() => { throw new RangeError('in a hook') })
  it('begins', () => call('never'))
})
describe('a suite that does not begin', () => {
  beforeAll(() => { throw new RangeError('in a hook') })
  it('never begins', () => call('never'))
})
describe('a suite that ends badly', () => {
  afterAll(() => { throw new RangeError('in a hook') })
  it('passes', () => call('passing'))
})
`
const concurrent = `
const { setTimeout: sleep } = require('node:timers/promises')
const { embed, call } = require('../shop.cjs')
for (let i = 1; i <= 7; i++)
  it.concurrent('is number ' + i, async () => {
    await sleep(5)
    for (let j = 0; j < i; j++) await embed('f')
  })
it.concurrent('fails beside them', async () => { await call('failing'); throw new TypeError('a secret message') })
it.concurrent('fails at once beside them', () => { throw new TypeError('a secret message') })
`
const files = {
  'jest.config.cjs': `module.exports = { cacheDirectory: '<rootDir>/cache', testTimeout: ${hangsAfterMs} }`,
  'shop.cjs': shopFile,
  'spec/shop.test.cjs': shop,
  'spec/failing.test.cjs': failing,
  'spec/concurrent.test.cjs': concurrent,
  'spec/broken.test.cjs': `const load = () => { throw new TypeError('a secret message') }; load()`,
}
const config = `module.exports = { cacheDirectory: '<rootDir>/cache', transform: {}, testTimeout: ${hangsAfterMs} }`
const helped = { 'shop.cjs': shopFile }
const mocking = {
  // Of the realm of the tests, and to be copied to be changed.
  'ranker.cjs': 'module.exports = Object.freeze({ rank() { return [2, 1] } })',
  'spec/real.test.cjs': `
    const OpenAI = require('openai')
    const { embed } = require('../shop.cjs')
    it('keeps the realm of what it gives', async () => {
      const promise = embed('a', 'b')
      expect(promise).toBeInstanceOf(Promise)
      const { data } = await promise
      expect(data).toHaveLength(2)
      const lost = new OpenAI({ apiKey: 'k', baseURL: 'http://127.0.0.1:1', maxRetries: 0 })
      const failed = await lost.embeddings.create({ model: 'm', input: 'a' }).catch((error) => error)
      expect(failed).toBeInstanceOf(OpenAI.APIError)
      expect(failed).toBeInstanceOf(Error)
    })
    it('exports that are frozen', () => {
      expect(require('../ranker.cjs').rank()).toBeInstanceOf(Array)
      expect(require('../ranker.cjs')).toBeInstanceOf(Object)
      expect(require('../ranker.cjs').rank).toBe(require('../ranker.cjs').rank)
    })
    it('a module that is loaded anew', async () => {
      const first = require('../shop.cjs')
      jest.resetModules()
      const second = require('../shop.cjs')
      expect(second).not.toBe(first)
      await first.embed('a')
      await second.embed('b')
    })
    it('a module that is isolated', async () => {
      let isolated
      jest.isolateModules(() => { isolated = require('../shop.cjs') })
      await isolated.embed('a')
    })
    it('a spy calls through', async () => {
      const { OpenAI: fresh } = require('openai')
      const spy = jest.spyOn(fresh.Embeddings.prototype, 'create')
      await require('../shop.cjs').embed('a')
      expect(spy).toHaveBeenCalledTimes(1)
      spy.mockRestore()
    })`,
  'spec/factory.test.cjs': `
    jest.mock('openai', () => ({ default: class { embeddings = { create: () => 'mocked' } } }))
    it('a mock by a factory is none of ours', () => expect(require('../shop.cjs').embed('a')).toBe('mocked'))
    it('the real one beside a mock', async () => {
      const { default: OpenAI } = jest.requireActual('openai')
      const client = new OpenAI({ apiKey: 'k', baseURL: process.env.STAND_IN, maxRetries: 0 })
      await client.embeddings.create({ model: 'text-embedding-3-small', input: ['a'] })
    })`,
  'spec/automock.test.cjs': `
    jest.mock('openai')
    it('a mock that jest makes is none of ours', () => {
      const { OpenAI } = require('openai')
      expect(jest.isMockFunction(OpenAI)).toBe(true)
      expect(jest.isMockFunction(OpenAI.Embeddings.prototype.create)).toBe(true)
      expect(new OpenAI.Embeddings().create()).toBeUndefined()
      expect(OpenAI.Embeddings.prototype.create).toHaveBeenCalledTimes(1)
    })`,
}
const imported = `
import OpenAI from 'openai'
import { rank } from '../ranker.mjs'
import { profile } from ${JSON.stringify(join(root, 'dist/agent/api.js'))}
const client = new OpenAI({ apiKey: 'k', baseURL: process.env.STAND_IN, maxRetries: 0 })
const embed = (...input) => client.embeddings.create({ model: 'text-embedding-3-small', input })
it('embeds', async () => { await embed('a'); await profile('shop.marked', async () => {}) })
it('imports what it embeds by', async () => {
  const { default: again } = await import('openai')
  expect(again).toBe(OpenAI)
  expect(rank()).toEqual([2, 1])
  await embed('b')
})
`
const timers = `
const { embed } = require('../shop.cjs')
const { profile } = require(${JSON.stringify(join(root, 'dist/cjs/api.js'))})
for (const [name, use] of [
  ['modern', () => jest.useFakeTimers({ now: 0 })],
  ['legacy', () => jest.useFakeTimers({ legacyFakeTimers: true })],
])
  it(name + ' timers neither stop nor stretch it', async () => {
    await embed('a')
    use()
    const later = profile('shop.later', () => new Promise((done) => setTimeout(done, 3_600_000)))
    jest.advanceTimersByTime(3_600_000)
    await later
    jest.useRealTimers()
  })
`
const args = ['../../node_modules/jest/bin/jest.js', '--testMatch=**/spec/*']
const inBand = '--runInBand'
const inProcesses = '--maxWorkers=2'
const inThreads = '--maxWorkers=2 --workerThreads'
// Both majors run where all is; else one in a process on the oldest Node, the other in several on the newest.
const runs: readonly (readonly [framework: string, mode: string])[] = isWhole
  ? ['jest-29', 'jest-30'].flatMap((one) => [inBand, inProcesses, inThreads].map((mode) => [one, mode] as const))
  : [isOldest ? ['jest-29', inBand] : ['jest-30', inProcesses]]

/** Which worker is the first to be done may differ, and on a busy machine one may take longer to exit than jest waits. */
const sorted = (text: string, mode: string) =>
  mode === inBand
    ? text
    : text
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('A worker process has failed to exit'))
        .sort()
        .join('\n')

for (const [framework, mode] of runs) {
  describe(`tests of ${framework} ${mode}`, () => {
    let standIn: Loopback
    let env: Record<string, string>
    before(async () => {
      standIn = await openaiServer()
      env = { STAND_IN: standIn.url }
    })
    after(() => standIn.close())
    const running = { framework, files, args: [...args, ...mode.split(' ')] }

    it('have the same output and exit code as without the agent, and their calls, each by itself', async () => {
      const bare = await runTests({ ...running, env, bare: true })
      const { records, ...outcome } = await runTests({ ...running, env })

      assert.equal(outcome.code, 1)
      assert.equal(outcome.code, bare.code)
      assert.equal(sorted(printed(outcome.stderr), mode), sorted(printed(bare.stderr), mode))
      assert.equal(printed(outcome.stdout), printed(bare.stdout))
      const each = ['shop.after-each 1', 'shop.before-each 1']
      const embedding = (calls: number) => `embedding_provider.embed ${calls}`
      const again = 'search > passes when it is tried again'
      const failed = (title: string, error: string, ...calls: string[]) => ({ title, status: 'failed', error, calls })
      assert.deepEqual(casesOf(records), [
        failed('a suite that does not begin > never begins', 'RangeError'),
        { title: 'a suite that ends badly > passes', status: 'passed', calls: ['shop.passing 1'] },
        failed('a suite whose hook fails > begins', 'RangeError'),
        failed('asserts in vain', 'AssertionError'),
        failed('expects in vain', 'JestAssertionError'),
        failed('fails', 'TypeError', 'shop.failing 1'),
        failed('fails at once', 'TypeError'),
        failed('fails at once beside them', 'TypeError'),
        failed('fails beside them', 'TypeError', 'shop.failing 1'),
        ...[1, 2, 3, 4, 5, 6, 7].map((n) => ({ title: `is number ${n}`, status: 'passed', calls: [embedding(n)] })),
        { title: 'is to fail', status: 'passed', calls: ['shop.failing 1'] },
        failed('lasts too long', 'Error'),
        { title: 'search > embeds behind a timer', status: 'passed', calls: [embedding(1), ...each] },
        { title: 'search > embeds in parallel', status: 'passed', calls: [embedding(2), ...each, 'shop.rank 1'] },
        { title: 'search > embeds once', status: 'passed', calls: [embedding(1), ...each] },
        { title: 'search > is skipped', status: 'skipped', calls: [] },
        { title: 'search > is to be done', status: 'todo', calls: [] },
        failed(again, 'TypeError', ...each, 'shop.tried 1'),
        { title: again, status: 'passed', attempt: 2, retry: 1, calls: [...each, 'shop.tried 1'] },
        { title: 'search > yields', status: 'passed', calls: [embedding(1), ...each] },
        failed('throws a text', 'Error'),
      ])
      const tests = records.filter(({ name }) => name.startsWith('test.'))
      assert.equal(new Set(tests.map(({ run_id }) => run_id)).size, 1)
      assert.ok(tests.every(({ name, metadata }) => name !== 'test.case' || metadata.worker > 0))
    })

    it('tell tokens, hooks, suites and the run, and no text of a call', {
      skip: !isWhole && mode !== inBand,
    }, async () => {
      const config = { include_titles: false, capture: { assertions: true } }
      const { records } = await runTests({ ...running, env, config })
      const named = (name: string) => records.filter((record) => record.name === name)

      assert.deepEqual(
        named('test.hook')
          .map(({ metadata, error, usage = [] }) => `${metadata.hook} ${error ?? usage[0].name}`)
          .sort(),
        ['after RangeError', 'after shop.after', 'before RangeError', 'before shop.before', 'before shop.file-before'],
      )
      assert.deepEqual(
        named('test.suite')
          .map(({ metadata }) => `${metadata.status} ${metadata.tests}`)
          .sort(),
        ['failed 1', 'failed 1', 'failed 1', 'passed 7'],
      )
      const sum = (key: string) => named('test.run').reduce((all, { metadata }) => all + (metadata[key] ?? 0), 0)
      assert.deepEqual(
        ['tests', 'passed', 'failed', 'skipped', 'todo', 'retries', 'files'].map(sum),
        [26, 14, 10, 1, 1, 1, 3],
      )
      const embedding = named('test.case')
        .flatMap(({ usage = [] }) => usage)
        .filter(({ library }) => library === 'openai')
      assert.equal(embedding.length, 11)
      assert.ok(embedding.every(({ model, input_tokens }) => model === 'text-embedding-3-small' && input_tokens > 0))
      assert.equal(new Set(named('test.case').map(({ test_id }) => test_id)).size, 26)
      assert.doesNotMatch(JSON.stringify(records), /secret|embeds|search/)
    })
  })
}

for (const framework of new Set(runs.map(([framework]) => framework))) {
  describe(`modules and timers of ${framework}`, () => {
    let standIn: Loopback
    let env: Record<string, string>
    before(async () => {
      standIn = await openaiServer()
      env = { STAND_IN: standIn.url }
    })
    after(() => standIn.close())
    const running = (files: Readonly<Record<string, string>>) => ({
      framework,
      files: { 'jest.config.cjs': config, ...files },
      args: [...args, inBand],
    })

    it('are mocked, reset and isolated as without the agent, and profiled where they are real', async () => {
      const instrumentations = [
        { name: 'own', module: './ranker.cjs', target: 'ranker', methods: [{ at: 'rank', scope: 'rank' }] },
      ]
      const project = {
        ...running({ ...helped, ...mocking, 'spec/timers.test.cjs': timers }),
        env,
        profiling: { instrumentations },
      }
      const bare = await runTests({ ...project, bare: true })
      const { records, ...outcome } = await runTests(project)

      assert.equal(outcome.code, 0, outcome.stderr)
      assert.deepEqual([outcome.code, printed(outcome.stderr)], [bare.code, printed(bare.stderr)])
      const passed = (title: string, ...calls: string[]) => ({ title, status: 'passed', calls })
      const embedding = (calls: number) => `embedding_provider.embed ${calls}`
      assert.deepEqual(casesOf(records), [
        passed('a mock by a factory is none of ours'),
        passed('a mock that jest makes is none of ours'),
        passed('a module that is isolated', embedding(1)),
        passed('a module that is loaded anew', embedding(2)),
        passed('a spy calls through', embedding(1)),
        passed('exports that are frozen', 'ranker.rank 1'),
        passed('keeps the realm of what it gives', embedding(1), embedding(1)),
        passed('legacy timers neither stop nor stretch it', embedding(1), 'shop.later 1'),
        passed('modern timers neither stop nor stretch it', embedding(1), 'shop.later 1'),
        passed('the real one beside a mock', embedding(1)),
      ])
      for (const { duration_ms, timestamp } of records.filter(({ name }) => name === 'test.case'))
        assert.ok(duration_ms > 0 && duration_ms < 1_800_000 && timestamp > 1.6e9 && timestamp < 4e9)
    })

    it('are profiled in ES modules, as far as their exports need not be replaced', async () => {
      const files = {
        'ranker.mjs': 'export function rank() { return [2, 1] }',
        'spec/modules.test.mjs': imported,
      }
      const instrumentations = [
        { name: 'own', module: './ranker.mjs', target: 'ranker', methods: [{ at: 'rank', scope: 'rank' }] },
      ]
      const project = { ...running(files), env, profiling: { instrumentations } }
      const imports = { ...project, args: ['--experimental-vm-modules', ...project.args] }
      const bare = await runTests({ ...imports, bare: true })
      const { records, ...outcome } = await runTests(imports)

      assert.equal(outcome.code, 0, outcome.stderr)
      const said = outcome.stderr.split('\n').filter((line) => line.startsWith('crossbridge: '))
      assert.deepEqual(
        said.map((line) => line.replace(/\(.*ranker/, '(ranker')),
        [
          "crossbridge: own: could not be hooked (ranker.mjs: functions that jest's ES modules export can't be replaced); the file is loaded as it is, and not profiled",
        ],
      )
      const others = outcome.stderr.replace(`${said[0]}\n`, '')
      assert.deepEqual([outcome.code, printed(others)], [bare.code, printed(bare.stderr)])
      assert.deepEqual(casesOf(records), [
        { title: 'embeds', status: 'passed', calls: ['embedding_provider.embed 1', 'shop.marked 1'] },
        { title: 'imports what it embeds by', status: 'passed', calls: ['embedding_provider.embed 1'] },
      ])
    })

    it('end with the first file that fails, with --bail as without the agent', async () => {
      const failing = `it('fails', () => { throw new TypeError('no') })`
      const project = running({
        'spec/a.test.cjs': `${failing} // the longer one is first`,
        'spec/b.test.cjs': failing,
      })
      const bailing = { ...project, args: [...project.args, '--bail'] }
      const bare = await runTests({ ...bailing, bare: true })
      const { records, ...outcome } = await runTests(bailing)

      assert.deepEqual([outcome.code, printed(outcome.stderr)], [bare.code, printed(bare.stderr)])
      assert.deepEqual(casesOf(records), [{ title: 'fails', status: 'failed', error: 'TypeError', calls: [] }])
    })

    it('leave an environment its own events, and a fault of ours is reported and fails no test', async () => {
      const environment = (define: string) => `
        const { TestEnvironment } = require('jest-environment-node')
        module.exports = class extends TestEnvironment {
          constructor(...args) { super(...args); ${define} }
          handleTestEvent({ name, test }) { if (name === 'test_fn_start') console.log('begins ' + test.name) }
        }`
      const inEnvironment = (name: string) => `/** @jest-environment ./${name} */ it('passes in ${name}', () => {})`
      const { code, stdout, stderr, records } = await runTests(
        running({
          'plain.cjs': environment(''),
          'fixed.cjs': environment(
            "Object.defineProperty(this, 'handleTestEvent', { value: this.handleTestEvent.bind(this) })",
          ),
          'spec/a.test.cjs': inEnvironment('plain.cjs'),
          'spec/b.test.cjs': inEnvironment('fixed.cjs'),
        }),
      )

      assert.equal(code, 0, stderr)
      assert.match(stdout, /begins passes in plain/)
      assert.match(stdout, /begins passes in fixed/)
      assert.deepEqual(casesOf(records), [{ title: 'passes in plain.cjs', status: 'passed', calls: [] }])
      assert.match(stderr, /crossbridge: a fault of the agent, please report it: TypeError/)
    })
  })
}
