import assert from 'node:assert/strict'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import type { ProfileRecord } from '../../agent/model.ts'
import { cli } from '../support/cli.ts'
import { linesOf, recordOf } from '../support/records.ts'

const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'crossbridge-diff-tests-')))
after(() => rmSync(cwd, { recursive: true, force: true }))

const testOf = (run: number, title: string, durationMs: number, more: Partial<ProfileRecord> = {}): ProfileRecord => ({
  ...recordOf({ name: 'test.case', library: 'vitest', duration_ms: durationMs, timestamp: 1e9 + run }),
  ...{ test_id: title, run_id: `run-${run}` },
  ...more,
  metadata: { file: 'shop.test.ts', title, status: 'passed', ...more.metadata },
})
/** So many runs of the tests, whose durations spread by a tenth. */
const runs = (count: number, from: number, ms: number, calls: number, last: Partial<ProfileRecord> = {}) =>
  Array.from({ length: count }, (_, i) => [
    testOf(from + i, 'finds it', ms * (1 + (i % 10) / 100), { calls }),
    testOf(from + i, 'stays', 20 + (i % 10) / 10),
    testOf(from + i, 'ranks', 5, i === count - 1 ? last : {}),
  ]).flat()
const write = (name: string, records: readonly ProfileRecord[]) => writeFileSync(join(cwd, name), linesOf(records))
const run = (...args: string[]) => cli(['diff', '--by', 'test', ...args], { cwd })

describe('diff --by test', () => {
  it('shows what tests call, which fail, and of their durations what is more than the noise', async () => {
    write('before.jsonl', [...runs(30, 0, 50, 3), testOf(0, 'is gone', 1)])
    write('after.jsonl', runs(30, 100, 80, 14, { metadata: { status: 'failed' } }))
    const { code, stdout } = await run('before.jsonl', 'after.jsonl')

    assert.equal(code, 0)
    assert.match(stdout, /^before\.jsonl \(4 tests, 30 runs\) → after\.jsonl \(3 tests, 30 runs\)\n/)
    assert.match(stdout, /Another status\ntest\nranks +passed → failed\n/)
    assert.match(stdout, /Other calls\ntest +before → after\nfinds it +calls +3 → 14\n/)
    assert.match(stdout, /finds it +30 → 30 +5\d\.\d → 8\d\.\d \+\d\d % +5\d\.\d → 8\d\.\d \+\d\d % +slower\n/)
    assert.match(stdout, /stays +30 → 30 +20\.\d → 20\.\d ~ +20\.\d → 20\.\d ~ +the same\n/)
    assert.match(stdout, /only before: is gone\n$/)
  })

  it('ends with 1 where a limit is broken: calls, which are counted, by one run; durations only for certain', async () => {
    write('one.jsonl', runs(1, 0, 50, 3))
    write('other.jsonl', runs(1, 9, 80, 4))
    const calls = await run('one.jsonl', 'other.jsonl', '--fail-on', 'calls:+0')
    const within = await run('one.jsonl', 'other.jsonl', '--fail-on', 'calls:+1', '--fail-on', 'p50:+10%')
    const certain = await run('before.jsonl', 'after.jsonl', '--fail-on', 'p50:+10%', '--md')

    assert.deepEqual([calls.code, within.code, certain.code], [1, 0, 1])
    assert.match(calls.stdout, /finds it: calls rose from 3 to 4, more than calls:\+0\n/)
    assert.match(within.stdout, /finds it +1 → 1 .*too few records\n/)
    assert.match(certain.stdout, /\*\*finds it \(vitest\): p50 rose by \d\d %/)
  })

  it('holds the last run of one file against those before', async () => {
    write('runs.jsonl', [...runs(25, 0, 50, 3), ...runs(1, 50, 50, 9)])
    const { code, stdout } = await run('runs.jsonl', '--json')
    const { before, after, counted } = JSON.parse(stdout)

    assert.equal(code, 0)
    assert.deepEqual([before.runs, after.runs], [25, 1])
    assert.deepEqual(counted, [{ test_id: 'finds it', label: 'finds it', figure: 'calls', before: 3, after: 9 }])
  })

  it('ends with 2 where there is nothing to compare, or by another word', async () => {
    write('single.jsonl', runs(1, 0, 50, 3))
    write('none.jsonl', [recordOf({})])
    const single = await run('single.jsonl')
    const none = await run('none.jsonl', 'single.jsonl')
    const html = await run('before.jsonl', 'after.jsonl', '--html', 'page.html')
    const other = await cli(['diff', '--by', 'model', 'before.jsonl', 'after.jsonl'], { cwd })

    assert.deepEqual([single.code, none.code, html.code, other.code], [2, 2, 2, 2])
    assert.match(single.stderr, /or one with two runs; single\.jsonl has 1/)
    assert.match(none.stderr, /none\.jsonl: no record of a test/)
    assert.match(html.stderr, /takes no --html/)
    assert.match(other.stderr, /--by takes test, not "model"/)
  })
})
