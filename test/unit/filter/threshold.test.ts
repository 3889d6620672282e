import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { thresholdOf } from '../../../agent/filter/threshold.ts'

describe('the threshold', () => {
  const all = { 'vector_store.search': 1, qdrant: 2, vector_store: 3 }
  const of = (by_target: Record<string, number>) =>
    thresholdOf({ slow_call_ms: 500, by_target }, 'vector_store.search', 'qdrant', 'vector_store')

  it('is that of the scope, then the library, then the target, then slow_call_ms', () => {
    const { 'vector_store.search': _, ...others } = all

    assert.equal(of(all), 1)
    assert.equal(of(others), 2)
    assert.equal(of({ vector_store: 3 }), 3)
    assert.equal(of({ openai: 9 }), 500)
  })

  it('of a family is behind that of a library in it', () => {
    const byTarget = (by_target: Record<string, number>) =>
      thresholdOf({ slow_call_ms: 500, by_target }, 'llm.generate', 'ai-sdk-google', 'llm')

    assert.equal(byTarget({ llm: 3, 'ai-sdk': 2, 'ai-sdk-google': 1 }), 1)
    assert.equal(byTarget({ llm: 3, 'ai-sdk': 2 }), 2)
  })

  it('may be 0', () => {
    assert.equal(of({ qdrant: 0 }), 0)
  })

  it('is never taken from a prototype', () => {
    assert.equal(thresholdOf({ slow_call_ms: 5, by_target: {} }, 'constructor', 'toString', '__proto__'), 5)
  })
})
