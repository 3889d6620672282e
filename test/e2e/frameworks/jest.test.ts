import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { isWhole, root } from '../../support/application.ts'
import { type Loopback, openaiServer } from '../../support/openai-server.ts'
import { casesOf, printed, runTests } from '../../support/test-project.ts'

const helpers = `
const { setTimeout: sleep } = require('node:timers/promises')
const { default: OpenAI } = require('openai')
const { profile } = require(${JSON.stringify(join(root, 'dist/cjs/api.js'))})

const client = new OpenAI({ apiKey: 'k', baseURL: process.env.STAND_IN, maxRetries: 0 })
exports.embed = (...input) => client.embeddings.create({ model: 'text-embedding-3-small', input })
exports.call = (name) => profile('shop.' + name, () => sleep(2))
`
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
  'jest.config.cjs': 'module.exports = {}',
  'shop.cjs': helpers,
  'spec/shop.test.cjs': shop,
  'spec/failing.test.cjs': failing,
  'spec/concurrent.test.cjs': concurrent,
}
const args = ['../../node_modules/jest/bin/jest.js', '--no-cache', '--testMatch=**/spec/*']
const inBand = '--runInBand'
const inProcesses = '--maxWorkers=2'
const inThreads = '--maxWorkers=2 --workerThreads'
const runs: readonly (readonly [framework: string, mode: string])[] = isWhole
  ? ['jest-29', 'jest-30'].flatMap((one) => [inBand, inProcesses, inThreads].map((mode) => [one, mode] as const))
  : [
      ['jest-29', inBand],
      ['jest-30', inProcesses],
    ]

/** Which worker is the first to be done may differ. */
const sorted = (text: string, mode: string) => (mode === inBand ? text : text.split('\n').sort().join('\n'))

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
    })
  })
}
