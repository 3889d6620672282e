import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { api, register, root, sets, spawnNode } from '../../support/application.ts'
import { nodes, noSqlite, sqliteCli, sqliteNode } from '../../support/database.ts'
import { casesOf, runTests, write } from '../../support/test-project.ts'

const begin = `
import test, { before, after } from 'node:test'
import assert from 'node:assert'
import { setTimeout as sleep } from 'node:timers/promises'
import { profile } from ${JSON.stringify(api)}
const call = (name) => profile('shop.' + name, () => sleep(1))
`
const canOpen = nodes[0] === process.execPath && 'this Node opens databases'
/** Runs one file of node:test with the section `test_execution`. */
const ran = (body: string, config: object, profiling: object = {}) =>
  runTests({ files: { 'a.test.mjs': begin + body }, args: ['a.test.mjs'], config: { ...config }, profiling })

describe('the options of test_execution', () => {
  it('record nothing while it is off', async () => {
    const { code, records } = await ran(`test('a', () => call('one'))`, { enabled: false })

    assert.deepEqual([code, records], [0, []])
  })

  it('mode: sampling has every test, and the calls of a share of them', async () => {
    const body = `for (const i of [1, 2, 3]) test('a' + i, () => call('one'))`
    const none = await ran(body, { mode: 'sampling' }, { mode: 'sampling', sample_rate: 0 })
    const full = await ran(body, { mode: 'full' }, { mode: 'sampling', sample_rate: 0 })

    assert.deepEqual(
      casesOf(none.records).map(({ calls }) => calls),
      [[], [], []],
    )
    assert.deepEqual(
      casesOf(full.records).map(({ calls }) => calls),
      [['shop.one 1'], ['shop.one 1'], ['shop.one 1']],
    )
  })

  it('level: detailed adds memory and processor time', async () => {
    const { records } = await ran(`test('a', () => { globalThis.kept = new Float64Array(8e6).fill(1) })`, {
      level: 'detailed',
      thresholds: { memory_mb: 10 },
    })
    const [record] = records.filter(({ name }) => name === 'test.case')

    assert.ok(record.peak_memory_mb > 10)
    assert.ok(record.cpu_ms > 0)
    assert.deepEqual(record.exceeded, ['memory_mb'])
  })

  it('capture says what is kept: without test_lifecycle calls have their test_id all the same', async () => {
    const body = `test('a', async () => { await call('one') })`
    const everything = { slow_call_ms: 0 }
    const calls = await ran(body, { capture: { test_lifecycle: false }, thresholds: everything })
    const tests = await ran(body, { capture: { commands: false }, thresholds: everything })

    assert.deepEqual(
      calls.records.map(({ name, test_id }) => [name, typeof test_id]),
      [['shop.one', 'string']],
    )
    assert.deepEqual(
      tests.records.map(({ name }) => name),
      ['test.case', 'test.run'],
    )
    assert.deepEqual(
      casesOf(tests.records).map(({ calls }) => calls),
      [['shop.one 1']],
    )
  })

  it('capture.assertions counts those of a plan', async () => {
    const body = `test('a', async (t) => { t.plan(1); await t.test('b', () => {}) })`
    const on = await ran(body, { capture: { assertions: true } })
    const off = await ran(body, {})
    const counted = ({ records }: typeof on) =>
      records.filter(({ metadata }) => metadata.title === 'a').map(({ metadata }) => metadata.assertions)

    assert.deepEqual([counted(on), counted(off)], [[1], [undefined]])
  })

  it('max_records_per_minute limits calls and hooks, is reported once, and leaves the tests', async () => {
    const { records, stderr } = await ran(
      `before(() => call('before'))
       test('a', async () => { for (const _ of [1, 2, 3, 4]) await call('one') })`,
      { thresholds: { slow_call_ms: 0 }, max_records_per_minute: 2 },
    )
    const [run] = records.filter(({ name }) => name === 'test.run')

    assert.equal(records.filter(({ name }) => name.startsWith('shop.') || name === 'test.hook').length, 2)
    assert.equal(run.metadata.records_left_out, 4)
    assert.deepEqual(casesOf(records), [{ title: 'a', status: 'passed', calls: ['shop.one 4'] }])
    assert.equal(
      stderr.match(/test_execution\.max_records_per_minute \(2, crossbridge\.yml:1:\d+\) is reached/g)?.length,
      1,
    )
  })

  it('write to a database, which keeps all runs and which report --by test reads', { skip: noSqlite }, async () => {
    const folder = mkdtempSync(join(root, `test/packages/${sets[0]}/tmp/app-`))
    try {
      write(folder, { 'a.test.mjs': `${begin}test('a', () => call('one'))` }, { output: {} })
      for (const _ of [1, 2])
        await spawnNode(['--import', register, 'a.test.mjs'], { cwd: folder, node: sqliteNode, env: {} })
      const report = await sqliteCli(['report', '--by', 'test', '--json'], folder)

      assert.deepEqual(readdirSync(join(folder, 'data/profiling')).sort()[0], 'test_execution.db')
      const { tests } = JSON.parse(report.stdout)
      assert.deepEqual(
        tests.map(({ label, times }: { label: string; times: number }) => [label, times]),
        [['a', 2]],
        report.stderr,
      )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('write to a file where nothing opens a database, and say so once', { skip: canOpen }, async () => {
    const { records, stderr } = await ran(`test('a', () => {})`, { output: {} })

    assert.equal(casesOf(records).length, 1)
    assert.match(stderr, /test_execution\.output\.type/)
  })

  it('a server in the process of the only test that runs is in that test, requests: true or not', async () => {
    const body = `
      import { createServer } from 'node:http'
      const server = createServer((request, response) => { call('served').then(() => response.end('ok')) })
      before(() => new Promise((done) => server.listen(0, '127.0.0.1', done)))
      after(() => server.close())
      for (const i of [1, 2]) test('asks ' + i, async () => {
        const answer = await fetch('http://127.0.0.1:' + server.address().port)
        assert.equal(await answer.text(), 'ok')
      })`
    for (const requests of [false, true]) {
      const { records } = await ran(body, {}, { requests })

      assert.deepEqual(casesOf(records), [
        { title: 'asks 1', status: 'passed', calls: ['shop.served 1'] },
        { title: 'asks 2', status: 'passed', calls: ['shop.served 1'] },
      ])
      const cases = records.filter(({ name }) => name === 'test.case')
      assert.deepEqual(
        cases.map(({ metadata }) => metadata.http_requests),
        [1, 1],
      )
    }
  })

  it('a call that ends after its test, and one outside of any, are not of a test', async () => {
    const { records } = await ran(
      `await call('before')
       let late
       test('a', () => { late = profile('shop.late', () => sleep(50)) })
       test('b', () => late)`,
      { thresholds: { slow_call_ms: 0 } },
    )

    assert.deepEqual(casesOf(records), [
      { title: 'a', status: 'passed', calls: [] },
      { title: 'b', status: 'passed', calls: [] },
    ])
  })
})
