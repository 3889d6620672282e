import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { hangsAfterMs, isOldest, isWhole } from '../../support/application.ts'
import { type Loopback, openaiServer } from '../../support/openai-server.ts'
import { casesOf, printed, runTests, shopFile } from '../../support/test-project.ts'

const shop = `
const { embed, call } = require('../shop.cjs')
let tries = 0
before(() => call('file-before'))
describe('search', () => {
  before(() => call('before'))
  after((done) => { call('after').then(() => done()) })
  beforeEach(() => call('before-each'))
  afterEach(() => call('after-each'))
  it('embeds once', () => embed('one secret text'))
  it('embeds in parallel', async () => { await Promise.all([embed('a'), embed('b', 'c'), call('rank')]) })
  it('embeds behind a timer', (done) => { setTimeout(() => embed('d').then(() => done()), 3) })
  it.skip('is skipped', () => embed('never'))
  it('is to be done')
  it('skips itself', async function () { await call('before-it-skips'); this.skip() })
  it('passes when it is tried again', async function () {
    this.retries(2)
    await call('tried')
    if (++tries < 2) throw new TypeError('not yet')
  })
})
it('fails', async () => { await call('failing'); throw new TypeError('a secret message') })
it('lasts too long', function (done) { this.timeout(30); setTimeout(done, 200) })
describe('a suite whose hook fails', () => {
  beforeEach(() => { throw new RangeError('in a hook') })
  it('begins', () => call('never'))
  it('never begins', () => call('never'))
})
`
// An ES module in a file of its own, for a second process of \`--parallel\`.
const other = `
import { call } from '../shop.cjs'
it('is in another file', () => call('other'))
`
const files = { 'shop.cjs': shopFile, 'spec/shop.cjs': shop, 'spec/other.mjs': other }
const command = '../../node_modules/mocha/bin/mocha.js'
// Both majors run where all is, in both modes.
const runs: readonly (readonly [framework: string, mode: readonly string[]])[] = isWhole
  ? ['mocha-10', 'mocha-11'].flatMap((one) => [[], ['--parallel']].map((mode) => [one, mode] as const))
  : [isOldest ? ['mocha-10', []] : ['mocha-11', ['--parallel']]]

for (const [framework, mode] of runs) {
  describe(`tests of ${[framework, ...mode].join(' ')}`, () => {
    let standIn: Loopback
    let env: Record<string, string>
    before(async () => {
      standIn = await openaiServer()
      env = { STAND_IN: standIn.url }
    })
    after(() => standIn.close())
    const args = [command, ...mode, `--timeout=${hangsAfterMs}`, '--reporter=tap', 'spec/shop.cjs', 'spec/other.mjs']

    it('have the same output and exit code as without the agent, and their calls, each by itself', async () => {
      const bare = await runTests({ framework, files, args, env, bare: true })
      const { records, ...outcome } = await runTests({ framework, files, args, env })

      assert.equal(outcome.code, 3)
      assert.equal(outcome.code, bare.code)
      // Which process is the first to be done may differ.
      const sorted = (text: string) =>
        mode.length > 0
          ? text
              .replaceAll(/ok \d+/g, 'ok')
              .split('\n')
              .sort()
          : text
      assert.deepEqual(sorted(printed(outcome.stdout)), sorted(printed(bare.stdout)))
      assert.equal(printed(outcome.stderr), printed(bare.stderr))
      const each = ['shop.after-each 1', 'shop.before-each 1']
      const embedding = (calls: number) => `embedding_provider.embed ${calls}`
      const again = 'search > passes when it is tried again'
      assert.deepEqual(casesOf(records), [
        { title: 'a suite whose hook fails > begins', status: 'failed', error: 'RangeError', calls: [] },
        { title: 'fails', status: 'failed', error: 'TypeError', calls: ['shop.failing 1'] },
        { title: 'is in another file', status: 'passed', calls: ['shop.other 1'] },
        { title: 'lasts too long', status: 'failed', error: 'Error', calls: [] },
        { title: 'search > embeds behind a timer', status: 'passed', calls: [embedding(1), ...each] },
        { title: 'search > embeds in parallel', status: 'passed', calls: [embedding(2), ...each, 'shop.rank 1'] },
        { title: 'search > embeds once', status: 'passed', calls: [embedding(1), ...each] },
        { title: 'search > is skipped', status: 'skipped', calls: [] },
        { title: 'search > is to be done', status: 'skipped', calls: [] },
        { title: again, status: 'failed', error: 'TypeError', calls: [...each, 'shop.tried 1'] },
        { title: again, status: 'passed', attempt: 2, retry: 1, calls: [...each, 'shop.tried 1'] },
        { title: 'search > skips itself', status: 'skipped', calls: [...each, 'shop.before-it-skips 1'] },
      ])
    })

    it('end with the first that fails, with --bail as without the agent', async () => {
      const text = `it('fails', () => { throw new TypeError('no') }); it('is not begun', () => {})`
      const bailing = {
        framework,
        files: { 'a.cjs': text },
        args: [command, ...mode, '--bail', '--reporter=tap', 'a.cjs'],
      }
      const bare = await runTests({ ...bailing, bare: true })
      const { records, ...outcome } = await runTests(bailing)

      assert.deepEqual([outcome.code, printed(outcome.stdout)], [bare.code, printed(bare.stdout)])
      assert.deepEqual(casesOf(records), [{ title: 'fails', status: 'failed', error: 'TypeError', calls: [] }])
    })

    it('tell tokens, hooks, suites and the run, and no text of a call', async () => {
      const { records } = await runTests({ framework, files, args, env, config: { include_titles: false } })
      const named = (name: string) => records.filter((record) => record.name === name)

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
          ['passed', 7],
          ['failed', 2],
        ],
      )
      const sum = (key: string) => named('test.run').reduce((all, { metadata }) => all + (metadata[key] ?? 0), 0)
      assert.deepEqual(['tests', 'passed', 'failed', 'skipped', 'retries', 'files'].map(sum), [11, 5, 3, 3, 1, 2])
      const embedding = named('test.case')
        .flatMap(({ usage = [] }) => usage)
        .filter(({ library }) => library === 'openai')
      assert.equal(embedding.length, 3)
      assert.ok(embedding.every(({ model, input_tokens }) => model === 'text-embedding-3-small' && input_tokens > 0))
      assert.ok(named('test.case').every(({ metadata }) => 'worker' in metadata === mode.length > 0))
      assert.equal(new Set(records.filter(({ name }) => name.startsWith('test.')).map(({ run_id }) => run_id)).size, 1)
      assert.doesNotMatch(JSON.stringify(records), /secret|embeds|search/)
    })
  })
}
