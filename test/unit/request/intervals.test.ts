import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createIntervals } from '../../../agent/request/intervals.ts'

const covered = (intervals: readonly (readonly [number, number])[], since = 0) => {
  const cover = createIntervals()
  for (const [from, to] of intervals) cover.add(from, to)
  return cover.since(since)
}

describe('what nested calls cover', () => {
  const cases = {
    'nothing without any': [[], 0],
    'each of those that follow one another': [
      [
        [1, 2],
        [3, 5],
      ],
      3,
    ],
    'once what is parallel': [
      [
        [1, 4],
        [2, 5],
      ],
      4,
    ],
    'once what is within another': [
      [
        [2, 3],
        [1, 5],
      ],
      4,
    ],
    'once what one joins that were apart': [
      [
        [1, 2],
        [3, 4],
        [0, 5],
      ],
      5,
    ],
    'what touches': [
      [
        [1, 2],
        [2, 3],
      ],
      2,
    ],
    'nothing of no length': [
      [
        [1, 1],
        [2, 2],
      ],
      0,
    ],
  } as const
  for (const [what, [intervals, sum]] of Object.entries(cases))
    it(`is ${what}`, () => assert.equal(covered(intervals), sum))

  it('is only what lies in the call', () =>
    assert.equal(
      covered(
        [
          [1, 4],
          [5, 6],
        ],
        3,
      ),
      2,
    ))

  it('agrees with counting, for any intervals in the order of their ends', () => {
    let state = 1
    const random = (most: number) => {
      state = (state * 48271) % 2147483647
      return state % most
    }
    for (let round = 0; round < 300; round++) {
      const ends = Array.from({ length: random(12) }, () => 1 + random(60)).sort((a, b) => a - b)
      const intervals = ends.map((to) => [random(to), to] as const)
      const since = random(20)

      const units = new Set(intervals.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i)))

      assert.equal(covered(intervals, since), [...units].filter((unit) => unit >= since).length)
    }
  })

  it('counts a hundred thousand calls one after another, and never more than there was', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => [2 * i, 2 * i + 1] as const)

    assert.equal(covered(many), 100_000)
    assert.ok(covered([...many, [0, 200_000]]) <= 200_000)
  })
})
