import { money } from '../../agent/output/cost/cost.ts'
import type { Terminal } from '../command.ts'
import { plain } from '../style.ts'
import { clockOf, shownCount, shownMs } from './format.ts'
import type { Frame, Row, Source } from './frame.ts'

export interface LineOptions {
  readonly intervalMs: number
  /** Intervals after which it ends. */
  readonly count: number
  readonly json: boolean
}

/** One line for each scope that was called and each interval, where nobody looks at a screen. */
export async function printLines(source: Source, { intervalMs, count, json }: LineOptions, terminal: Terminal) {
  let said = ''
  for (let i = 0; i < count; i++) {
    const frame = await source.next(intervalMs)
    const saying = frame.notes.join('\n')
    if (saying !== said) for (const note of frame.notes) terminal.err(`${plain(note)}\n`)
    said = saying
    const rows = frame.rows.filter(({ calls, open = 0 }) => calls > 0 || open > 0)
    for (const row of rows.sort((one, other) => other.calls_per_s - one.calls_per_s))
      terminal.out(`${json ? JSON.stringify(jsonOf(frame, row)) : lineOf(frame, row)}\n`)
  }
}

function lineOf({ at, currency = '' }: Frame, row: Row): string {
  const { name, library, calls_per_s, p50_ms, p95_ms, max_ms, errors, open, cost_per_h } = row
  const cells = [
    clockOf(at),
    plain(name),
    plain(library),
    `${shownCount(calls_per_s)}/s`,
    `p50 ${shownMs(p50_ms)}`,
    `p95 ${shownMs(p95_ms)}`,
    `max ${shownMs(max_ms)}`,
    `errors ${shownCount(errors)}`,
    ...(open === undefined ? [] : [`in flight ${open}`]),
    ...(cost_per_h === undefined ? [] : [`cost ${money(cost_per_h, currency)}/h`]),
  ]
  return cells.join('  ')
}

/** `JSON.stringify` leaves some of what a terminal obeys as it is. */
function jsonOf({ at, currency }: Frame, row: Row) {
  const round = (value: number) => Math.round(value * 1000) / 1000
  const { calls, calls_per_s, errors, p50_ms, p95_ms, max_ms, open } = row
  return {
    at: round(at),
    ...{ name: plain(row.name), library: plain(row.library) },
    ...{ calls: round(calls), calls_per_s: round(calls_per_s), errors: round(errors) },
    ...{ p50_ms: round(p50_ms), p95_ms: round(p95_ms), max_ms: round(max_ms) },
    ...(open !== undefined && { open }),
    ...(row.cost_per_h !== undefined && { cost_per_h: row.cost_per_h, currency }),
  }
}
