import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { hangsAfterMs, isOldest, isWhole, root } from '../../support/application.ts'
import { type Loopback, openaiServer } from '../../support/openai-server.ts'
import { chromium } from '../../support/page-server.ts'
import { casesOf, printed, runTests } from '../../support/test-project.ts'

const helpers = `
import { setTimeout as sleep } from 'node:timers/promises'
import OpenAI from 'openai'
const { profile } = require(${JSON.stringify(join(root, 'dist/cjs/api.js'))})

const client = new OpenAI({ apiKey: 'k', baseURL: process.env.STAND_IN, maxRetries: 0 })
export const embed = (...input: string[]) => client.embeddings.create({ model: 'text-embedding-3-small', input })
export const call = (name: string) => profile('shop.' + name, () => sleep(2))
`
const search = `
import { test as base, expect } from '@playwright/test'
import { call, embed } from './shop'
const test = base.extend<{ shop: string }>({
  shop: async ({}, use) => { await call('setup'); await use('shop'); await call('teardown') },
})
test.describe('search', () => {
  test.beforeAll(() => call('before-all'))
  test.afterAll(() => call('after-all'))
  test.beforeEach(() => call('before-each'))
  test.afterEach(() => call('after-each'))
  test('embeds in parallel', async ({ shop }) => {
    await test.step('a secret step', async () => {
      await Promise.all([embed('one secret text'), embed('b', 'c'), call('rank')])
      await test.step('within', () => call('inner'))
    })
    expect(shop).toBe('shop')
  })
  test.skip('is skipped', () => call('never'))
  test.fixme('is to be done', () => call('never'))
  test('skips itself', async () => { await call('before-it-skips'); test.skip() })
  test('passes when it is tried again', async ({}, { retry }) => {
    await call('tried')
    if (retry === 0) throw new TypeError('not yet')
  })
})
test('fails', async () => {
  await test.step('fails within', async () => { await call('failing'); throw new TypeError('a secret message') })
})
test('fails as it should', async () => { test.fail(); await call('failing'); throw new Error('as it should') })
test('lasts too long', async () => { test.setTimeout(50); await new Promise((ended) => setTimeout(ended, 2000)) })
test.describe('a suite whose hook fails', () => {
  test.beforeAll(() => { throw new RangeError('in a hook') })
  test('never begins', () => call('never'))
})
`
// An ES module, which Playwright loads by a loader of its own.
const other = `
import { test } from '@playwright/test'
import OpenAI from 'openai'
test('is an ES module', async () => {
  const client = new OpenAI({ apiKey: 'k', baseURL: process.env.STAND_IN, maxRetries: 0 })
  await client.embeddings.create({ model: 'text-embedding-3-small', input: 'e' })
})
`
const config = `export default {
  outputDir: './out', workers: 1, timeout: ${hangsAfterMs}, reporter: 'list', maxFailures: Number(process.env.MOST ?? 0),
  projects: [
    { name: 'one', testMatch: 'search.spec.ts', retries: 1 },
    { name: 'two', testMatch: 'other.spec.mjs' },
    { name: 'three', testMatch: 'other.spec.mjs' },
  ],
}`
const files = {
  'shop.ts': helpers,
  'search.spec.ts': search,
  'other.spec.mjs': other,
  'playwright.config.ts': config,
}
const args = ['../../node_modules/@playwright/test/cli.js', 'test']
const frameworks = isWhole ? ['playwright-1.64', 'playwright-1.65'] : [isOldest ? 'playwright-1.64' : 'playwright-1.65']
// What the oldest Node has of its own is how modules are loaded, which the first test shows.
const skip = isOldest && !isWhole && 'is tested on the newest Node'

for (const framework of frameworks) {
  describe(`tests of ${framework}`, () => {
    let standIn: Loopback
    let env: Record<string, string>
    before(async () => {
      standIn = await openaiServer()
      env = { STAND_IN: standIn.url }
    })
    after(() => standIn.close())

    it('have the same output and exit code as without the agent, and their calls, each by itself', async () => {
      const bare = await runTests({ framework, files, args, env, bare: true })
      const { records, ...outcome } = await runTests({ framework, files, args, env })

      assert.equal(outcome.code, 1)
      assert.equal(outcome.code, bare.code)
      assert.equal(printed(outcome.stdout), printed(bare.stdout))
      assert.equal(printed(outcome.stderr), printed(bare.stderr))
      const each = ['shop.after-each 1', 'shop.before-each 1']
      const again = 'one > search > passes when it is tried again'
      const twice = (one: object) => [one, { ...one, attempt: 2, retry: 1 }]
      assert.deepEqual(casesOf(records), [
        ...twice({
          ...{
            title: 'one > a suite whose hook fails > never begins',
            status: 'failed',
            error: 'RangeError',
            calls: [],
          },
        }),
        ...twice({ title: 'one > fails', status: 'failed', error: 'TypeError', calls: ['shop.failing 1'] }),
        { title: 'one > fails as it should', status: 'passed', calls: ['shop.failing 1'] },
        ...twice({ title: 'one > lasts too long', status: 'failed', error: 'timedOut', calls: [] }),
        {
          title: 'one > search > embeds in parallel',
          status: 'passed',
          calls: [
            'embedding_provider.embed 2',
            ...each,
            'shop.inner 1',
            'shop.rank 1',
            'shop.setup 1',
            'shop.teardown 1',
          ],
        },
        { title: 'one > search > is skipped', status: 'skipped', calls: [] },
        { title: 'one > search > is to be done', status: 'todo', calls: [] },
        { title: again, status: 'failed', error: 'TypeError', calls: [...each, 'shop.tried 1'] },
        { title: again, status: 'passed', attempt: 2, retry: 1, calls: [...each, 'shop.tried 1'] },
        { title: 'one > search > skips itself', status: 'skipped', calls: [...each, 'shop.before-it-skips 1'] },
        { title: 'three > is an ES module', status: 'passed', calls: ['embedding_provider.embed 1'] },
        { title: 'two > is an ES module', status: 'passed', calls: ['embedding_provider.embed 1'] },
      ])
    })

    it('have their steps, hooks and runs, and no text of either', { skip }, async () => {
      const { records } = await runTests({
        ...{ framework, files, args: [...args, '--project=one'], env },
        config: { include_titles: false, capture: { assertions: true }, thresholds: { slow_call_ms: 0 } },
      })
      const named = (name: string) => records.filter((record) => record.name === name)
      const embedding = records.find(({ name }) => name === 'embedding_provider.embed')?.test_id
      const steps = named('test.step').filter(({ test_id }) => test_id === embedding)

      assert.deepEqual(
        steps.map(({ metadata }) => [metadata.step, metadata.status]),
        ['hook', 'fixture', 'test.step', 'test.step', 'hook', 'fixture'].map((step) => [step, 'passed']),
      )
      assert.deepEqual(
        named('test.step').flatMap(({ metadata, error }) => (error === undefined ? [] : [[metadata.status, error]])),
        [
          ['failed', 'TypeError'],
          ['failed', 'TypeError'],
        ],
      )
      const one = named('test.case').find(({ test_id }) => test_id === embedding)
      assert.equal(one?.metadata.assertions, 1)
      assert.ok(one.metadata.before_ms > 0 && one.metadata.after_ms > 0)
      assert.deepEqual(
        named('test.hook')
          .map(({ metadata, usage, error }) => [metadata.hook, error ?? usage?.[0].name])
          .sort(),
        [
          ['after', 'shop.after-all'],
          ['after', 'shop.after-all'],
          ['before', 'RangeError'],
          ['before', 'RangeError'],
          ['before', 'shop.before-all'],
          ['before', 'shop.before-all'],
        ],
      )
      assert.ok(named('test.case').every(({ metadata }) => metadata.worker === 0 && metadata.line > 0))
      assert.equal(new Set(records.filter(({ name }) => name.startsWith('test.')).map(({ run_id }) => run_id)).size, 1)
      assert.doesNotMatch(JSON.stringify(records), /secret|embeds|parallel|within/)
    })

    it('have the commands of their browser as calls', {
      skip: skip || (!existsSync(chromium) && 'there is no Chromium here'),
    }, async () => {
      const patient = `timeout: ${hangsAfterMs}, expect: { timeout: ${hangsAfterMs} }`
      const launch = { executablePath: chromium, args: ['--no-sandbox'] }
      const text = `
import { test, expect } from '@playwright/test'
test('has a page', async ({ page }) => {
  await page.goto('data:text/html,<button>secret</button>')
  await page.click('button')
  await expect(page.locator('button')).toHaveText('secret')
})`
      const { records, code } = await runTests({
        framework,
        files: {
          'a.spec.ts': text,
          'playwright.config.ts': `export default { ${patient}, outputDir: './out', use: { launchOptions: ${JSON.stringify(launch)} } }`,
        },
        args,
        config: { thresholds: { slow_call_ms: 0 } },
      })

      assert.equal(code, 0)
      const [one] = casesOf(records)
      const commands = ['driver.click 1', 'driver.goto 1', 'driver.launch 1', 'driver.read 1']
      assert.deepEqual(
        one?.calls.filter((call: string) => commands.includes(call)),
        commands,
      )
      assert.ok(records.some(({ metadata }) => metadata?.step === 'pw:api'))
      assert.doesNotMatch(JSON.stringify(records), /secret/)
    })

    it('end with the first that fails, with maxFailures as without the agent', { skip }, async () => {
      const stopping = { framework, files, args: [...args, '--project=one'], env: { ...env, MOST: '1' } }
      const bare = await runTests({ ...stopping, bare: true })
      const { records, ...outcome } = await runTests(stopping)

      assert.deepEqual(
        [outcome.code, printed(outcome.stdout), printed(outcome.stderr)],
        [bare.code, printed(bare.stdout), printed(bare.stderr)],
      )
      assert.ok(!casesOf(records).some(({ title }) => title.includes('never begins')))
    })
  })
}
