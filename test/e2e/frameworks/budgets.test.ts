import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { api, isOldest, isWhole, root } from '../../support/application.ts'
import { runTests } from '../../support/test-project.ts'

const use = `
import { profile } from ${JSON.stringify(api)}
export const call = (times) => Promise.all(Array.from({ length: times }, () => profile('shop.call', async () => {})))
`
const nodeTests = (counts: Readonly<Record<string, number>>) =>
  `import { describe, it } from 'node:test'
import { call } from './use.mjs'
describe('shop', () => {
${Object.entries(counts)
  .map(([title, count]) => `  it('${title}', () => call(${count}))`)
  .join('\n')}
})`
const files = {
  'use.mjs': use,
  'search/a.test.mjs': nodeTests({ one: 1, nine: 9 }).replace('./use', '../use'),
  'b.test.mjs': nodeTests({ seven: 7 }),
}
const args = ['--test', 'search/a.test.mjs', 'b.test.mjs']
const hasSqlite = process.getBuiltinModule('node:sqlite') !== undefined
/** `node --test` has by `--import` the agent in its processes alone. */
const whole = { files, args, by: '--require' } as const
const told = (stderr: string) =>
  stderr.split('\n').filter((line) => line.startsWith('crossbridge: test_execution.budgets'))

describe('budgets of tests', () => {
  it('are checked over all processes of a run, reported once with their place, and leave the exit code', async () => {
    const budgets = [
      { test: 'search/**', calls: 3 },
      { test: '**', calls: 8 },
      { test: 'shop > seven', calls: 7 },
    ]
    const { code, stderr, records } = await runTests({ ...whole, config: { budgets } })

    assert.equal(code, 0)
    assert.deepEqual(
      told(stderr).map((line) => line.replace(/crossbridge\.yml:1:\d+/, 'PLACE')),
      [
        'crossbridge: test_execution.budgets: "search/**" (PLACE): calls is 9 in shop > nine, more than 3',
        'crossbridge: test_execution.budgets: "**" (PLACE): calls is 9 in shop > nine, more than 8',
      ],
    )
    const marks = records
      .filter(({ name }) => name === 'test.case')
      .map(({ metadata }) => metadata.budgets.split(' ').length)
    assert.deepEqual(marks.sort(), [2, 2, 2])
  })

  it('find titles that are hashed, without writing them anywhere', async () => {
    const config = { include_titles: false, budgets: [{ test: 'shop > s*n', calls: 6 }], fail_on_budgets: true }
    const { code, stderr, records } = await runTests({ ...whole, config })

    assert.equal(code, 1)
    assert.match(stderr, /"shop > s\*n" \(crossbridge\.yml:1:\d+\): calls is 7 in b\.test\.mjs:\d, more than 6\n$/)
    assert.doesNotMatch(JSON.stringify(records), /seven|shop >/)
  })

  it("fail a run that passed with 1, where fail_on_budgets is true, and leave a framework's own exit code", async () => {
    const config = { budgets: [{ test: '**', calls: 6 }], fail_on_budgets: true }
    const passing = await runTests({ ...whole, config })
    const exiting = await runTests({
      files: { ...files, 'c.test.mjs': `import './b.test.mjs'\nprocess.on('exit', () => process.exitCode = 7)` },
      args: ['c.test.mjs'],
      config,
    })
    const within = await runTests({ ...whole, config: { ...config, budgets: [{ test: '**', calls: 9 }] } })

    assert.deepEqual([passing.code, exiting.code, within.code], [1, 7, 0])
    assert.deepEqual(told(within.stderr), [])
  })

  it('are checked in each of its processes, where the one that started the run has no agent', async () => {
    const config = { budgets: [{ test: '**', calls: 6, duration_p95_ms: 60_000 }], fail_on_budgets: true }
    const { code, stdout } = await runTests({ files, args, config })

    assert.equal(code, 1)
    assert.match(stdout, /crossbridge: .*calls is 9 in shop > nine, more than 6\n/)
    assert.match(stdout, /crossbridge: .*calls is 7 in shop > seven, more than 6\n/)
  })

  it('are of this run alone, not of what is in the file from before', async () => {
    const budgets = [{ test: '**', calls: 6 }]
    const twice = `import { spawnSync } from 'node:child_process'
const [first, second] = [['--test', 'b.test.mjs'], ['--test', 'c.test.mjs']]
  .map((args) => spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' }).stderr)
console.log(JSON.stringify([first.includes('more than 6'), second.includes('more than 6')]))`
    const { stdout } = await runTests({
      files: { ...files, 'c.test.mjs': nodeTests({ one: 1 }), 'twice.mjs': twice },
      args: ['twice.mjs'],
      by: '--require',
      config: { budgets },
    })

    assert.deepEqual(JSON.parse(stdout), [true, false])
  })

  it('are read off a database, which all processes of a run share', { skip: !hasSqlite }, async () => {
    const config = { budgets: [{ test: 'search/**', calls: 3 }], output: { type: 'database' }, fail_on_budgets: true }
    const { code, stderr } = await runTests({ ...whole, config })

    assert.equal(code, 1)
    assert.match(
      stderr,
      /^crossbridge: test_execution\.budgets: "search\/\*\*" \(crossbridge\.yml:1:\d+\): calls is 9 in shop > nine, more than 3\n$/,
    )
  })

  it('are read off the file that is written where Node has no database', { skip: hasSqlite }, async () => {
    const config = { budgets: [{ test: 'search/**', calls: 3 }], output: { type: 'database' }, fail_on_budgets: true }
    const { code, stderr } = await runTests({ ...whole, config })

    assert.equal(code, 1)
    assert.match(stderr, /calls is 9 in shop > nine, more than 3\n/)
  })

  it('that can not be checked are reported, with what to do', async () => {
    const budgets = [{ test: '**', calls: 6, cost: 0.01 }]
    const output = { type: 'file' }
    const none = await runTests({ files, args: ['b.test.mjs'], config: { budgets, output: { type: 'none' } } })
    const off = await runTests({
      files,
      args: ['b.test.mjs'],
      config: { budgets, output, capture: { test_lifecycle: false } },
    })
    const cost = await runTests({ files, args: ['b.test.mjs'], config: { budgets, output } })

    assert.match(
      none.stderr,
      /can't be checked at the end of the run, since by test_execution\.output \(crossbridge\.yml:1:\d+\)/,
    )
    assert.match(
      off.stderr,
      /since by test_execution\.capture\.test_lifecycle \(crossbridge\.yml:1:\d+\) tests are not recorded/,
    )
    assert.match(cost.stderr, /cost \(crossbridge\.yml:1:\d+\) is checked by `npx @crossbridge\/agent budget` alone/)
  })
})

/** Each framework in the way that a team starts it. */
interface Started {
  readonly args: readonly string[]
  /** Of both of its files, where it is no ES module by the name of one. */
  readonly test: string
  readonly ending?: string
  readonly more?: Readonly<Record<string, string>>
  readonly node?: number
}
const required = `const { profile } = require(${JSON.stringify(join(root, 'dist/cjs/api.js'))})
const call = (times) => Promise.all(Array.from({ length: times }, () => profile('shop.call', async () => {})))`
const frameworks: Readonly<Record<string, Started>> = {
  'jest-30': {
    args: ['../../node_modules/jest/bin/jest.js', '--maxWorkers=2', '--testMatch=**/search/*'],
    test: `${required}\nit('nine', () => call(9))`,
    ending: 'test.cjs',
    more: { 'jest.config.cjs': `module.exports = { cacheDirectory: '<rootDir>/cache', transform: {} }` },
  },
  'playwright-1.65': {
    args: ['../../node_modules/@playwright/test/cli.js', 'test', '--workers=2'],
    test: `const { test } = require('@playwright/test')\n${required}\ntest('nine', () => call(9))`,
    ending: 'spec.js',
  },
  'cucumber-13': {
    args: [
      '../../node_modules/@cucumber/cucumber/bin/cucumber.js',
      '--require',
      'steps.cjs',
      '--parallel',
      '2',
      'search/*',
    ],
    test: 'Feature: shop\n  Scenario: nine\n    When it is called',
    ending: 'feature',
    more: { 'steps.cjs': `${required}\nrequire('@cucumber/cucumber').When('it is called', () => call(9))` },
    node: 22,
  },
  'vitest-3': {
    args: ['../../node_modules/vitest/vitest.mjs', 'run'],
    test: `import { it } from 'vitest'\nimport { call } from '../use.mjs'\nit('nine', () => call(9))`,
  },
  'mocha-11': {
    args: ['../../node_modules/mocha/bin/mocha.js', '--parallel', 'search/*.test.mjs'],
    test: `import { call } from '../use.mjs'\nit('nine', () => call(9))`,
  },
}

// Each on one of the two Nodes, where all is on both.
const here = Object.entries(frameworks).filter(([name]) => isWhole || isOldest === (name === 'vitest-3'))

for (const [framework, { args, test, ending = 'test.mjs', more, node = 20 }] of here)
  describe(`budgets with ${framework}`, {
    skip:
      Number.parseInt(process.versions.node, 10) < node ||
      !existsSync(join(root, 'test/frameworks', framework, 'node_modules')),
  }, () => {
    it('are checked by the process that started the run, and fail it', async () => {
      const config = { budgets: [{ test: 'search/**', calls: 8 }], fail_on_budgets: true }
      const project = {
        framework,
        args,
        files: { 'use.mjs': use, [`search/a.${ending}`]: test, [`search/b.${ending}`]: test, ...more },
      }
      const { code, stderr } = await runTests({ ...project, config })

      assert.equal(code, 1)
      assert.match(
        stderr,
        /"search\/\*\*" \(crossbridge\.yml:1:\d+\): calls is 9 in (shop > )?nine, more than 8; 1 more test exceeds it\n/,
      )
      assert.equal(told(stderr).length, 1)
    })
  })
