import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Raw } from '../../../agent/model.ts'
import { callOf } from '../../../agent/scope/view.ts'
import * as duckdb from '../../../instrumentations/shared/duckdb.ts'
import { saidOf } from '../../support/said.ts'

const tell = (entries: readonly { note?: (call: never) => void }[], raw: Raw) =>
  entries[0]?.note?.(callOf(raw) as never)

describe('a statement of DuckDB', () => {
  it('is read from the text and what is bound after it, or after a number of rows', () => {
    const sql = 'select array_distance(a, $1) from b limit $2'
    const said = (...args: unknown[]) => saidOf(duckdb.onConnection.whole, { args: [sql, ...args] })

    assert.deepEqual(said([[1, 2], 5]), {
      ...{ scope: 'search', collection: 'b', operation: 'select', top_k: 5, query_len: sql.length, filtered: false },
    })
    assert.equal(said(100, [[1, 2], 6])?.top_k, 6)
  })

  it('tells its rows: changed, there, or read so far', () => {
    const rows = (sql: string, result: unknown) => saidOf(duckdb.onConnection.whole, { args: [sql], result })?.results

    assert.equal(rows('insert into a values (1)', { rowsChanged: 2, rowCount: 1 }), 2)
    assert.equal(rows('select 1', { rowCount: 3 }), 3)
    assert.equal(rows('select 1', { currentRowCount: 4, result: { rowCount: 9 } }), 4)
    assert.equal(rows('select 1', { currentRowCount: 0, result: { rowCount: 9 } }), 9)
    assert.equal(
      saidOf(duckdb.onConnection.stream, { args: ['select 1'], result: { rowCount: 3 } })?.results,
      undefined,
    )
  })

  it('is one that the application prepared, with what it bound', async () => {
    const [connection, statement, ofDriver] = [{}, {}, {}]
    const run = (self: object) => saidOf(duckdb.onStatement.whole, { self })
    const prepared = Promise.resolve(statement)
    const sql = 'select a <=> b from c limit ?'
    tell(duckdb.preparing.createPrepared, { self: connection, args: [sql], result: prepared })
    tell(duckdb.preparing.prepare, { self: connection, args: [sql] })
    await prepared
    tell(duckdb.binding.bindValue, { self: statement, args: [1, 7] })

    assert.deepEqual([run(statement)?.scope, run(statement)?.top_k], ['search', 7])
    tell(duckdb.binding.bind, { self: statement, args: [[8]] })
    assert.equal(run(statement)?.top_k, 8)
    tell(duckdb.binding.clearBindings, { self: statement, args: [] })
    assert.equal(run(statement)?.top_k, undefined)
    assert.equal(run(ofDriver), undefined)
  })

  it('is none that a connection prepared for itself', async () => {
    const [connection, statement] = [{}, {}]
    const prepared = Promise.resolve(statement)
    tell(duckdb.preparing.createPrepared, { self: connection, args: ['select 1'], result: prepared })
    tell(duckdb.preparing.prepare, { self: {}, args: ['select 1'] })
    await prepared

    assert.equal(saidOf(duckdb.onStatement.whole, { self: statement }), undefined)
  })
})

it('an appender of DuckDB writes what it holds, once', () => {
  const self = {}
  const entries = [
    { scope: 'upsert', when: duckdb.flushesVectors, metadata: { batch_size: duckdb.rowsFlushed } },
    { scope: 'query', when: duckdb.flushes, metadata: { batch_size: duckdb.rowsFlushed } },
  ]
  const { appendList, endRow, clear } = duckdb.appending
  const row = (...notes: (typeof endRow)[]) => {
    for (const note of [...notes, endRow]) tell(note, { self, args: [] })
  }

  row(appendList)
  row(appendList)
  assert.deepEqual(saidOf(entries, { self }), { scope: 'upsert', batch_size: 2 })
  assert.equal(saidOf(entries, { self }), undefined)
  row()
  assert.deepEqual(saidOf(entries, { self }), { scope: 'query', batch_size: 1 })
  row()
  tell(clear, { self, args: [] })
  assert.equal(saidOf(entries, { self }), undefined)
})
