import assert from 'node:assert/strict'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import type { ProfileRecord, TestUsage } from '../../agent/model.ts'
import { createMarks } from '../../agent/testing/budgets.ts'
import { cli } from '../support/cli.ts'
import { linesOf, recordOf } from '../support/records.ts'

const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'crossbridge-budget-')))
after(() => rmSync(cwd, { recursive: true, force: true }))

const row = (name: string, calls: number, more: Partial<TestUsage> = {}): TestUsage => ({
  ...{ name, library: 'openai', calls, duration_ms: calls },
  ...more,
})
const testOf = (file: string, title: string, more: Partial<ProfileRecord> = {}, run = 'b'): ProfileRecord => ({
  ...recordOf({ name: 'test.case', library: 'vitest', duration_ms: 10, timestamp: run === 'a' ? 1e9 : 2e9 }),
  ...{ test_id: `${file} ${title}`, run_id: run },
  ...more,
  metadata: { file, title, status: 'passed', ...more.metadata },
})
const usage = [
  row('embedding_provider.embed', 14, { model: 'text-embedding-3-small', input_tokens: 3000 }),
  row('vector_store.search', 2),
  row('semantic_search.rerank', 1),
  row('llm.generate', 3, { output_tokens: 100, errors: 1 }),
]
const records = [
  testOf('old.js', 'made more before', { calls: 99 }, 'a'),
  testOf('search/a.js', 'embeds', { calls: 20, usage, duration_ms: 100, metadata: { http_requests: 5 } }),
  testOf('search/a.js', 'embeds too', { calls: 4, usage: [row('embedding_provider.embed', 4)], duration_ms: 30 }),
  testOf('b.js', 'is slow', { duration_ms: 900 }),
  testOf('b.js', 'is skipped', { duration_ms: 5000, metadata: { status: 'skipped' } }),
]
writeFileSync(join(cwd, 'tests.jsonl'), linesOf(records))
/** Writes the configuration, and runs the command. */
const run = (budgets: string, ...args: string[]) => {
  const config = `runtime:
  profiling:
    prices: { models: { text-embedding-3-small: { input: 1000 } } }
    test_execution:
      output: { type: file, path: tests.jsonl }
      budgets:
${budgets}`
  writeFileSync(join(cwd, 'crossbridge.yml'), config)
  return cli(['budget', ...args], { cwd })
}

describe('budget', () => {
  it('ends with 1 where the last run exceeds one, and shows each figure with its worst test and place', async () => {
    const { code, stdout, stderr } = await run(`
        - { test: "search/**", embed_calls: 3, llm_calls: 3 }
        - { test: "**", duration_max_ms: 1000, duration_p95_ms: 899 }
        - { test: "gone/**", calls: 1 }
`)

    assert.equal(code, 1)
    assert.match(stderr, /reading tests\.jsonl \(test_execution\.output\.path in crossbridge\.yml\)/)
    assert.equal(
      stdout,
      `tests.jsonl: 4 tests in the last of 2 runs (--all takes all), 2 budgets exceeded

budget     figure           at most  found  in
search/**  embed_calls            3     14  embeds, and 1 more  exceeded
search/**  llm_calls              3      3  embeds              within
**         duration_p95_ms      899    900  3 tests             exceeded
**         duration_max_ms     1000    900  is slow             within

No test falls under "gone/**" (crossbridge.yml:10:11).

Exceeded: crossbridge.yml:8:11, crossbridge.yml:9:11
`,
    )
  })

  it('knows every figure', async () => {
    const figures =
      'calls: 0, embed_calls: 0, search_calls: 0, llm_calls: 0, http_requests: 0, tokens: 0, cost: 0, errors: 0'
    const { code, stdout } = await run(`        - { test: "search/*", ${figures} }\n`, '--json')
    const { checked } = JSON.parse(stdout)

    assert.equal(code, 1)
    assert.deepEqual(
      checked.map((one: { figure: string; value: number; exceeded: boolean }) => [one.figure, one.value, one.exceeded]),
      [
        ['calls', 20, true],
        ['embed_calls', 14, true],
        ['search_calls', 3, true],
        ['llm_calls', 3, true],
        ['http_requests', 5, true],
        ['tokens', 3100, true],
        ['cost', 3, true],
        ['errors', 1, true],
      ],
    )
  })

  it('ends with 0 where all are within, the last value that is within included; --all takes the runs before too', async () => {
    const budgets = '        - { test: "**", calls: 20 }\n'
    const last = await run(budgets)
    const all = await run(budgets, '--all', '--md')

    assert.equal(last.code, 0)
    assert.match(last.stdout, /all within their budgets/)
    assert.equal(all.code, 1)
    assert.match(all.stdout, /\| \\\*\\\* \| calls \| 20 \| 99 \| made more before \| exceeded \|/)
  })

  it('finds tests whose titles are hashed by what their records say of the patterns', async () => {
    const test = 'search > *'
    const budgets = createMarks([{ test, calls: 1 }])({ file: 'c.js', titles: ['search', 'secret'] })
    const record = testOf('c.js', '', { calls: 2, metadata: { budgets, line: 7 } })
    delete record.metadata?.title
    writeFileSync(join(cwd, 'hashed.jsonl'), linesOf([record]))
    const { code, stdout } = await run(`        - { test: "${test}", calls: 1 }\n`, 'hashed.jsonl')

    assert.equal(code, 1)
    assert.match(stdout, /search > \* +calls +1 +2 +c\.js:7 +exceeded/)
  })

  it('takes them from a variable', async () => {
    const env = {
      CROSSBRIDGE_PROFILING_TEST_EXECUTION_BUDGETS: 'search/**.calls=19, search/**.tokens=9000, b.js.errors=0',
    }
    const { code, stdout } = await cli(['budget', 'tests.jsonl', '--json'], { cwd, env })
    const { checked } = JSON.parse(stdout)

    assert.equal(code, 1)
    assert.deepEqual(
      checked.map(({ test, figure, location, exceeded }: Record<string, unknown>) => [
        test,
        figure,
        location,
        exceeded,
      ]),
      [
        ['search/**', 'calls', 'CROSSBRIDGE_PROFILING_TEST_EXECUTION_BUDGETS', true],
        ['search/**', 'tokens', 'CROSSBRIDGE_PROFILING_TEST_EXECUTION_BUDGETS', false],
        ['b.js', 'errors', 'CROSSBRIDGE_PROFILING_TEST_EXECUTION_BUDGETS', false],
      ],
    )
  })

  it('ends with 2, and says what to do, where there is nothing to check', async () => {
    writeFileSync(join(cwd, 'none.jsonl'), linesOf([recordOf({})]))
    const nothing = await run('        - { test: "**", calls: 1 }\n', 'none.jsonl')
    const wrong = await run('        - { test: "**", call: 1 }\n')
    const figureless = await run('        - { test: "**" }\n')
    writeFileSync(join(cwd, 'crossbridge.yml'), 'runtime: { profiling: { enabled: true } }\n')
    const none = await cli(['budget', 'tests.jsonl'], { cwd })

    assert.deepEqual([nothing.code, wrong.code, figureless.code, none.code], [2, 2, 2, 2])
    assert.match(nothing.stderr, /none\.jsonl: no record of a test; test_execution\.enabled: true/)
    assert.match(wrong.stderr, /budgets has call, which is not known; did you mean calls\? \(crossbridge\.yml:7:31\)/)
    assert.match(figureless.stderr, /has no figure for \*\*: one or more of calls, .* \(crossbridge\.yml:7:11\)/)
    assert.match(
      none.stderr,
      /crossbridge\.yml has none; such as budgets: \[\{ test: "search\/\*\*", embed_calls: 3 \}\]/,
    )
  })
})
