import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { stripVTControlCharacters, styleText } from 'node:util'
import { createStyle } from '../../../cli/style.ts'
import { cellWidth, cut, fit, sparkline } from '../../../cli/top/cells.ts'
import { familyOf } from '../../../cli/top/family.ts'
import { follow } from '../../../cli/top/follow.ts'
import { durationOf, shownCount, shownMs } from '../../../cli/top/format.ts'
import type { Frame, Row } from '../../../cli/top/frame.ts'
import { watchRecords } from '../../../cli/top/records.ts'
import { pageOf, screenOf } from '../../../cli/top/screen.ts'
import { firstView, type View, withFrame, withKey } from '../../../cli/top/view.ts'
import { row as callsInARow, embed, requests, search } from '../../support/requests.ts'

const folder = mkdtempSync(join(tmpdir(), 'cb-top-'))
after(() => rmSync(folder, { recursive: true, force: true }))

describe('a followed file', () => {
  const path = join(folder, 'profile.jsonl')
  const linesOf = (follower: ReturnType<typeof follow>) => {
    const lines: string[] = []
    while (follower.read((line) => lines.push(line)));
    return lines
  }

  it('is read from its end, or from its start, and a torn last line when it is whole', () => {
    writeFileSync(path, 'a\nb\n')
    const fromEnd = follow(path, false)
    const fromStart = follow(path, true)

    assert.deepEqual([linesOf(fromEnd), linesOf(fromStart)], [[], ['a', 'b']])
    appendFileSync(path, 'c\nd')
    assert.deepEqual(linesOf(fromEnd), ['c'])
    appendFileSync(path, 'd\n')
    assert.deepEqual(linesOf(fromEnd), ['dd'])
    fromEnd.close()
    fromStart.close()
  })

  it('is followed through a rotation, a removal and an emptying', () => {
    writeFileSync(path, '')
    const follower = follow(path, false)
    appendFileSync(path, 'a\n')
    renameSync(path, `${path}.1`)
    appendFileSync(`${path}.1`, 'b\n')
    writeFileSync(path, 'c\n')

    assert.deepEqual(linesOf(follower), ['a', 'b', 'c'])
    appendFileSync(`${path}.1`, 'late\n')
    assert.deepEqual(linesOf(follower), ['late'])
    rmSync(path)
    assert.deepEqual(linesOf(follower), [])
    writeFileSync(path, 'd\nee\n')
    assert.deepEqual(linesOf(follower), ['d', 'ee'])
    truncateSync(path)
    writeFileSync(path, 'f\n')
    assert.deepEqual(linesOf(follower), ['f'])
    follower.close()
  })

  it('is more than one where the path has {pid} or {date} in it', () => {
    for (const name of ['p-1.jsonl', 'p-22.jsonl', 'p-x.jsonl', 'p-1.jsonl.1', 'd.2026-07-01', 'd.2026-07'])
      writeFileSync(join(folder, name), '')

    assert.deepEqual(familyOf(join(folder, 'p-{pid}.jsonl')), [join(folder, 'p-1.jsonl'), join(folder, 'p-22.jsonl')])
    assert.deepEqual(familyOf(join(folder, 'd.{date}')), [join(folder, 'd.2026-07-01')])
    assert.deepEqual(familyOf(join(folder, 'none', 'd')), [])
  })
})

describe('the finding of a followed file', () => {
  const path = join(folder, 'found.jsonl')
  const faint = { metadata: { results: 5, top_score: 0.3, score_kind: 'similarity' } }
  const records = requests(12, 100, () =>
    callsInARow(5, 15, (i) => ({ name: i < 4 ? embed : search, ...(i < 4 ? {} : faint) })),
  )
  writeFileSync(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''))
  const foundWith = async (more: Partial<Parameters<typeof watchRecords>[1]>) => {
    const source = watchRecords(path, { fromStart: true, ...more })
    const { finding } = await source.next(0)
    source.close()
    return finding
  }

  it('is by the weak scores and without the accepted ones of the configuration here', async () => {
    const none = await foundWith({})
    const weak = await foundWith({ weakScores: { '': { at: 0.5 } } })
    const accepted = [{ signature: weak?.signature ?? '', reason: 'known' }]

    assert.match(none?.signature ?? '', /^single_embeddings-/)
    assert.match(weak?.signature ?? '', /^empty_results-/)
    assert.deepEqual(await foundWith({ weakScores: { '': { at: 0.5 } }, accepted }), none)
  })
})

describe('what top shows', () => {
  it('has figures in few characters', () => {
    assert.deepEqual([0, 0.0123, 0.5, 9.994, 12.34, 999.4, 999.6, 61_000, 1e6].map(shownMs), [
      ...['-', '12µs', '0.50ms', '9.99ms', '12.3ms', '999ms', '1.00s', '61.0s', '17min'],
    ])
    assert.deepEqual([0, 1, 0.25, 12.34, 99.96, 99_999, 123_456, 5e6].map(shownCount), [
      ...['0', '1', '0.25', '12.3', '100', '99999', '123k', '5.00M'],
    ])
    assert.deepEqual([1000, 61_000, 3_660_000, 90_000_000].map(durationOf), ['1s', '1m 1s', '1h 1m', '1d 1h'])
  })

  it('measures wide and combining characters as a terminal does, and cuts between them', () => {
    assert.deepEqual(['abc', '検索', 'e\u0301', '한국', '🚀'].map(cellWidth), [3, 4, 1, 4, 2])
    assert.deepEqual(
      [fit('検索', 4), fit('検索', 3), fit('検索', 2), cut('ab', 1), cut('ab', 0)],
      [...['検索', '検…', '… ', '…', '']],
    )
  })

  it('draws the latest rates, the highest as a full block, none as a blank', () => {
    assert.equal(sparkline([9, 0, 1, 8, 4], 4), ' ▁█▄')
    assert.equal(sparkline([1], 3), '  █')
    assert.equal(sparkline([0, 0], 2), '  ')
  })
})

const row = (name: string, calls: number, more: Partial<Row> = {}): Row => ({
  ...{ name, library: 'pg', calls, calls_per_s: calls, errors: 0, p50_ms: 1, p95_ms: 2, max_ms: 3, open: 0 },
  ...more,
})
const frame = (rows: readonly Row[], notes: readonly string[] = []): Frame => ({
  ...{ at: 0, rows, title: 'app.mjs  pid 7', notes },
  totals: [
    ['calls', 1234],
    ['recorded', 12],
    ['sampled out', 0],
    ['errors', 0],
  ],
})
const plainStyle = createStyle({}, false)
const names = (view: View) =>
  screenOf(view, { columns: 80, rows: 24 }, plainStyle)
    .slice(3)
    .map((line) => line.split(' ', 1)[0])
    .filter((name) => name !== '' && name !== 'q')
const press = (view: View, ...keys: readonly string[]) =>
  keys.reduce((one, name) => withKey(one, { name, sequence: name }, 10) as View, view)

describe('the screen of top', () => {
  const many = Array.from({ length: 60 }, (_, i) => row(`vector_store.検索.${i}.${'x'.repeat(i)}`, i))
  const finding = {
    ...({ signature: 'n_plus_one-1', share: 0.62, share_of: 'request_time', confidence: 'direct' } as const),
    title: 'pg is asked \x1b[2Jagain\u202e and again.',
  }
  const noted: Frame = {
    ...frame([...many, row('\x1b[2Jevil\u202e', 1)], ['CPU budget: it samples less']),
    finding,
  }

  it('is never larger than the window, whatever its size, and obeys no name', () => {
    const view = withFrame(firstView, noted)
    for (const columns of [1, 2, 5, 10, 14, 20, 39, 40, 41, 60, 79, 80, 120, 200]) {
      for (const rows of [1, 2, 3, 7, 8, 10, 24, 50]) {
        for (const one of [firstView, view, { ...view, help: true }, { ...view, top: 40 }]) {
          const lines = screenOf(one, { columns, rows }, (format, text) =>
            styleText(format, text, { validateStream: false } as never),
          )
          const widest = Math.max(...lines.map((line) => cellWidth(stripVTControlCharacters(line))))

          assert.ok(lines.length <= rows, `${columns}x${rows}: ${lines.length} lines`)
          assert.ok(widest <= columns, `${columns}x${rows}: ${widest} cells`)
          for (const bad of ['\x1b[2J', '\u202e', '\n']) assert.ok(!lines.join('').includes(bad))
        }
      }
    }
  })

  it('tells of the process where it takes snapshots', () => {
    const process = { cpu_percent: 41.6, loop_percent: 33, memory_mb: 120.4, heap_used_mb: 40 }
    const quiet = { ...process, stalls: 0, longest_stall_ms: 0, gc_percent: 0.4, starved_percent: 0 }
    const bad = { ...process, stalls: 2, longest_stall_ms: 310.2, gc_percent: 12, starved_percent: 30 }
    const linesOf = (of: Frame['process']) =>
      screenOf(
        withFrame(firstView, { ...frame([]), ...(of && { process: of }) }),
        { columns: 120, rows: 24 },
        plainStyle,
      )

    assert.ok(linesOf(quiet).includes('cpu 42 %  loop busy 33 %  memory 120 MB  heap 40 MB'))
    assert.ok(linesOf(bad).some((line) => line.endsWith('stalls 2 (longest 310 ms)  gc 12 %  starved 30 %')))
    assert.ok(!linesOf(undefined).some((line) => line.startsWith('cpu')))
  })

  it('names the finding of the largest share, on one line or on two', () => {
    const linesOf = (columns: number) =>
      screenOf(withFrame(firstView, { ...frame([]), finding }), { columns, rows: 24 }, plainStyle).slice(2, 4)
    const share = 'finding: 62 % of the time of requests'
    const title = 'pg is asked \\u001b[2Jagain\\u202e and again.'

    assert.equal(linesOf(120)[0], `${share}  ${title}`)
    assert.deepEqual(linesOf(60), [share, title])
  })

  it('has what calls cost an hour where that was asked for, in all and by scope, 0 while it is idle', () => {
    const paid = {
      ...frame([row('llm.chat', 4, { cost_per_h: 1.234 }), row('a.b', 1, { cost_per_h: 0 })]),
      currency: 'USD',
    }
    const linesOf = (view: View) =>
      screenOf(view, { columns: 90, rows: 8 }, plainStyle)
        .slice(1, 4)
        .map((line) => line.trimEnd())
    const view = withFrame(firstView, paid)
    const idle = withFrame(view, { ...frame([]), currency: 'USD' })

    assert.equal(linesOf(view)[0], 'calls 1234  recorded 12  errors 0  cost $1.23/h')
    assert.match(linesOf(view)[1] ?? '', / cost\/h/)
    assert.match(linesOf(view)[2] ?? '', /^llm\.chat .* \$1\.23/)
    assert.doesNotMatch(linesOf(idle).join(), /1\.23/)
  })

  it('has the whole table where there is room, and the most telling columns where there is not', () => {
    const told = frame([row('vector_store.search', 20, { errors: 2, open: 3 }), row('llm.chat', 4, { p95_ms: 900 })])
    const view = withFrame(withFrame(firstView, told), told)
    const shown = (columns: number, rows: number) =>
      screenOf(view, { columns, rows }, plainStyle)
        .slice(1)
        .map((line) => line.trimEnd())

    assert.deepEqual(shown(80, 8), [
      'calls 1234  recorded 12  errors 0',
      'scope               library calls/s▾    p50    p95    max  errors flight trend',
      'vector_store.search pg            20 1.00ms 2.00ms 3.00ms       4      3      ██',
      'llm.chat            pg             4 1.00ms  900ms 3.00ms       0      0      ██',
      '',
      '',
      'q quit  c calls  t p95  e errors  n name  r reverse  space pause  ? help',
    ])
    assert.deepEqual(shown(40, 5), [
      'calls 1234  recorded 12  errors 0',
      'scope             calls/s▾    p50    p95',
      'vector_store.sea…       20 1.00ms 2.00ms',
      'llm.chat                 4 1.00ms  900ms',
    ])
  })

  it('sorts by calls, p95, errors and name, either way round, and scrolls no further than to the last line', () => {
    const view = withFrame(firstView, frame([row('b', 3), row('a', 2, { p95_ms: 9 }), row('c', 1, { errors: 1 })]))

    assert.deepEqual(names(view), ['b', 'a', 'c'])
    assert.deepEqual(names(press(view, 't')), ['a', 'b', 'c'])
    assert.deepEqual(names(press(view, 'e')), ['c', 'b', 'a'])
    assert.deepEqual(names(press(view, 'n')), ['a', 'b', 'c'])
    assert.deepEqual(names(press(view, 'n', 'r')), ['c', 'b', 'a'])
    assert.equal(press(withFrame(firstView, noted), 'pagedown', 'end', 'down').top, 51)
    assert.equal(press(withFrame(firstView, noted), 'down', 'pageup', 'up').top, 0)
    assert.equal(withKey(view, { name: 'q' }, 10), 'quit')
    assert.equal(withKey(view, { name: 'c', ctrl: true }, 10), 'quit')
    assert.equal(pageOf(view, { columns: 80, rows: 24 }), 20)
  })

  it('stands still while it is paused, and misses nothing', () => {
    const first = withFrame(firstView, frame([row('a', 1, { errors: 1 })]))
    const paused = withFrame(press(first, 'space'), frame([row('b', 5), row('a', 1, { errors: 1 })]))

    assert.deepEqual(names(paused), ['a'])
    const on = press(paused, 'space')
    assert.deepEqual(names(on), ['b', 'a'])
    assert.deepEqual([...on.shown.lines.values()].map(({ seenErrors }) => seenErrors).sort(), [0, 2])
  })

  it('keeps the durations of a scope that is idle now', () => {
    const idle = withFrame(
      withFrame(firstView, frame([row('a', 1)])),
      frame([row('a', 0, { p50_ms: 0, p95_ms: 0, max_ms: 0 })]),
    )
    const gone = withFrame(idle, frame([]))

    for (const { shown } of [idle, gone]) {
      const [line] = shown.lines.values()
      assert.deepEqual([line?.calls_per_s, line?.p95_ms, line?.max_ms], [0, 2, 3])
    }
  })
})
