import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createLedger } from '../../agent/ledger.ts'

describe('the ledger', () => {
  it('has one set of counts for a scope of a library', () => {
    const ledger = createLedger()

    ledger.counts('pg', 'vector_store.search').seen += 2
    ledger.counts('qdrant', 'vector_store.search').seen += 3
    ledger.counts('pg', 'vector_store.search').seen += 1

    assert.equal(ledger.counts('pg', 'vector_store.search').seen, 3)
    assert.equal(ledger.totals().seen, 6)
  })

  it('has never_loaded for a library of which nothing was noted, and each note once', () => {
    const ledger = createLedger()

    ledger.note('pg', 'never_loaded')
    assert.deepEqual(ledger.states('pg'), [{ state: 'never_loaded', detail: '' }])
    assert.deepEqual(ledger.states('other'), [{ state: 'never_loaded', detail: '' }])

    ledger.note('pg', 'patched', '8.1.0')
    ledger.note('pg', 'patched', '8.1.0')
    ledger.note('pg', 'patched', '8.2.0')
    assert.deepEqual(
      ledger.states('pg').map(({ detail }) => detail),
      ['8.1.0', '8.2.0'],
    )
  })

  it('forgets that a library was off, where it is wanted again', () => {
    const ledger = createLedger()

    ledger.note('pg', 'disabled', 'not in targets')
    ledger.note('pg', 'never_loaded')

    assert.deepEqual(ledger.states('pg'), [{ state: 'never_loaded', detail: '' }])
  })

  it('says why nothing was recorded, by what is nearest to a record', () => {
    const ledger = createLedger()
    const reasons: string[] = []
    const next = () => reasons.push(ledger.reason())

    ledger.note('pg', 'never_loaded')
    ledger.note('own', 'never_loaded')
    next()
    ledger.note('own', 'unsafe_exports', 'n in own.mjs')
    next()
    ledger.note('pg', 'patched', '8.1.0')
    next()
    Object.assign(ledger.counts('pg', 'database.query'), { seen: 5, under_threshold: 4, sampled_out: 1 })
    next()

    assert.deepEqual(reasons, [
      'none of the libraries to profile was loaded (pg, own)',
      'own: unsafe_exports (n in own.mjs)',
      'pg is patched, but no profiled method was called; own: unsafe_exports (n in own.mjs)',
      '5 calls were seen, none was recorded: 1 sampled out, 4 under threshold',
    ])
  })

  it('is whole as text', () => {
    const ledger = createLedger()
    for (const name of ['pg', 'redis']) ledger.note(name, 'never_loaded')
    ledger.note('openai', 'disabled', 'not in targets, crossbridge.yml:4:5')
    ledger.note('own', 'shape_mismatch', 'a: nothing at a')
    assert.match(ledger.lines().join(), /none was seen/)

    ledger.counts('own', 'own.search').seen = 1
    ledger.counts('own', 'own.search').emitted = 1

    assert.deepEqual(ledger.lines(), [
      'what became of each library:',
      '  own: shape_mismatch (a: nothing at a)',
      '  never_loaded: pg, redis',
      '  disabled (not in targets, crossbridge.yml:4:5): openai',
      'what became of each call:',
      '  own own.search: 1 seen, 1 emitted',
    ])
  })
})
