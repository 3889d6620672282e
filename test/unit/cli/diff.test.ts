import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DDSketch } from '@datadog/sketches-js'
import { compare, type Pair, type Run } from '../../../cli/diff/compare.ts'
import { brokenBy, parseLimit } from '../../../cli/diff/limit.ts'
import { signed } from '../../../cli/diff/words.ts'

/** Numbers from 0 to 1, the same ones at each run of the test. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

interface Made {
  readonly seed: number
  readonly spans?: number
  readonly perSpan?: number
  /** Multiplies every duration. */
  readonly slower?: number
  /** How much a whole span is slower or faster than another. */
  readonly unrest?: number
  readonly errors?: number
}

/** A run of calls of about 5 to 50 ms, a few much slower, as searches are. */
function runOf({ seed, spans = 20, perSpan = 50, slower = 1, unrest = 0, errors = 0 }: Made): Run {
  const random = randomOf(seed)
  const blocks = Array.from({ length: spans }, () => {
    const sketch = new DDSketch({ relativeAccuracy: 0.005 })
    const pace = slower * (1 + unrest * (random() - 0.5))
    let failed = 0
    for (let i = 0; i < perSpan; i++) {
      sketch.accept((5 + 45 * random() ** 3) * (random() < 0.02 ? 8 : 1) * pace)
      if (random() < errors) failed++
    }
    return { sketch, records: perSpan, errors: failed }
  })
  return { name: 'vector_store.search', library: 'qdrant', blocks }
}

const pairOf = (before: Made, after: Made) => compare([runOf(before)], [runOf(after)]).pairs[0] as Pair
const seeds = Array.from({ length: 20 }, (_, i) => i * 7919 + 1)

describe('the comparison of two runs', () => {
  it('finds no difference between runs of one kind, also where whole spans of them were slow', () => {
    const verdicts = seeds.flatMap((seed) => [
      pairOf({ seed }, { seed: seed + 13 }).verdict,
      pairOf({ seed, unrest: 1 }, { seed: seed + 13, unrest: 1 }).verdict,
    ])

    assert.deepEqual([...new Set(verdicts)], ['same'])
  })

  it('finds calls that take a third longer, and calls that take a third less', () => {
    const slower = seeds.map((seed) => pairOf({ seed }, { seed: seed + 13, slower: 4 / 3 }).verdict)
    const faster = seeds.map((seed) => pairOf({ seed }, { seed: seed + 13, slower: 2 / 3 }).verdict)

    assert.ok(slower.filter((verdict) => verdict === 'slower').length >= 18, slower.join())
    assert.ok(faster.filter((verdict) => verdict === 'faster').length >= 18, faster.join())
  })

  it('says nothing of fewer than 20 records', () => {
    const [nineteen, twenty] = [19, 20].map((perSpan) =>
      pairOf({ seed: 1, spans: 1, perSpan }, { seed: 2, spans: 1, perSpan, slower: 100 }),
    )

    assert.deepEqual([nineteen?.verdict, twenty?.verdict], ['too_few', 'slower'])
  })

  it('holds an interval around each figure, which is wider where there is less to go by', () => {
    const widthOf = (perSpan: number) => {
      const [p50] = pairOf({ seed: 3, perSpan }, { seed: 4, perSpan }).changes
      assert.ok(p50 !== undefined && p50.before.low <= p50.before.value && p50.before.value <= p50.before.high)
      return p50.before.high - p50.before.low
    }

    assert.ok(widthOf(5) > 2 * widthOf(500))
  })

  it('names the scopes that only one run has', () => {
    const { pairs, only_before, only_after } = compare(
      [runOf({ seed: 1 })],
      [{ ...runOf({ seed: 1 }), name: 'llm.generate' }],
    )

    assert.deepEqual(
      [pairs, only_before, only_after],
      [[], ['vector_store.search (qdrant)'], ['llm.generate (qdrant)']],
    )
  })
})

describe('--fail-on', () => {
  const worse = pairOf({ seed: 1, perSpan: 200 }, { seed: 2, perSpan: 200, slower: 1.5, errors: 0.05 })
  const isBroken = (text: string) => brokenBy([parseLimit(text)], [worse]).length === 1

  it('is broken by a figure that rose by more, in percent, milliseconds or share of the calls', () => {
    assert.deepEqual(['p95:+20%', 'p50:+2ms', 'mean:40%', 'errors:+1%'].map(isBroken), [true, true, true, true])
    assert.deepEqual(['p95:+90%', 'p50:+200ms', 'errors:+9%'].map(isBroken), [false, false, false])
  })

  it('is not broken by what may be chance', () => {
    const pair = pairOf({ seed: 1, unrest: 1 }, { seed: 14, unrest: 1 })

    assert.deepEqual(brokenBy(['p50:+0%', 'p95:+0%', 'p99:+0%', 'mean:+0%'].map(parseLimit), [pair]), [])
  })

  it('may speak of one scope, target or library', () => {
    const scopes = ['vector_store.search', 'vector_store', 'qdrant', 'vector', 'openai']

    assert.deepEqual(
      scopes.map((scope) => isBroken(`${scope}:p95:+20%`)),
      [true, true, true, false, false],
    )
  })

  it('that can not be read is told with the form that can', () => {
    for (const text of ['p95', 'p95:20', 'p90:+20%', 'p95:-20%', 'errors:+1ms', 'max:+1%', ''])
      assert.throws(() => parseLimit(text), /can't be read; write FIGURE:\+LIMIT/, text)
  })
})

describe('a change in words', () => {
  it('is a share of what was before, and where that was 0, from 0', () => {
    assert.deepEqual([0.5, -0.25, Number.POSITIVE_INFINITY].map(signed), ['+50 %', '-25 %', 'from 0'])
  })
})
