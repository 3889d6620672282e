import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { WeakScores } from '../../../../agent/config/weak-score.ts'
import type { Metadata, ProfileRecord } from '../../../../agent/model.ts'
import { createCollector } from '../../../../cli/report/collect.ts'
import { driftOf, leastOfThird } from '../../../../cli/report/drift.ts'
import { markdownOf } from '../../../../cli/report/markdown.ts'
import { scoreLines } from '../../../../cli/report/score-lines.ts'
import { reportOf } from '../../../../cli/report/summary.ts'
import { textOf } from '../../../../cli/report/text.ts'
import { createRandom, recordOf } from '../../../support/records.ts'
import { findingsOf, kindsOf, requests } from '../../../support/requests.ts'

const begin = 1_782_900_000
const search = (i: number, metadata: Metadata, more: Partial<ProfileRecord> = {}): ProfileRecord => ({
  ...recordOf({ name: 'vector_store.search', library: 'orama', timestamp: begin + i }),
  ...more,
  metadata: { collection: 'docs', results: 5, ...metadata },
})
const scored = (i: number, top_score: number, score_kind = 'similarity') =>
  search(i, { top_score, last_score: top_score / 2, score_kind })

function collectedOf(records: readonly ProfileRecord[], weakScores: WeakScores = {}) {
  const collector = createCollector(5, undefined, undefined, weakScores)
  for (const record of records) collector.add(structuredClone(record))
  return { files: ['a'], read: { records: records.length, torn: 0, foreign: 0, tooLong: 0 }, ...collector.end() }
}
const reported = (records: readonly ProfileRecord[], weakScores: WeakScores = {}) =>
  reportOf(collectedOf(records, weakScores))
const scoresOf = (records: readonly ProfileRecord[], weakScores: WeakScores = {}) =>
  reported(records, weakScores).scores ?? []

describe('the scores of searches', () => {
  it('are shown by collection: percentiles of the best and the last, those without a result, those without a score', () => {
    const records = [
      ...Array.from({ length: 10 }, (_, i) => scored(i, (i + 1) / 10)),
      search(11, { results: 0 }),
      search(12, { results: 3 }),
      search(13, {}, { error: 'Error' }),
      search(14, { collection: 'faq', top_score: 12, last_score: 7 }),
    ]

    const [docs, faq, ...others] = scoresOf(records)

    assert.deepEqual(docs, {
      ...{ name: 'vector_store.search', library: 'orama', collection: 'docs', score_kind: 'similarity' },
      ...{ searches: 12, empty: 1, scored: 10 },
      top_score: { p10: 0.1, p50: 0.5, p90: 0.9 },
      last_score: { p10: 0.05, p50: 0.25, p90: 0.45 },
    })
    assert.deepEqual([faq?.collection, faq?.score_kind, faq?.top_score.p50, others.length], ['faq', undefined, 12, 0])
  })

  it('are apart by their kind, count for the calls that a record stands for, and may be below 0', () => {
    const records = [scored(0, -0.5), ...[1, 2, 3].map((i) => scored(i, 4, 'distance'))].map((record) => ({
      ...record,
      sample_rate: 0.25,
    }))

    assert.deepEqual(
      scoresOf(records).map(({ score_kind, scored, top_score }) => [score_kind, scored, top_score.p50]),
      [
        ['distance', 12, 4],
        ['similarity', 4, -0.5],
      ],
    )
  })

  it('are bounded, whatever a file has', () => {
    const next = createRandom(4)
    const records = Array.from({ length: 20_000 }, (_, i) =>
      scored(i, (next() - 0.5) * 10 ** (next() * 600 - 300), i % 2 ? 'similarity' : `kind ${i}`),
    )
    const [one, other, ...others] = scoresOf([...records, scored(1, 0), scored(2, 5e-324), scored(3, -1.7e308)])

    assert.deepEqual([one?.score_kind, other?.score_kind, others.length], ['similarity', undefined, 0])
    assert.ok(Number.isFinite(one?.top_score.p50) && Number.isFinite(other?.top_score.p50))
  })

  it('are no section where no search has any, as without metadata', () => {
    const report = reported([recordOf({ name: 'vector_store.search', library: 'orama' }), search(1, { results: 0 })])

    assert.equal(report.scores, undefined)
    assert.doesNotMatch(textOf(report, { columns: 100, env: {}, outIsTty: false }), /Scores/)
  })

  it('are in the text and in Markdown in the same words', () => {
    const report = reported(
      [0.9, 0.8, 0.2].map((score, i) => scored(i, score)),
      { docs: { at: 0.5 } },
    )
    const lines = [
      ['searches', '3'],
      ['empty', 'none'],
      ['weak', '1 (33 %), with a best score below 0.5'],
      ['best score', 'p10 0.2, p50 0.8, p90 0.9'],
      ['last score', 'p10 0.1, p50 0.4, p90 0.45'],
    ] as const

    assert.deepEqual(scoreLines(report.scores?.[0] as never), lines)
    const text = textOf(report, { columns: 100, env: {}, outIsTty: false })
    for (const [name, value] of lines) assert.ok(text.includes(`  - ${name}: ${value}\n`), name)
    assert.ok(text.includes('docs: vector_store.search of orama, similarity\n'))
    assert.ok(markdownOf(report).includes('| weak | 1 (33 %), with a best score below 0.5 |'))
  })
})

describe('a weak score', () => {
  const weakIn = (records: readonly ProfileRecord[], scores: WeakScores) =>
    scoresOf(records, scores).map(({ weak, weak_score, undirected }) => [weak, weak_score, undirected])
  const two = (kind?: string) =>
    [0.4, 0.6].map((top_score, i) => search(i, { top_score, ...(kind && { score_kind: kind }) }))

  it('is below where more is nearer, above where less is, and the threshold itself is not', () => {
    assert.deepEqual(weakIn(two('similarity'), { '': { at: 0.5 } }), [[1, { below: 0.5 }, undefined]])
    assert.deepEqual(weakIn(two('distance'), { '': { at: 0.5 } }), [[1, { above: 0.5 }, undefined]])
    assert.deepEqual(weakIn(two('similarity'), { '': { at: 0.4 } }), [[0, { below: 0.4 }, undefined]])
    assert.deepEqual(weakIn(two('distance'), { '': { at: 0.6 } }), [[0, { above: 0.6 }, undefined]])
  })

  it('is not guessed where nothing tells which is nearer, and the report says so, until the user does', () => {
    const { notes, scores } = reported(two(), { '': { at: 0.5 } })

    assert.deepEqual([scores?.[0]?.weak, scores?.[0]?.undirected], [undefined, 0.5])
    assert.match(
      notes.join('\n'),
      /weak_score is not applied to docs of orama: .* say \{ below: … \} or \{ above: … \}/,
    )
    assert.deepEqual(weakIn(two(), { docs: { at: 0.5, is: 'above' } }), [[1, { above: 0.5 }, undefined]])
    assert.deepEqual(weakIn(two('similarity'), { docs: { at: 0.5, is: 'above' } }), [[1, { above: 0.5 }, undefined]])
  })

  it('is that of the collection, the model, the scope, the library, the target, or of all', () => {
    const names = ['', 'vector_store', 'orama', 'vector_store.search', 'small', 'docs']
    const record = search(0, { top_score: 0.5, score_kind: 'similarity', model: 'small' })
    for (const [i, name] of names.entries()) {
      const scores = Object.fromEntries(names.slice(0, i + 1).map((one, j) => [one, { at: j }]))

      assert.deepEqual(weakIn([record], scores)[0]?.[1], { below: i }, name)
    }
    assert.deepEqual(weakIn([record], { faq: { at: 0.5 } }), [[undefined, undefined, undefined]])
    assert.match(reported([record], { faq: { at: 0.5 } }).notes.join('\n'), /weak_score names faq, of which no search/)
  })

  it('makes a finding from a tenth of the searches on, together with those that find nothing', () => {
    const run = (weak: number, empty: number) =>
      requests(20, 60, (i) => [
        {
          library: 'orama',
          ms: 20,
          metadata:
            i < empty
              ? { collection: 'docs', results: 0 }
              : { collection: 'docs', results: 5, top_score: i < empty + weak ? 0.3 : 0.9, score_kind: 'similarity' },
        },
      ])
    const scores: WeakScores = { docs: { at: 0.5 } }
    const [finding] = findingsOf(run(6, 4), scores)

    assert.deepEqual([finding?.kind, finding?.share, finding?.calls], ['empty_results', 0.5, 10])
    assert.equal(finding?.title, 'Many searches of docs find nothing, or nothing that is near.')
    assert.match(
      finding?.evidence.join('\n') ?? '',
      /^4 of 20 calls .* gave no result; .*\n6 of 20 calls .* below 0.5, your/,
    )
    assert.equal(findingsOf(run(6, 0), scores)[0]?.title, 'Many searches of docs find nothing that is near.')
    assert.deepEqual(kindsOf(run(6, 0)), [])
    assert.deepEqual(
      findingsOf(run(4, 0), scores).map(({ kind }) => kind),
      [],
    )
    assert.deepEqual(
      findingsOf(run(3, 2), scores).map(({ kind }) => kind),
      ['empty_results'],
    )
  })
})

describe('a drift of scores', () => {
  const run = (count: number, scoreOf: (i: number) => number) =>
    Array.from({ length: count }, (_, i) => ({ seconds: begin + i, score: scoreOf(i) }))

  it('is told with the medians of the first third and the last', () => {
    const next = createRandom(1)
    const scores = run(90, (i) => (i < 45 ? 0.8 : 0.6) + next() * 0.1)
    const drift = driftOf(scores)

    assert.ok(drift !== undefined && drift.from > 0.8 && drift.to < 0.7 && drift.higher === 0)
    const [reported] = scoresOf(scores.map(({ score }, i) => scored(i, score)))
    assert.match(JSON.stringify(scoreLines(reported as never)), /drift of the best score.*: less near than before/)
    const [distance] = scoresOf(scores.map(({ score }, i) => scored(i, score, 'distance')))
    assert.match(JSON.stringify(scoreLines(distance as never)), /: nearer than before/)
  })

  it('is the same whatever the order of the records, of very many too', () => {
    const next = createRandom(2)
    const records = run(5000, (i) => 0.5 + i / 20_000 + next() * 0.2).map(({ score }, i) => scored(i, score))
    const [inOrder, backwards] = [scoresOf(records), scoresOf(records.toReversed())]

    assert.ok(inOrder[0]?.drift !== undefined)
    assert.deepEqual(backwards, inOrder)
  })

  it('wants twenty searches in each third', () => {
    const scores = run(leastOfThird * 3, (i) => i)

    assert.ok(driftOf(scores) !== undefined)
    assert.equal(driftOf(scores.slice(1)), undefined)
  })

  it('is silent on noise of any shape, on what repeats, and on what never changes', () => {
    const next = createRandom(7)
    const shapes: readonly (() => number)[] = [
      () => next(),
      () => (next() + next() + next() + next()) / 4,
      () => 1 / (0.01 + next()),
      () => Math.round(next() * 3) / 3,
      () => (next() < 0.1 ? 0.2 : 0.9),
    ]
    for (const size of [60, 150, 600])
      for (const [i, shape] of shapes.entries())
        for (let n = 0; n < 60; n++) assert.equal(driftOf(run(size, shape)), undefined, `${size} ${i} ${n}`)
    assert.equal(driftOf(run(300, () => 0.7)), undefined)
    assert.equal(driftOf(run(300, (i) => [0.9, 0.5, 0.7][i % 3] ?? 0)), undefined)
  })

  it('is not told of a change that is small, however sure it is', () => {
    const next = createRandom(3)
    const by = (shift: number) => run(6000, (i) => (next() + next() + next() + next()) / 4 + (i < 3000 ? 0 : shift))

    // The standard deviation is 0.144: a quarter of it is a small effect, one is a large one.
    assert.equal(driftOf(by(0.036)), undefined)
    assert.ok(driftOf(by(0.144)) !== undefined)
  })
})
