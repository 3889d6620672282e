import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { isWhole, register, root } from '../../support/application.ts'
import { casesOf, recordsIn, write } from '../../support/test-project.ts'

/** How each is started, and what it prints when it has run all tests and waits. */
interface Watching {
  readonly args: readonly string[]
  readonly test: string
  readonly waits: RegExp
}

const jest: Watching = {
  args: ['jest/bin/jest.js', '--watchAll'],
  test: `it('is quick', () => {})`,
  waits: /Ran all test suites/,
}
const mocha: Watching = {
  args: ['mocha/bin/mocha.js', '--watch', '*.test.cjs'],
  test: `it('is quick', () => {})`,
  waits: /waiting for changes/,
}
const vitest: Watching = {
  args: ['vitest/vitest.mjs', '--watch', '--globals', '--dir', '.'],
  test: `it('is quick', () => {})`,
  waits: /Waiting for file changes/,
}
const frameworks: Readonly<Record<string, Watching>> = {
  ...{ 'jest-30': jest, 'mocha-11': mocha, 'vitest-4': vitest },
  ...(isWhole && { 'jest-29': jest, 'mocha-10': mocha, 'vitest-3': vitest }),
}

for (const [framework, watching] of Object.entries(frameworks))
  describe(`watch mode of ${framework}`, () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      it(`has its records when it is ended by ${signal}, and ends as without the agent`, async () => {
        const [bare, outcome] = await Promise.all(
          [true, false].map((bare) => watched(framework, watching, signal, bare)),
        )

        assert.equal(outcome?.ended, bare?.ended)
        assert.deepEqual(casesOf(outcome?.records ?? []), [{ title: 'is quick', status: 'passed', calls: [] }])
      })
  })

/** Waits until all tests have run, and sends the signal. */
async function watched(framework: string, { args, test, waits }: Watching, signal: NodeJS.Signals, bare: boolean) {
  const parent = join(root, 'test/frameworks', framework, 'tmp')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'app-'))
  try {
    const config = `module.exports = { cacheDirectory: '<rootDir>/cache', testMatch: ['**/*.test.cjs'] }`
    const vite = `export default { test: { include: ['*.test.cjs'] } }`
    write(folder, { 'a.test.cjs': test, 'jest.config.cjs': config, 'vitest.config.mjs': vite }, {})
    const { NODE_TEST_CONTEXT, ...inherited } = process.env
    const [file = '', ...more] = args
    const child = spawn(process.execPath, [join('../../node_modules', file), ...more], {
      cwd: folder,
      env: { ...inherited, NO_COLOR: '1', ...(!bare && { NODE_OPTIONS: `--import ${register}` }) },
    })
    const ended = new Promise((resolve) => child.on('exit', (code, by) => resolve(by ?? code)))
    let printed = ''
    const isWaiting = new Promise<boolean>((resolve) => {
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => {
          printed += text
          if (waits.test(printed)) resolve(true)
        })
    })
    assert.ok(await Promise.race([isWaiting, ended.then(() => false)]), printed)
    child.kill(signal)
    return { ended: await ended, records: recordsIn(folder) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
