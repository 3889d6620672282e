import assert from 'node:assert/strict'
import type { Profiler } from 'node:inspector'
import { describe, it } from 'node:test'
import { hotOf, stallsIn } from '../../../agent/process/samples.ts'

const names = ['(root)', '(idle)', '(program)', '(garbage collector)', 'a', 'b', 'c', 'd', 'e', 'f']
/** Samples every 10 ms from 1000 ms on, by the names' first letters: `g` is garbage. */
function profileOf(text: string, shift: (i: number) => number = () => 0): Profiler.Profile {
  const letters = [...text]
  const times = letters.map((_, i) => 1_000_000 + (i + 1) * 10_000 + shift(i))
  return {
    nodes: names.map((functionName, id) => ({
      id,
      callFrame: {
        functionName,
        scriptId: '1',
        url: id < 4 ? '' : `/x/${functionName}.js`,
        lineNumber: id,
        columnNumber: 0,
      },
    })),
    startTime: 1_000_000,
    endTime: 1_000_000 + (letters.length + 1) * 10_000,
    samples: letters.map((letter) => Math.max('rip_'.indexOf(letter), names.indexOf(letter), letter === 'g' ? 3 : 0)),
    timeDeltas: times.map((time, i) => time - (times[i - 1] ?? 1_000_000)),
  }
}
const nameOf = ({ functionName }: { functionName: string }) => ({ function: functionName, at: 'x' })
const all = [{ from: 0, to: 1e9 }]

describe('the hot functions', () => {
  it('are the five with most time of their own; waiting, garbage and native code stand apart', () => {
    const hot = hotOf(profileOf('iiiiiaaaabbbccdefgggpiiiii'), all, nameOf)

    assert.deepEqual(
      hot?.frames.map(({ function: name }) => name),
      ['a', 'b', 'c', 'd', 'e'],
    )
    assert.deepEqual([hot?.frames[0]?.share, hot?.gc, hot?.program, hot?.samples], [0.25, 0.19, 0.06, 16])
    assert.ok((hot?.idle ?? 0) > 0.35 && (hot?.idle ?? 0) < 0.45)
  })

  it('are those of the intervals alone, to the sample', () => {
    // Samples are at 1010, 1020, …: the fifth to the seventh are `b`.
    const hot = hotOf(profileOf('aaaabbbaaa'), [{ from: 1050, to: 1070 }], nameOf)

    assert.deepEqual(hot?.frames, [{ function: 'b', at: 'x', share: 1 }])
    assert.equal(hot?.samples, 3)
  })

  it('have the line in which they were most, by the samples of all calls of them in the intervals, where it is known', () => {
    const profile = profileOf('aaabbdd')
    const ticks = (name: string, ...lines: [line: number, ticks: number][]) =>
      Object.assign(profile.nodes[names.indexOf(name)] as object, {
        positionTicks: lines.map(([line, ticks]) => ({ line, ticks })),
      })
    ticks('a', [12, 1], [15, 2])
    ticks('b', [15, 1], [17, 1])
    ticks('c', [17, 9])
    ticks('d', [30, 2])
    const isSame = (name: string) => name === 'a' || name === 'b' || name === 'c'
    const placeOf = ({ functionName }: { functionName: string }) =>
      isSame(functionName) ? { function: 'f', at: 'f.js:12' } : { function: functionName, at: 'a-package' }

    assert.deepEqual(
      hotOf(profile, all, placeOf)?.frames.map(({ function: name, line }) => [name, line]),
      [
        ['f', 15],
        ['d', undefined],
      ],
    )
  })

  it('are put in the order of their time: V8 hands some samples over late', () => {
    const late = profileOf('abab', (i) => (i === 1 ? 25_000 : 0))

    assert.ok(late.timeDeltas?.some((delta) => delta < 0))
    assert.equal(hotOf(late, [{ from: 1000, to: 1032 }], nameOf)?.frames[0]?.function, 'a')
  })

  it('are unknown of fewer than two samples in which the loop worked', () => {
    assert.equal(hotOf(profileOf('iiaii'), all, nameOf), undefined)
    assert.equal(hotOf(profileOf('iiaaii'), all, nameOf)?.samples, 2)
    assert.equal(hotOf(profileOf(''), all, nameOf), undefined)
  })
})

describe('a stall', () => {
  it('is a run of samples without an idle one, as long as is asked for', () => {
    const profile = profileOf('iaaaiaaaaaiiaaaai')

    assert.deepEqual(stallsIn(profile, all, 50), [{ from: 1055, to: 1105 }])
    assert.equal(stallsIn(profile, all, 51).length, 0)
    assert.equal(stallsIn(profile, all, 40).length, 2)
  })

  it('does not go on from one turn to the next', () => {
    const turns = [
      { from: 1000, to: 1051 },
      { from: 1051, to: 1110 },
    ]

    assert.deepEqual(stallsIn(profileOf('aaaaaaaaaa'), turns, 70), [])
    assert.equal(stallsIn(profileOf('aaaaaaaaaa'), turns, 45).length, 2)
  })
})
