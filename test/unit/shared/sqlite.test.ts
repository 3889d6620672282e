import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parametersOf, script, statementMethods } from '../../../instrumentations/shared/sqlite.ts'
import { saidOf } from '../../support/said.ts'

const { all, get, run, iterate } = statementMethods({
  sqlOf: ({ self, ask }) => ask(self, 'source'),
  valuesOf: parametersOf,
})
const self = (source: string) => ({ self: { source } })

describe('statements of SQLite', () => {
  it('take parameters one by one, in lists and by name, all at once too', () => {
    assert.deepEqual(parametersOf({ args: [1, [2, 3]] }), [1, 2, 3])
    assert.deepEqual(parametersOf({ args: [{ a: 1 }, { b: 2 }] }), { a: 1, b: 2 })
    assert.deepEqual(parametersOf({ args: [5, { a: 1 }] }), { 0: 5, a: 1 })
    assert.deepEqual(parametersOf({ args: [Uint8Array.of(1)] }), [Uint8Array.of(1)])
  })

  it('tell the rows that they gave', () => {
    const rows = (entries: Parameters<typeof saidOf>[0], result: unknown) =>
      saidOf(entries, { ...self('select 1'), result })?.results

    assert.equal(rows(all, [{}, {}]), 2)
    for (const found of [{}, [1, 2], 0, '']) assert.equal(rows(get, found), 1)
    for (const none of [undefined, null]) assert.equal(rows(get, none), 0)
    assert.equal(rows(iterate, {}), undefined)
    assert.ok(iterate.every(({ chunk }) => chunk.results === 'sum(1)'))
  })

  it('tell the rows that they changed, where they change some', () => {
    const changes = (source: string) => saidOf(run, { ...self(source), result: { changes: 3 } })?.results

    for (const sql of ['insert into a values (1)', ' DELETE from a', 'with b as (select 1) update a set c = 1'])
      assert.equal(changes(sql), 3, sql)
    assert.equal(changes('create table a (b)'), undefined)
  })

  it('are a search by what is bound to them', () => {
    const call = { ...self('select a from b where c match ?'), args: [Float32Array.of(1, 2)] }

    assert.equal(saidOf(all, call)?.scope, 'search')
  })
})

it('a script of SQLite is read as one statement', () => {
  assert.deepEqual(saidOf(script, { args: ['create table a (b); insert into a values (1)'] }), {
    ...{ scope: 'query', operation: 'create', query_len: 44 },
  })
  assert.deepEqual(saidOf(script, { args: [5] }), { scope: 'query' })
})
