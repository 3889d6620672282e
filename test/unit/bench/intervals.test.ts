import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { estimateOf, paired, unpaired } from '../../../cli/bench/figures/intervals.ts'
import { reportOf } from '../../../cli/bench/figures/report.ts'
import { studentsT } from '../../../cli/bench/figures/student.ts'
import type { Standing } from '../../../cli/bench/model.ts'
import { gaussian, resultOf } from '../../support/bench.ts'

type Made = Parameters<typeof resultOf>[0]

const repetitions = 100
const verdictsOf = (made: Made) =>
  Array.from({ length: repetitions }, (_, i) => reportOf(resultOf({ ...made, seed: 31 * i + 7 }))).map(
    ({ standings }) => standings.find(({ variant }) => variant === 'b') as Standing,
  )
const equals = { a: { p50: 4 }, b: { p50: 4 } }
const twice = { a: { p50: 4 }, b: { p50: 8 } }

/** Machines and chances that a comparison has to bear. */
const noises: Readonly<Record<string, Pick<Made, 'weather' | 'chance'>>> = {
  'a quiet machine': {},
  'a machine that drifts to half its pace': { weather: (round) => 1 + round / 10 },
  'a machine whose rounds have heavy tails': { weather: (_, random) => (1 - random()) ** -0.8 },
  'rounds of which one in ten is five times as slow': { weather: (_, random) => (random() < 0.1 ? 5 : 1) },
  'runs whose own noise has heavy tails': {
    weather: (_, random) => 1 + random(),
    chance: (random) => Math.exp(0.02 * Math.tan((random() - 0.5) * 3)),
  },
  'runs of which one in ten is five times as slow': {
    chance: (random) => (random() < 0.1 ? 5 : 1) * (1 + 0.05 * random()),
  },
}

describe("Student's t", () => {
  it('has the quantiles that are printed in tables, also between whole degrees of freedom', () => {
    // scipy.stats.t.ppf(0.5 + share / 2, degrees)
    const known: readonly (readonly [share: number, degrees: number, t: number])[] = [
      [0.95, 1, 12.7062],
      [0.95, 2, 4.30265],
      [0.95, 9, 2.26216],
      [0.99, 1, 63.6567],
      [0.99, 2, 9.92484],
      [0.99, 2.5, 7.16373],
      [0.99, 3, 5.84091],
      [0.99, 9, 3.24984],
      [0.99, 30, 2.75],
      [0.99, 1000, 2.58075],
    ]
    for (const [share, degrees, t] of known) assert.ok(Math.abs(studentsT(share, degrees) / t - 1) < 1e-3, `${degrees}`)
    assert.ok(Math.abs(studentsT(0.99, 1e6) - 2.57583) < 5e-4)
  })
})

describe('the comparison of a variant with the baseline', () => {
  for (const [name, noise] of Object.entries(noises))
    it(`calls equals the same in 95 of 100 repetitions and more: ${name}`, () => {
      const same = verdictsOf({ variants: equals, ...noise }).filter(({ verdict }) => verdict === 'same')

      assert.ok(same.length >= 95, `${same.length}`)
    })

  for (const rounds of [3, 5, 30])
    it(`does so with ${rounds} rounds, too`, () => {
      const same = verdictsOf({ variants: equals, rounds }).filter(({ verdict }) => verdict === 'same')

      assert.ok(same.length >= 95, `${same.length}`)
    })

  for (const [name, noise] of Object.entries(noises).slice(0, 4))
    it(`calls what takes twice as long slower, with a half within its interval: ${name}`, () => {
      const found = verdictsOf({ variants: twice, ...noise })
      const holds = found.filter(({ speedup }) => (speedup?.low ?? 1) <= 0.5 && (speedup?.high ?? 0) >= 0.5)

      assert.deepEqual(new Set(found.map(({ verdict }) => verdict)), new Set(['slower']))
      assert.ok(holds.length >= 95, `${holds.length}`)
    })

  it('is that of throughput turned round, and the same in whatever order the runs stand', () => {
    const made = resultOf({ variants: twice, rank: 'throughput' })
    const forth = reportOf(made)
    const back = reportOf({ ...made, runs: [...made.runs].reverse() })
    const [a, b] = forth.standings

    assert.deepEqual([a?.variant, a?.verdict, b?.verdict], ['a', 'baseline', 'slower'])
    assert.ok(Math.abs((b?.speedup?.value ?? 0) - 0.5) < 0.02)
    for (const [i, standing] of forth.standings.entries())
      assert.ok(Math.abs((standing.speedup?.low ?? 0) - (back.standings[i]?.speedup?.low ?? 0)) < 1e-9)
  })

  it('takes the rounds that both have, and leaves broken runs out', () => {
    const rounds = (...known: number[]) => new Map(known.map((round) => [round, 2 + round / 100]))
    const found = paired('p50_ms', rounds(0, 1, 2, 5), rounds(0, 1, 2, 7))
    const broken = reportOf(resultOf({ variants: { a: { p50: 4 }, b: { p50: 8, broken: [0, 3] } } })).standings[1]

    assert.deepEqual(found, { ratio: { value: 1, low: 1, high: 1 }, verdict: 'same' })
    assert.deepEqual([broken?.successful_runs, broken?.failed_runs, broken?.verdict], [8, 2, 'slower'])
  })

  it('knows nothing of fewer than three rounds', () => {
    for (const rounds of [1, 2]) {
      const [a, b] = reportOf(resultOf({ variants: twice, rounds })).standings

      assert.equal(b?.verdict, 'unknown')
      assert.equal(b?.speedup?.low, undefined)
      assert.deepEqual(Object.keys(a?.figures.p50_ms ?? {}), ['value'])
      assert.ok(Math.abs((b?.speedup?.value ?? 0) - 0.5) < 0.05)
    }
    assert.equal(reportOf(resultOf({ variants: twice, rounds: 3 })).standings[1]?.verdict, 'slower')
  })

  it('takes the difference where there is no ratio: of shares, and of what is zero', () => {
    const rounds = (value: number) => new Map([0, 1, 2, 3].map((round) => [round, value]))

    assert.equal(paired('errors', rounds(0), rounds(0)).verdict, 'same')
    assert.equal(paired('recall', rounds(0.9), rounds(1)).verdict, 'lower')
    assert.equal(paired('recall', rounds(0.9), rounds(1)).ratio, undefined)
    assert.equal(paired('cost', rounds(0), rounds(0)).verdict, 'same')
    assert.equal(paired('cost', rounds(0.2), rounds(0)).verdict, 'higher')
    assert.equal(paired('p50_ms', rounds(Number.NaN), rounds(1)).verdict, 'unknown')
    assert.equal(paired('p50_ms', new Map(), rounds(1)).verdict, 'unknown')
    const { ratio, verdict } = paired('tokens', rounds(200), rounds(100))
    assert.deepEqual(
      [ratio?.low?.toFixed(9), ratio?.high?.toFixed(9), verdict],
      ['2.000000000', '2.000000000', 'higher'],
    )
  })

  it('of runs that have nothing to do with each other is called the same, too, where they are equal', () => {
    const verdicts = Array.from({ length: repetitions }, (_, i) => {
      const values = (seed: number, deviation: number) =>
        resultOf({
          variants: { a: { p50: 4 } },
          seed,
          chance: (random) => Math.exp(deviation * gaussian(random)),
        }).runs.map(({ figures }) => figures.p50_ms ?? 0)
      return unpaired('p50_ms', values(i, 0.05), values(i + 5000, 0.2)).verdict
    })

    assert.ok(verdicts.filter((verdict) => verdict === 'same').length >= 95)
    assert.equal(unpaired('p50_ms', [4, 4.1, 3.9], [8, 8.1, 7.9]).verdict, 'lower')
    assert.equal(unpaired('p50_ms', [4, 4.1], [8, 8.1, 7.9]).verdict, 'unknown')
    assert.equal(unpaired('p50_ms', [], [8, 8.1, 7.9]).verdict, 'unknown')
    assert.equal(unpaired('tokens', [5, 5, 5], [5, 5, 5]).verdict, 'same')
  })
})

describe('the figure of a variant over its rounds', () => {
  it('is the geometric mean of times, the mean of shares within their range, and nothing of no figure', () => {
    const p50 = estimateOf('p50_ms', [1, 4, 2])
    const errors = estimateOf('errors', [0, 0, 0.3])

    assert.ok(Math.abs((p50?.value ?? 0) - 2) < 1e-12)
    assert.ok(p50?.low !== undefined && p50.low > 0 && (p50.high ?? 0) > 4)
    assert.ok(Math.abs((errors?.value ?? 0) - 0.1) < 1e-12)
    assert.deepEqual([errors?.low, errors?.high], [0, 1])
    assert.equal(estimateOf('cost', []), undefined)
    assert.equal(estimateOf('cost', [Number.NaN]), undefined)
    assert.deepEqual(estimateOf('cost', [0, 0, 0]), { value: 0, low: 0, high: 0 })
  })
})
