import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ProfileRecord } from '../../../../agent/model.ts'
import { createLines } from '../../../../cli/report/line.ts'
import { createSplitter, longestLineBytes } from '../../../../cli/splitter.ts'
import { recordOf } from '../../../support/records.ts'

function readLines(...lines: readonly string[]) {
  const records: ProfileRecord[] = []
  const { line, counts } = createLines((record) => records.push(record))
  for (const one of lines) line(one)
  return { records, counts, names: records.map(({ name }) => name) }
}

const line = (name: string, made: object = {}) => JSON.stringify({ ...recordOf({ name }), ...made })

describe('a line', () => {
  it('is a record, of output.type log too, or somebody else’s', () => {
    const read = readLines(
      line('a'),
      `{"level":30,"time":1,${line('b').slice(1)}`,
      '{"level":30,"msg":"x"}',
      'x',
      '1',
      '',
      '\r',
    )

    assert.deepEqual([read.names, read.counts], [['a', 'b'], { records: 2, torn: 0, foreign: 3 }])
  })

  it('that is torn gives what is whole in it', () => {
    const half = line('half').slice(0, 40)

    const cases = [
      [half + line('a'), ['a']],
      [line('a') + half, ['a']],
      [half + line('a') + half + line('b'), ['a', 'b']],
      [`\0\0${line('a', { metadata: { name: '{"name":"x"' } })}`, ['a']],
      [half, []],
      [line('a').slice(40), []],
    ] as const
    for (const [text, names] of cases) {
      const read = readLines(text)

      assert.deepEqual([read.names, read.counts.torn, read.counts.foreign], [names, 1, 0], text)
    }
  })

  it('may hold several whole records, whose newlines were lost', () => {
    const read = readLines(line('a') + line('b'))

    assert.deepEqual([read.names, read.counts.torn], [['a', 'b'], 0])
  })

  it('is no record where a field is nothing that the agent writes', () => {
    const read = readLines(
      line(''),
      line('x'.repeat(257)),
      line('a', { duration_ms: -1 }),
      line('a', { duration_ms: 1e10 }),
      line('a', { timestamp: '1' }),
      line('a', { library: null }),
    )

    assert.deepEqual([read.records, read.counts.foreign], [[], 6])
  })

  it('loses what is not of its kind, and has what a terminal would obey spelt out', () => {
    const { records } = readLines(
      line('a\u001b[2J', { error: 7, sample_rate: 0, metadata: 'x', timing: null, trace_id: 7, span_id: 'a\u0007' }),
    )

    assert.deepEqual(records, [{ ...recordOf({ name: 'a\\u001b[2J' }), span_id: 'a\\u0007' }])
  })
})

describe('the splitter', () => {
  const text = 'one\ntwo ü€\n\nthree'

  it('gives the same lines however they are cut', () => {
    const bytes = Buffer.from(text)
    for (let size = 1; size <= bytes.length; size++) {
      const lines: string[] = []
      const splitter = createSplitter((one) => lines.push(one), assert.fail)

      for (let at = 0; at < bytes.length; at += size) splitter.push(bytes.subarray(at, at + size))
      splitter.end()

      assert.deepEqual(
        lines.filter((one) => one !== ''),
        ['one', 'two ü€', 'three'],
        `${size}`,
      )
    }
  })

  it('leaves a line out that is too long, in one chunk or in many, and goes on behind it', () => {
    const whole = Buffer.from(`a\n${'x'.repeat(longestLineBytes)}\n${'y'.repeat(longestLineBytes + 1)}\nb\n`)
    for (const size of [whole.length, 300_000]) {
      const lines: string[] = []
      let tooLong = 0
      const splitter = createSplitter(
        (one) => lines.push(one),
        () => tooLong++,
      )

      for (let at = 0; at < whole.length; at += size) splitter.push(whole.subarray(at, at + size))
      splitter.end()

      assert.deepEqual([lines.map((one) => one[0]), tooLong], [['a', 'x', 'b'], 1])
    }
  })
})
