import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import type { ProfileRecord, TestUsage } from '../../agent/model.ts'
import { cli } from '../support/cli.ts'
import { linesOf, recordOf } from '../support/records.ts'

const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'crossbridge-tests-')))
after(() => rmSync(cwd, { recursive: true, force: true }))

const embeds = (calls: number, tokens: number): TestUsage => ({
  ...{ name: 'embedding_provider.embed', library: 'openai', model: 'text-embedding-3-small' },
  ...{ calls, duration_ms: calls * 80, input_tokens: tokens },
})
const testOf = (title: string, durationMs: number, more: Partial<ProfileRecord> = {}, run = 'a'): ProfileRecord => ({
  ...recordOf({ name: 'test.case', library: 'vitest', duration_ms: durationMs }),
  ...{ kind: 'test', test_id: title.replaceAll(' ', '-'), run_id: run, self_ms: durationMs, timing: { blocked_ms: 4 } },
  ...more,
  metadata: { file: 'shop.test.ts', title, status: 'passed', before_ms: 1.5, after_ms: 0.5, ...more.metadata },
})
const slow = testOf('finds it', 400, {
  ...{
    calls: 3,
    self_ms: 150,
    usage: [embeds(2, 300), { name: 'vector_store.search', library: 'qdrant', calls: 1, duration_ms: 90 }],
  },
  metadata: { suite: 'search', http_requests: 3 },
})
const records = [
  slow,
  testOf('ranks', 90, { calls: 14, self_ms: 10, usage: [embeds(14, 3100)] }),
  testOf('fails', 20, { error: 'TypeError', metadata: { status: 'failed' } }),
  testOf('tries again', 30, { error: 'AssertionError', metadata: { status: 'failed' } }),
  testOf('tries again', 50, { metadata: { attempt: 2, retry: 1 } }),
  testOf('comes later', 0, { metadata: { status: 'todo' } }),
  {
    ...recordOf({ name: 'test.run', library: 'vitest', duration_ms: 600 }),
    metadata: { tests: 5, records_left_out: 2 },
  },
  { ...recordOf({ name: 'test.suite', library: 'vitest', duration_ms: 500 }), test_id: 's' },
]
const config = `
runtime:
  profiling:
    enabled: true
    prices: { models: { text-embedding-3-small: { input: 1000 } } }
    test_execution: { enabled: true, output: { type: file, path: tests.jsonl } }
`
writeFileSync(join(cwd, 'tests.jsonl'), linesOf(records))
writeFileSync(join(cwd, 'crossbridge.yml'), config)

describe('report --by test', () => {
  it('reads the file beside a database that Node does not have, as budget does', async () => {
    const here = join(cwd, 'beside')
    mkdirSync(here)
    const output = 'output: { database_path: tests.db }, budgets: [{ test: "**", calls: 20 }]'
    writeFileSync(join(here, 'crossbridge.yml'), config.replace(/output: .*(?= \})/, output))
    writeFileSync(join(here, 'tests.jsonl'), linesOf(records))
    for (const command of [['report', '--by', 'test'], ['budget']]) {
      const { code, stderr } = await cli(command, { cwd: here })

      assert.equal(code, 0, stderr)
      assert.match(stderr, /reading tests\.jsonl \(test_execution\.output\.database_path in crossbridge\.yml\)/)
    }
  })

  it('shows the slowest tests with where their time went, and those with most calls, tokens and costs', async () => {
    const { code, stdout, stderr } = await cli(['report', '--by', 'test', '--slowest', '2'], { cwd })

    assert.equal(code, 0)
    assert.match(stderr, /reading tests\.jsonl \(test_execution\.output\.path in crossbridge\.yml\)/)
    assert.equal(
      stdout,
      `tests.jsonl: 5 tests (1 failed, 1 todo, 1 flaky) in 1 run

Flaky
test                 passed  failed
tries again (flaky)       1       1

The slowest tests
test               duration  own code   calls  waiting  in hooks
search > finds it    400 ms      4 ms  250 ms   146 ms      2 ms
ranks                 90 ms      4 ms   80 ms     6 ms      2 ms

Most calls
test               calls                 most of them  duration
ranks                 14  14 embedding_provider.embed     90 ms
search > finds it      3   2 embedding_provider.embed    400 ms

Most tokens
test               tokens   cost  calls
ranks               3,100  $3.10     14
search > finds it     300  $0.30      3

Dearest
test                cost  tokens  calls
ranks              $3.10   3,100     14
search > finds it  $0.30     300      3

2 records of calls and hooks left out by test_execution.max_records_per_minute; the figures of tests
are whole.
`,
    )
  })

  it('gives all of them as JSON, over the runs of a file', async () => {
    const later = testOf('fails', 26, { timestamp: slow.timestamp + 9 }, 'b')
    writeFileSync(join(cwd, 'runs.jsonl'), linesOf([...records, later]))
    const { stdout } = await cli(['report', 'runs.jsonl', '--by', 'test', '--json'], { cwd })
    const { tests, ...whole } = JSON.parse(stdout)

    assert.deepEqual(
      { ...whole, files: 1 },
      { version: 1, by: 'test', files: 1, runs: 2, currency: 'USD', left_out: 0, records_left_out: 2 },
    )
    const [again] = tests.filter(({ label }: { label: string }) => label === 'tries again')
    assert.deepEqual(
      [again.status, again.times, again.flaky, again.duration_ms, again.p50_ms, again.max_ms],
      ['passed', 2, true, 50, 30, 50],
    )
    const [fails] = tests.filter(({ label }: { label: string }) => label === 'fails')
    assert.deepEqual([fails.status, fails.times, fails.flaky, fails.duration_ms], ['passed', 2, true, 26])
    assert.equal(tests[0].cost, 0.3)
    assert.deepEqual(
      tests[0].usage.map((one: TestUsage) => one.calls),
      [2, 1],
    )
  })

  it('tells what is slower, or makes more calls, than in all runs before', async () => {
    const runOf = (i: number, durationMs: number, calls: number, title = 'finds it') =>
      testOf(title, durationMs, { calls, timestamp: slow.timestamp + i }, `run-${i}`)
    const five = [40, 60, 50, 70, 45].map((durationMs, i) => runOf(i, durationMs, 3))
    const as = async (...last: readonly ProfileRecord[]) => {
      writeFileSync(join(cwd, 'before.jsonl'), linesOf([...five, ...last]))
      return (await cli(['report', 'before.jsonl', '--by', 'test'], { cwd })).stdout
    }
    const slower = await as(runOf(9, 100, 5))
    const within = await as(runOf(9, 70, 3))

    assert.match(
      slower,
      /Slower than in all runs before\ntest +duration +before +range +runs before\nfinds it +100 ms +50 ms +40 ms – 70 ms +5\n/,
    )
    assert.match(slower, /More calls than in all runs before\ntest +calls +before +runs before\nfinds it +5 +3 +5\n/)
    assert.doesNotMatch(within, /than in all runs before/)
  })

  it('is told by where a test stands where titles are hashed, and as Markdown', async () => {
    const hashed = {
      ...testOf('', 9),
      metadata: { file: 'a|b.test.ts', line: 7, title_hash: 'c0ffee', status: 'passed' },
    }
    writeFileSync(join(cwd, 'hashed.jsonl'), linesOf([hashed]))
    const { stdout } = await cli(['report', 'hashed.jsonl', '--by', 'test', '--md'], { cwd })

    assert.match(stdout, /^\| a\\\|b\.test\.ts:7 \| 9 ms \| 4 ms \|/m)
    assert.match(stdout, /^- Titles are hashed/m)
  })

  it('says what makes such records where there are none, and takes no other word', async () => {
    writeFileSync(join(cwd, 'none.jsonl'), linesOf([recordOf({ name: 'vector_store.search', library: 'qdrant' })]))
    const none = await cli(['report', 'none.jsonl', '--by', 'test'], { cwd })
    const other = await cli(['report', 'none.jsonl', '--by', 'tests'], { cwd })

    assert.equal(none.code, 2)
    assert.match(none.stderr, /none\.jsonl: no record of a test; test_execution\.enabled: true/)
    assert.equal(other.code, 2)
    const page = await cli(['report', 'tests.jsonl', '--by', 'test', '--html', 'page.html'], { cwd })
    assert.deepEqual([page.code, /leave --html out/.test(page.stderr)], [2, true])
    assert.match(other.stderr, /--by tests is none of .*test, and no label/)
  })

  it('is beside the report of the same file as requests, in which a test has its name', async () => {
    const { code, stdout } = await cli(['report', 'tests.jsonl', '--json'], { cwd })
    const { scopes, slowest } = JSON.parse(stdout)

    assert.equal(code, 0)
    assert.deepEqual(
      scopes.map(({ name }: { name: string }) => name),
      ['test.case'],
    )
    assert.ok(slowest.every(({ calls }: { calls: { name: string }[] }) => calls[0]?.name === 'test.case'))
  })
})
