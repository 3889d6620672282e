import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { overlapOf, recallOf, type Scored, scoreCorrelationOf, spearman } from '../../../cli/bench/figures/recall.ts'
import { truthsOf } from '../../../cli/bench/figures/truth.ts'
import type { Workload } from '../../../cli/bench/model.ts'
import { generate } from '../../../cli/bench/workload/generated.ts'
import { randomFrom } from '../../support/random.ts'

const workload: Workload = {
  ...{ name: 'made', k: 10, metric: 'cosine' },
  ...generate({ count: 500, dimensions: 16, clusters: 8, queries: 100 }),
}
const truths = truthsOf(workload)
const results = (change: (ids: string[]) => string[]) =>
  new Map([...truths].map(([query, { ids }]) => [query, change([...ids].slice(0, 10)).map((id) => ({ id }))]))

describe('recall', () => {
  it('is 1 of an exact search, and 0.9 where a tenth of the neighbours is lost, wherever', () => {
    const random = randomFrom(3)
    const lossy = results((ids) => ids.toSpliced(Math.floor(random() * 10), 1, 'other'))

    assert.equal(
      recallOf(
        results((ids) => ids),
        truths,
        10,
      ),
      1,
    )
    assert.ok(Math.abs((recallOf(lossy, truths, 10) ?? 0) - 0.9) < 1e-12)
    assert.equal(
      recallOf(
        results((ids) => ids.slice(0, 5)),
        truths,
        10,
      ),
      0.5,
    )
    assert.equal(
      recallOf(
        results(() => []),
        truths,
        10,
      ),
      0,
    )
  })

  it('does not count an id twice, nor results beyond k', () => {
    const truth = new Map([['q', { ids: new Set(['a', 'b']), enough: 2 }]])
    const found = (...ids: string[]) => new Map([['q', ids.map((id) => ({ id }))]])

    assert.equal(recallOf(found('a', 'a'), truth, 2), 0.5)
    assert.equal(recallOf(found('x', 'y', 'a', 'b'), truth, 2), 0)
    assert.equal(recallOf(found('b', 'a'), truth, 2), 1)
  })

  it('takes any of the documents that are equally near', () => {
    const copies = Array.from({ length: 6 }, (_, i) => ({ id: `copy-${i}`, vector: Float32Array.of(1, 0.1) }))
    const documents = [{ id: 'first', vector: Float32Array.of(1, 0) }, ...copies]
    const queries = [{ id: 'q', vector: Float32Array.of(1, 0) }]
    const tied = truthsOf({ ...workload, documents, queries, k: 3 })

    assert.equal(recallOf(new Map([['q', ['first', 'copy-4', 'copy-5'].map((id) => ({ id }))]]), tied, 3), 1)
    assert.equal(recallOf(new Map([['q', ['copy-1', 'copy-4', 'copy-5'].map((id) => ({ id }))]]), tied, 3), 1)
    assert.ok((recallOf(new Map([['q', [{ id: 'other' }, { id: 'first' }]]]), tied, 3) ?? 1) < 0.5)
  })

  it('is compared with what the queries say, where they do', () => {
    const said = truthsOf({ ...workload, queries: [{ id: 'q', text: 'how', relevant: ['7', '8'] }], documents: [] })

    assert.equal(recallOf(new Map([['q', [{ id: '8' }, { id: '1' }]]]), said, 10), 0.5)
    assert.equal(recallOf(new Map([['other', [{ id: '8' }]]]), said, 10), undefined)
    assert.equal(truthsOf({ ...workload, queries: [{ id: 'q', text: 'how' }] }).size, 0)
  })
})

describe('the overlap with the baseline', () => {
  it('is the share of its results that are here, too', () => {
    const lossy = results((ids) => ['x', 'y', ...ids.slice(0, 8)])

    assert.equal(
      overlapOf(
        results((ids) => ids.toReversed()),
        results((ids) => ids),
        10,
      ),
      1,
    )
    assert.ok(
      Math.abs(
        (overlapOf(
          lossy,
          results((ids) => ids),
          10,
        ) ?? 0) - 0.8,
      ) < 1e-12,
    )
    assert.equal(
      overlapOf(
        new Map(),
        results((ids) => ids),
        10,
      ),
      undefined,
    )
    assert.equal(overlapOf(new Map([['q', [{ id: 'a' }]]]), new Map([['q', []]]), 10), undefined)
  })
})

describe("Spearman's correlation of scores", () => {
  it('has the known values, ties too', () => {
    // scipy.stats.spearmanr
    assert.equal(spearman([1, 2, 3, 4], [10, 20, 30, 400]), 1)
    assert.equal(spearman([1, 2, 3, 4], [4, 3, 2, 1]), -1)
    assert.ok(Math.abs((spearman([1, 2, 2, 4, 5], [3, 1, 4, 2, 5]) ?? 0) - 0.35909242322980395) < 1e-12)
    assert.equal(spearman([1, 2], [1, 2]), undefined)
    assert.equal(spearman([1, 1, 1], [1, 2, 3]), undefined)
  })

  it('holds a distance against a similarity', () => {
    const scored = (...scores: number[]): Scored[] => scores.map((score, i) => ({ id: `${i}`, score }))

    assert.equal(
      scoreCorrelationOf(new Map([['q', scored(0.1, 0.2, 0.3)]]), new Map([['q', scored(0.9, 0.8, 0.7)]])),
      1,
    )
    assert.equal(scoreCorrelationOf(new Map([['q', [{ id: '1' }]]]), new Map([['q', scored(1, 2, 3)]])), undefined)
  })
})
