import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pgQuery } from '../../../instrumentations/shared/pg-query.ts'
import { pgliteQuery } from '../../../instrumentations/shared/pglite-query.ts'
import { cursor, handled } from '../../../instrumentations/shared/postgres-query.ts'
import { saidOf } from '../../support/said.ts'

const search = 'select a from b order by c <-> $1 limit $2'

describe('a query of pg', () => {
  const said = (...args: unknown[]) => saidOf(pgQuery, { args })

  it('is a text and values, an object, or a cursor', () => {
    const values = ['[1,2]', 5]
    for (const found of [
      said(search, values),
      said({ text: search, values }),
      said({ text: search }, values),
      said({ cursor: { text: search, values } }),
    ])
      assert.deepEqual([found?.scope, found?.collection, found?.top_k], ['search', 'b', 5])
    assert.deepEqual(said(5), { scope: 'query' })
  })

  it('has the text that its connection knows by its name', () => {
    for (const known of ['parsedStatements', 'submittedNamedStatements'])
      assert.equal(
        saidOf(pgQuery, { self: { connection: { [known]: { q: search } } }, args: [{ name: 'q', values: ['[1,2]'] }] })
          ?.scope,
        'search',
      )
  })

  it('tells the rows of its last statement', () => {
    const rows = (result: unknown) => saidOf(pgQuery, { args: ['select 1'], result })?.results

    assert.equal(rows({ rowCount: 2 }), 2)
    assert.equal(rows([{ rowCount: 2 }, { rowCount: 3 }]), 3)
    assert.equal(rows({ _results: { rowCount: 4 } }), 4)
    assert.equal(rows({ _results: [{ rowCount: 4 }, { rowCount: 0 }] }), 0)
  })
})

describe('a query of PGlite', () => {
  it('is a text and values, or a template with others in it', () => {
    const near = { _templateType: 'container', strings: ['c <-> ', ''], values: ['[1,2]'] }
    const name = { _templateType: 'part', str: 'b' }
    const found = saidOf(pgliteQuery, {
      args: [['select a from ', ' order by ', ' limit ', ''], name, near, 5],
    })

    assert.deepEqual(
      [found?.scope, found?.collection, found?.top_k, found?.query_len],
      ['search', 'b', 5, search.length],
    )
    assert.equal(saidOf(pgliteQuery, { args: [search, ['[1,2]', 6]] })?.top_k, 6)
    assert.deepEqual(saidOf(pgliteQuery, { args: [[]] }), { scope: 'query' })
  })

  it('tells the rows of its last statement, or those that this wrote', () => {
    const rows = (result: unknown) => saidOf(pgliteQuery, { args: ['select 1'], result })?.results

    assert.equal(rows({ rows: [1, 2], affectedRows: 0 }), 2)
    assert.equal(rows({ rows: [], affectedRows: 3 }), 3)
    assert.equal(rows({ rows: [], affectedRows: 0 }), 0)
    assert.equal(rows([{ rows: [1] }, { rows: [] }]), 0)
    assert.equal(rows([{ rows: [1] }, { rows: [], affectedRows: 4 }]), 4)
    assert.equal(rows([]), undefined)
  })
})

describe('a query of postgres', () => {
  class Identifier {
    readonly value = '"b"'
  }
  class Builder {
    readonly first = [{ e: '[1,2]', n: 1 }]
    readonly rest = []
  }
  const query = (strings: readonly string[], ...args: unknown[]) => ({ strings, args, tagged: true, handler() {} })
  const said = (self: object) => saidOf(handled, { self })

  it('is what its parts make, or what is sent', () => {
    const inner = query([' order by c <-> ', ''], '[1,2]')
    const found = said(query(['select a from ', '', ' limit ', ''], new Identifier(), inner, 5))

    assert.deepEqual([found?.scope, found?.collection, found?.top_k], ['search', 'b', 5])
    assert.equal(said(query(['insert into b ', ''], new Builder()))?.scope, 'upsert')
    assert.equal(said({ string: search, parameters: ['[1,2]', 6] })?.top_k, 6)
    assert.equal(said({ strings: [search], args: ['[1,2]', 7] })?.top_k, 7)
  })

  it('is none that is started or cancelled, nor the one about types', () => {
    for (const more of [{ executed: true }, { cancelled: true }, { handler: { name: 'execute' } }])
      assert.equal(said({ string: 'select 1', ...more }), undefined)
  })

  it('is its cursor where that is iterated, and then no other', () => {
    const self = { string: search, parameters: ['[1,2]'] }

    assert.equal(saidOf(cursor, { self, args: [10, () => {}] }), undefined)
    assert.equal(said(self)?.scope, 'search')
    assert.equal(saidOf(cursor, { self, args: [10] })?.scope, 'search')
    assert.equal(said(self), undefined)
  })

  it('tells the rows of its last statement, and of portions none', () => {
    const rows = (result: unknown, more = {}) => saidOf(handled, { self: { string: 'x', ...more }, result })?.results

    assert.equal(rows(Object.assign([1, 2], { count: 2 })), 2)
    assert.equal(rows([{ count: 2 }, { count: 3 }]), 3)
    assert.equal(rows({ count: 2 }, { cursorFn() {} }), undefined)
  })
})
