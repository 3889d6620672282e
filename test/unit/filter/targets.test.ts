import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isTargeted, unknownTargets } from '../../../agent/filter/targets.ts'

describe('targets', () => {
  const search = (...targets: string[]) => isTargeted(targets, 'vector_store.search', 'qdrant')

  it('are all when none is named', () => {
    assert.equal(search(), true)
  })

  it('match a target, a scope or a library', () => {
    assert.equal(search('vector_store'), true)
    assert.equal(search('vector_store.search'), true)
    assert.equal(search('qdrant'), true)
    assert.equal(search('openai', 'qdrant'), true)
  })

  it('match a prefix at the dot alone', () => {
    assert.equal(search('vector'), false)
    assert.equal(search('vector_store.sea'), false)
    assert.equal(search('vector_store.'), false)
    assert.equal(search('vector_store.search.inner'), false)
    assert.equal(search('qdrant.search'), false)
    assert.equal(isTargeted(['a.b'], 'a.b.c', 'app'), true)
  })

  it('that nothing answers to are unknown, with the nearest name', () => {
    const known = ['qdrant', 'vector_store', 'vector_store.search']

    assert.deepEqual(unknownTargets(['vector_stor', 'qdrant', 'zzzzzzzzz', 'jobs'], known, ['jobs.nightly']), [
      { name: 'vector_stor', hint: 'vector_store' },
      { name: 'zzzzzzzzz', hint: undefined },
    ])
  })
})
