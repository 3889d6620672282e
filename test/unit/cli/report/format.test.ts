import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { count, moment, ms, percent } from '../../../../cli/format.ts'
import { createProgress, progressLine } from '../../../../cli/report/progress.ts'
import { waterfallOf } from '../../../../cli/report/waterfall.ts'

describe('numbers', () => {
  it('are short, and in the unit that fits', () => {
    const durations = [0, 0.004, 0.42, 0.996, 9.94, 9.96, 820, 999.4, 999.6, 2100, 59_949, 59_951, 252_000, 7.5e6, 2e8]

    assert.deepEqual(durations.map(ms), [
      ...['0 ms', '0 ms', '0.42 ms', '1 ms', '9.9 ms', '10 ms', '820 ms', '999 ms', '1 s', '2.1 s', '59.9 s', '1 min'],
      ...['4 min 12 s', '2 h 5 min', '2 d 7 h'],
    ])
    assert.deepEqual([0, 1240.4, 999_999, 1_000_000, 1_234_567, 2.5e9].map(count), [
      ...['0', '1,240', '999,999', '1 M', '1.2 M', '2.5 G'],
    ])
    assert.deepEqual([0, 0.0004, 0.042, 0.1, 0.61, 1].map(percent), [
      '0 %',
      '< 0.1 %',
      '4.2 %',
      '10 %',
      '61 %',
      '100 %',
    ])
    assert.equal(moment(1_782_900_000.9), '2026-07-01 10:00:00 UTC')
  })
})

describe('the progress', () => {
  const run = (errIsTty: boolean) => {
    const lines: string[] = []
    let now = 1000
    const progress = createProgress(
      {
        ...{ out: assert.fail, cwd: '', env: {}, outIsTty: false, columns: 80 },
        errIsTty,
        err: (text) => lines.push(text),
      },
      () => now,
    )
    progress.begin(1e9)
    for (now = 1000; now <= 1700; now += 50) progress.at((now - 1000) * 1e5)
    progress.end()
    return lines
  }

  it('is shown to somebody who waits longer than half a second, and is gone at the end', () => {
    const lines = run(true)

    assert.deepEqual(lines, [
      '\r\u001b[Kreading █░░░░░░░░░░░░░░░░░░░░░░░ 5 %, 50 of 1,000 MB, 100 MB/s',
      '\r\u001b[Kreading █░░░░░░░░░░░░░░░░░░░░░░░ 6 %, 60 of 1,000 MB, 100 MB/s',
      '\r\u001b[Kreading ██░░░░░░░░░░░░░░░░░░░░░░ 7 %, 70 of 1,000 MB, 100 MB/s',
      '\r\u001b[K',
    ])
    assert.deepEqual(run(false), [])
  })

  it('has no share where the whole is not known', () => {
    assert.equal(progressLine(5e7, 0, 500), 'reading 50 MB, 100 MB/s')
  })
})

describe('a waterfall', () => {
  it('draws each call where it was under way, the shortest too', () => {
    const call = { library: 'pg', span_id: 'a', depth: 0, self_ms: 1 }
    const lines = waterfallOf(
      {
        ...{ trace_id: 't', from: 0, duration_ms: 100, left_out: 0 },
        calls: [
          { ...call, name: 'app.all', start_ms: 0, duration_ms: 100 },
          { ...call, name: 'database.query', depth: 1, start_ms: 50, duration_ms: 25 },
          { ...call, name: 'database.query', depth: 1, start_ms: 99, duration_ms: 0.5, error: 'Error' },
        ],
      },
      41,
      (_, text) => text,
    )

    assert.deepEqual(lines, [
      '   all      pg  ████████████████  100 ms',
      '     query  pg          ████       25 ms',
      '     query  pg                 ▏  0.5 ms  Error',
    ])
  })
})
