import assert from 'node:assert/strict'
import { it } from 'node:test'
import { compileRead } from '../../../agent/scope/read.ts'
import { kindOf, scoresAt, scoresIn } from '../../../instrumentations/shared/scores.ts'

const of = (metadata: Readonly<Record<string, string>>, result: unknown) =>
  compileRead(metadata, false, 'a.b', () => {})?.({ self: 0, args: [], result })

it('reads the scores of the first and the last result, and their kind where there are any', () => {
  const rows = scoresIn('result.rows', 'score', 'similarity')
  const hits = (...scores: readonly unknown[]) => ({ rows: scores.map((score) => ({ score })) })

  assert.deepEqual(of(rows, hits(0.9, 5, 0)), { top_score: 0.9, last_score: 0, score_kind: 'similarity' })
  assert.deepEqual(of(rows, hits(0)), { top_score: 0, last_score: 0, score_kind: 'similarity' })
  assert.equal(of(rows, hits()), undefined)
  assert.equal(of(rows, undefined), undefined)
})

it('leaves out a score that is no finite number, as that of rows in an order of their own', () => {
  const rows = scoresIn('result', 'score', 'distance')

  for (const odd of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY, true, { of: 1 }, 'private'])
    assert.equal(of(rows, [{ score: odd }, { score: odd }]), undefined)
})

it('runs no getter of a row', () => {
  const row = {
    get score() {
      throw new Error('run')
    },
  }

  assert.equal(of(scoresIn('result', 'score', 'distance'), [row]), undefined)
})

it('names the kind of whichever score there is', () => {
  const { top_score, last_score } = scoresAt('result.a ?? result.b', 'result.a ?? result.b')
  const either = { top_score, last_score, score_kind: kindOf('result.a', 'distance', kindOf('result.b', 'similarity')) }

  assert.equal(of(either, { a: 1 })?.score_kind, 'distance')
  assert.equal(of(either, { b: 1 })?.score_kind, 'similarity')
  assert.equal(of(either, {}), undefined)
})
