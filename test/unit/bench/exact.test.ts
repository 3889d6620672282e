import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Item, Metric } from '../../../cli/bench/model.ts'
import { exactNeighbours } from '../../../cli/bench/workload/exact.ts'
import { randomFrom } from '../../support/random.ts'

const metrics: readonly Metric[] = ['cosine', 'euclidean', 'dot']

function itemsOf(count: number, dimensions: number, next: () => number): Item[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `d${i}`,
    vector: Float32Array.from({ length: dimensions }, next),
  }))
}

/** The same in the plainest words. */
function naive(documents: readonly Item[], { vector: query = new Float32Array() }: Item, k: number, metric: Metric) {
  const sum = (of: (i: number) => number) => Array.from(query, (_, i) => of(i)).reduce((all, one) => all + one, 0)
  const scored = documents.map(({ id, vector = new Float32Array() }, index) => {
    const at = (i: number) => vector[i] ?? 0
    const q = (i: number) => query[i] ?? 0
    const dot = sum((i) => at(i) * q(i))
    const size = Math.sqrt(sum((i) => at(i) ** 2)) * Math.sqrt(sum((i) => q(i) ** 2))
    const score = { cosine: size === 0 ? 0 : dot / size, dot, euclidean: Math.sqrt(sum((i) => (at(i) - q(i)) ** 2)) }[
      metric
    ]
    return { id, index, score }
  })
  const sign = metric === 'euclidean' ? -1 : 1
  return scored.sort((a, b) => sign * (b.score - a.score) || a.index - b.index).slice(0, k)
}

describe('the exact search', () => {
  for (const metric of metrics)
    it(`finds what a look at all of them finds, by ${metric}: whatever their number, dimensions and k`, () => {
      const random = randomFrom(11)
      for (let i = 0; i < 60; i++) {
        const whole = (most: number) => 1 + Math.floor(random() * most)
        const [count, dimensions, k] = [whole(700), 1 + whole(40), whole(30)]
        const documents = itemsOf(count, dimensions, () => random() * 2 - 1)
        const queries = itemsOf(3, dimensions, () => random() * 2 - 1)

        const found = exactNeighbours(documents, queries, k, metric)

        for (const [q, { ids, scores, tied }] of found.entries()) {
          const wanted = naive(documents, queries[q] as Item, k, metric)
          assert.deepEqual(
            ids,
            wanted.map(({ id }) => id),
          )
          for (const [n, score] of scores.entries()) assert.ok(Math.abs(score - (wanted[n]?.score ?? 0)) < 1e-9)
          assert.equal(tied.length, 0)
        }
      }
    })

  it('takes the earlier one of equals, names those that are as near as the last, and never one twice', () => {
    const random = randomFrom(5)
    for (let i = 0; i < 40; i++) {
      // Of few numbers, so that many are equal.
      const documents = itemsOf(600, 2, () => Math.floor(random() * 3) - 1)
      const queries = itemsOf(2, 2, () => Math.floor(random() * 3) - 1)
      const metric = metrics[i % 3] as Metric
      for (const [q, { ids, tied, scores }] of exactNeighbours(documents, queries, 10, metric).entries()) {
        const all = naive(documents, queries[q] as Item, 600, metric)
        const last = scores.at(-1) ?? 0
        const equals = all.filter(({ score }) => Math.abs(score - last) < 1e-9).map(({ id }) => id)

        assert.equal(new Set([...ids, ...tied]).size, 10 + tied.length)
        assert.ok(scores.every((score, n) => Math.abs(score - (all[n]?.score ?? 0)) < 1e-9))
        assert.deepEqual(new Set(tied), new Set(equals.filter((id) => !ids.includes(id))))
      }
    }
  })

  it('gives all where there are fewer than k, and nothing of nothing', () => {
    const documents = itemsOf(3, 4, () => 1)

    assert.deepEqual(exactNeighbours(documents, documents, 10, 'dot')[0]?.ids, ['d0', 'd1', 'd2'])
    assert.deepEqual(exactNeighbours([], documents, 10, 'dot')[0]?.ids, [])
  })

  it('is like nothing for a vector of zeros, and no NaN', () => {
    const documents = [
      { id: 'zero', vector: Float32Array.of(0, 0) },
      { id: 'one', vector: Float32Array.of(1, 0) },
    ]
    const [{ ids, scores } = { ids: [], scores: [] }] = exactNeighbours(
      documents,
      [{ id: 'q', vector: Float32Array.of(1, 0) }],
      2,
      'cosine',
    )

    assert.deepEqual(
      [ids, scores],
      [
        ['one', 'zero'],
        [1, 0],
      ],
    )
  })
})
