import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { callOf } from '../../../agent/scope/view.ts'
import { tokensOf, updates } from '../../../instrumentations/shared/qdrant.ts'

describe("Qdrant's batches of updates", () => {
  const batch_size = updates[0]?.metadata.batch_size
  const when = updates.flatMap((one) => ('when' in one ? [one.when] : []))[0]
  const over = (...args: unknown[]) => callOf({ self: undefined, args })
  const scopeAndPoints = (...args: unknown[]) => [
    when?.(over(...args)) ? 'delete' : 'upsert',
    batch_size?.(over(...args)),
  ]
  const rest = (...operations: unknown[]) => scopeAndPoints('docs', { operations })
  const grpc = (...operations: unknown[]) =>
    scopeAndPoints({ operations: operations.map((operation) => ({ operation })) })

  it('are of the points in each form of an operation', () => {
    assert.deepEqual(rest({ upsert: { points: [{}, {}] } }, { upsert: { batch: { ids: [1, 2, 3] } } }), ['upsert', 5])
    assert.deepEqual(rest({ set_payload: { points: [1] } }, { update_vectors: { points: [{}] } }), ['upsert', 2])
    const pointsSelector = { pointsSelectorOneOf: { case: 'points', value: { ids: [1, 2] } } }
    assert.deepEqual(
      grpc({ case: 'upsert', value: { points: [{}] } }, { case: 'setPayload', value: { pointsSelector } }),
      ['upsert', 3],
    )
  })

  it('are deletes where nothing is written, of points, vectors or payloads', () => {
    assert.deepEqual(rest({ delete: { points: [1] } }, { delete_vectors: { points: [1] } }), ['delete', 2])
    assert.deepEqual(rest({ clear_payload: { points: [1] } }, { overwrite_payload: { points: [1] } }), ['upsert', 2])
    const points = { pointsSelectorOneOf: { case: 'points', value: { ids: [1, 2] } } }
    assert.deepEqual(grpc({ case: 'deletePoints', value: { points } }, { case: 'deleteDeprecated', value: points }), [
      'delete',
      4,
    ])
  })

  it('have no number where a filter says which points, or for what is none', () => {
    assert.deepEqual(rest({ delete: { filter: { must: [] } } }), ['delete', undefined])
    for (const odd of [undefined, null, {}, { operations: 5 }, { operations: [null, 5, {}, { operation: null }] }])
      for (const args of [[odd], ['docs', odd]]) assert.deepEqual(scopeAndPoints(...args), ['upsert', undefined])
  })
})

it("adds up the tokens of Qdrant's models", () => {
  const tokens = (usage: unknown) => tokensOf(callOf({ self: undefined, args: [], result: { usage } }))

  assert.equal(tokens({ inference: { models: { a: { tokens: 3n }, b: { tokens: 4n } } } }), 7)
  for (const none of [undefined, {}, { inference: {} }, { inference: { models: {} } }])
    assert.equal(tokens(none), undefined)
})
