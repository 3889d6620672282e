import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { hangsAfterMs, isOldest, isWhole } from '../../support/application.ts'
import { type Loopback, openaiServer } from '../../support/openai-server.ts'
import { casesOf, printed, runTests, shopFile } from '../../support/test-project.ts'

const feature = `Feature: search
  Scenario: embeds once
    Given a shop
    When it embeds "a secret"
    Then it is found
  Scenario: fails
    When it fails
    Then it is found
  Scenario: is pending
    When it is pending
  Scenario: is undefined
    When nobody knows
  Scenario: skips itself
    When it skips
    Then it is found
  @flaky
  Scenario: passes when it is tried again
    When it is tried
  Scenario Outline: ranks
    When it ranks <n>
    Examples:
      | n |
      | 1 |
      | 2 |
  Rule: a rule
    @broken
    Scenario: has a hook that fails
      When it ranks 3
`
const steps = `
const { Given, When, Then, Before, After, BeforeAll, AfterAll, setDefaultTimeout } = require('@cucumber/cucumber')
setDefaultTimeout(${hangsAfterMs})
const { call, embed } = require('../shop.cjs')
BeforeAll(() => call('before-all'))
AfterAll(() => call('after-all'))
Before(() => call('before'))
After((_scenario, done) => { call('after').then(() => done()) })
Before({ tags: '@broken' }, () => { throw new RangeError('broken') })
Given('a shop', () => {})
When('it embeds {string}', (text) => Promise.all([embed(text), embed('b', 'c'), call('rank')]))
Then('it is found', (done) => { setTimeout(() => call('found').then(() => done()), 3) })
When('it fails', async () => { await call('failing'); throw new TypeError('a secret message') })
When('it is pending', () => 'pending')
When('it skips', () => 'skipped')
let tries = 0
When('it is tried', async () => { await call('tried'); if (++tries < 2) throw new TypeError('not yet') })
When('it ranks {int}', (n) => call('rank'))
`
const files = { 'shop.cjs': shopFile, 'features/shop.feature': feature, 'steps/steps.cjs': steps }
const command = ['../../node_modules/@cucumber/cucumber/bin/cucumber.js', '--require', 'steps/*.cjs']
const retrying = ['--retry', '1', '--retry-tag-filter', '@flaky']
const [first, second] = [['cucumber-12', []] as const, ['cucumber-12', ['--parallel', '2']] as const]
const [third, fourth] = [['cucumber-13', []] as const, ['cucumber-13', ['--parallel', '2']] as const]
// 13 is for Node 22 and later. Where all is not, 12 runs in several processes on the oldest Node, 13 in one on the newest.
const all = isOldest ? [first, second] : [first, second, third, fourth]
const runs: readonly (readonly [framework: string, mode: readonly string[]])[] = isWhole
  ? all
  : [isOldest ? second : third]

/** What it prints, without its times; which of the workers is the first to be done may differ. */
const shown = (text: string, mode: readonly string[]) => {
  const plain = printed(text).replaceAll(/.*\(executing steps:.*|.*executing your code\)/g, 'TIME')
  if (mode.length === 0) return plain
  return plain
    .replaceAll(/^[.FPU-]+$/gm, (line) => [...line].sort().join(''))
    .replaceAll(/\d+\)/g, 'N)')
    .split('\n')
    .sort()
    .join('\n')
}

for (const [framework, mode] of runs) {
  describe(`scenarios of ${[framework, ...mode].join(' ')}`, () => {
    let standIn: Loopback
    let env: Record<string, string>
    before(async () => {
      standIn = await openaiServer()
      env = { STAND_IN: standIn.url }
    })
    after(() => standIn.close())
    const args = [...command, ...retrying, ...mode]

    it('have the same output and exit code as without the agent, and their calls, each by itself', async () => {
      const bare = await runTests({ framework, files, args, env, bare: true })
      const { records, ...outcome } = await runTests({ framework, files, args, env })

      assert.equal(outcome.code, 1)
      assert.equal(outcome.code, bare.code)
      assert.equal(shown(outcome.stdout, mode), shown(bare.stdout, mode))
      assert.equal(shown(outcome.stderr, mode), shown(bare.stderr, mode))
      const each = ['shop.after 1', 'shop.before 1']
      const again = 'search > passes when it is tried again'
      assert.deepEqual(casesOf(records), [
        { title: 'search > a rule > has a hook that fails', status: 'failed', error: 'RangeError', calls: each },
        {
          title: 'search > embeds once',
          status: 'passed',
          calls: ['embedding_provider.embed 2', 'shop.after 1', 'shop.before 1', 'shop.found 1', 'shop.rank 1'],
        },
        {
          title: 'search > fails',
          status: 'failed',
          error: 'TypeError',
          calls: ['shop.after 1', 'shop.before 1', 'shop.failing 1'],
        },
        { title: 'search > is pending', status: 'todo', calls: each },
        { title: 'search > is undefined', status: 'todo', calls: each },
        { title: again, status: 'failed', error: 'TypeError', calls: [...each, 'shop.tried 1'] },
        { title: again, status: 'passed', attempt: 2, retry: 1, calls: [...each, 'shop.tried 1'] },
        { title: 'search > ranks', status: 'passed', calls: [...each, 'shop.rank 1'] },
        { title: 'search > ranks (2)', status: 'passed', calls: [...each, 'shop.rank 1'] },
        { title: 'search > skips itself', status: 'skipped', calls: each },
      ])
    })

    it('have their steps, hooks and run, and no text of a step', async () => {
      const { records } = await runTests({
        ...{ framework, files, args, env },
        config: { include_titles: false, thresholds: { slow_call_ms: 0 } },
      })
      const named = (name: string) => records.filter((record) => record.name === name)
      const idOf = (scope: string) => records.find(({ name }) => name === scope)?.test_id
      const stepsOf = (id: string) =>
        named('test.step')
          .filter(({ test_id }) => test_id === id)
          .map(({ metadata, error }) => [metadata.step, metadata.status, error])

      assert.deepEqual(stepsOf(idOf('shop.failing')), [
        ['before_each', 'passed', undefined],
        ['when', 'failed', 'TypeError'],
        ['then', 'skipped', undefined],
        ['after_each', 'passed', undefined],
      ])
      assert.deepEqual(
        stepsOf(idOf('embedding_provider.embed')).map(([step]) => step),
        ['before_each', 'given', 'when', 'then', 'after_each'],
      )
      const states = named('test.step').map(({ metadata }) => metadata.status)
      assert.ok(['pending', 'undefined'].every((status) => states.includes(status)))
      // Each worker has them.
      const workers = mode.length > 0 ? 2 : 1
      assert.deepEqual(
        named('test.hook')
          .map(({ metadata, usage }) => [metadata.hook, usage[0].name])
          .sort(),
        [...Array(workers).fill(['after', 'shop.after-all']), ...Array(workers).fill(['before', 'shop.before-all'])],
      )
      const sum = (key: string) => named('test.run').reduce((all, { metadata }) => all + (metadata[key] ?? 0), 0)
      assert.deepEqual(['tests', 'passed', 'failed', 'skipped', 'todo', 'retries'].map(sum), [9, 4, 2, 1, 2, 1])
      assert.ok(named('test.case').every(({ metadata }) => 'worker' in metadata === mode.length > 0))
      assert.ok(named('test.case').every(({ metadata }) => metadata.file === 'features/shop.feature'))
      assert.ok(named('test.case').every(({ metadata }) => metadata.before_ms > 0 && metadata.after_ms > 0))
      assert.equal(new Set(records.filter(({ name }) => name.startsWith('test.')).map(({ run_id }) => run_id)).size, 1)
      assert.doesNotMatch(JSON.stringify(records), /secret|embeds|search|ranks/)
    })

    it('do not run after a hook of all that fails, as without the agent', async () => {
      const text = `
const { BeforeAll, Given } = require('@cucumber/cucumber')
BeforeAll(function beforeAll() { throw new TypeError('no shop') })
Given('a shop', () => {})`
      const failing = {
        framework,
        files: { 'features/a.feature': 'Feature: a\n  Scenario: b\n    Given a shop\n', 'steps/steps.cjs': text },
        args: [...command, ...mode],
      }
      const bare = await runTests({ ...failing, bare: true })
      const { records, ...outcome } = await runTests(failing)

      assert.deepEqual(
        [outcome.code, shown(outcome.stdout, mode), shown(outcome.stderr, mode)],
        [bare.code, shown(bare.stdout, mode), shown(bare.stderr, mode)],
      )
      assert.equal(outcome.code, 1)
      const hooks = records.filter(({ name }) => name === 'test.hook')
      assert.ok(hooks.length > 0)
      assert.ok(hooks.every(({ error }) => error === 'TypeError'))
    })
  })
}
