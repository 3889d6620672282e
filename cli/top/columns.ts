import { money } from '../../agent/output/cost/cost.ts'
import { plain, type Style } from '../style.ts'
import { cellWidth } from './cells.ts'
import { shownCount, shownMs } from './format.ts'
import type { Line } from './view.ts'

export interface Column {
  readonly head: string
  readonly cells: number
  readonly side?: 'right'
  readonly cell: (line: Line) => string
  readonly colour?: (line: Line) => Parameters<Style>[0] | undefined
  /** The first to go where the window is narrow has the highest. */
  readonly rank: number
}

const figures: readonly Column[] = [
  right('calls/s', 8, 0, ({ calls_per_s }) => shownCount(calls_per_s)),
  right('p50', 6, 2, ({ p50_ms }) => shownMs(p50_ms)),
  right('p95', 6, 1, ({ p95_ms }) => shownMs(p95_ms)),
  right('max', 6, 4, ({ max_ms }) => shownMs(max_ms)),
  {
    ...right('errors', 7, 3, ({ seenErrors }) => shownCount(seenErrors)),
    colour: ({ errors, seenErrors }) => (errors > 0 ? ['bold', 'red'] : seenErrors > 0 ? 'red' : undefined),
  },
  right('flight', 6, 5, ({ open }) => (open === undefined ? '' : shownCount(open))),
]
const leastName = 14
const leastTrend = 6
const mostTrend = 30

/** Widths in characters. */
export interface Layout {
  readonly name: number
  readonly columns: readonly Column[]
  readonly trend: number
}

/** Columns as far as they fit, the most telling first; what is left goes to the name, then to the trend. */
export function layoutOf(width: number, lines: readonly Line[], currency?: string): Layout {
  const widest = (least: number, of: (line: Line) => string) =>
    lines.reduce((most, line) => Math.max(most, cellWidth(plain(of(line)))), least)
  const library: Column = {
    ...{ head: 'library', rank: 6, cell: ({ library }) => plain(library) },
    cells: Math.min(
      widest(7, ({ library }) => library),
      12,
    ),
  }
  const cost = right('cost/h', 10, 1.5, ({ cost_per_h = 0 }) =>
    cost_per_h > 0 ? money(cost_per_h, currency ?? '') : '',
  )
  const columns = [library, ...figures, ...(currency === undefined ? [] : [cost])]
  const chosen = new Set<Column>()
  let left = width - leastName
  for (const column of [...columns].sort((one, other) => one.rank - other.rank)) {
    if (column.cells + 1 > left) break
    left -= column.cells + 1
    chosen.add(column)
  }
  const wanted = widest(leastName, ({ name }) => name)
  const isAll = chosen.size === columns.length
  const trend =
    isAll && left > leastTrend ? Math.min(Math.max(left - 1 - (wanted - leastName), leastTrend), mostTrend) : 0
  const name = Math.min(leastName + left - (trend > 0 ? trend + 1 : 0), wanted)
  return { name: Math.min(name, width), columns: columns.filter((one) => chosen.has(one)), trend }
}

function right(head: string, cells: number, rank: number, cell: (line: Line) => string): Column {
  return { head, cells, rank, cell, side: 'right' }
}
