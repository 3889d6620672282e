import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createIdentity } from '../../../agent/testing/identity.ts'
import { createTally } from '../../../agent/testing/tally.ts'
import { recordOf } from '../../support/records.ts'

const embed = (model: string, more = {}) =>
  recordOf({
    name: 'embedding_provider.embed',
    library: 'openai',
    duration_ms: 1.5,
    metadata: { model, input_tokens: 7 },
    ...more,
  })

describe('the tally of a test', () => {
  it('adds up calls by scope and model, with their tokens, errors and HTTP requests', () => {
    const { add, usage, requests } = createTally()
    add(embed('small', { timing: { blocked_ms: 0, requests: 2 } }))
    add(embed('small', { error: 'RateLimitError', metadata: { model: 'small' } }))
    add(embed('large'))
    add(recordOf({ name: 'vector_store.search', library: 'qdrant', duration_ms: 4 }))

    const scope = { name: 'embedding_provider.embed', library: 'openai' }
    assert.deepEqual(usage(), [
      { ...scope, model: 'small', calls: 2, duration_ms: 3, input_tokens: 7, errors: 1 },
      { ...scope, model: 'large', calls: 1, duration_ms: 1.5, input_tokens: 7 },
      { name: 'vector_store.search', library: 'qdrant', calls: 1, duration_ms: 4 },
    ])
    assert.equal(requests(), 2)
  })

  it('keeps 32 models apart, and counts the calls of further ones by their scope', () => {
    const { add, usage } = createTally()
    for (let i = 0; i < 34; i++) add(embed(`model-${i}`))
    add(embed('model-3'))

    assert.equal(usage().length, 33)
    assert.deepEqual([usage()[31]?.model, usage()[3]?.calls], ['model-31', 2])
    assert.deepEqual([usage()[32]?.model, usage()[32]?.calls, usage()[32]?.input_tokens], [undefined, 2, 14])
  })
})

describe('the id of a test', () => {
  const place = { library: 'vitest', file: '/app/shop.test.ts', suites: ['search'], title: 'ranks' }

  it('is the same for all tries of one test and in each run, and another for the second of one title', () => {
    const [one, other] = [createIdentity('/app', true), createIdentity('/app', true)]
    const [first, second] = [{}, {}]

    assert.equal(one.testOf(first, place).id, other.testOf({}, place).id)
    assert.equal(one.testOf(first, place).id, one.testOf(first, place).id)
    assert.notEqual(one.testOf(second, place).id, one.testOf(first, place).id)
    assert.equal(one.testOf(second, place).id, other.testOf({}, place).id)
  })

  it('does not depend on where the project lies, and tells suites from titles', () => {
    const { testOf } = createIdentity('/home/me/app', true)
    const there = testOf({}, { ...place, file: 'file:///home/me/app/shop.test.ts' }).id

    assert.equal(there, createIdentity('/app', true).testOf({}, place).id)
    assert.notEqual(testOf({}, { ...place, suites: [], title: 'search > ranks' }).id, there)
  })
})
