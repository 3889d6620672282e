import { type Style, widthOf } from '../style.ts'
import { tableOf } from '../table.ts'
import { type Column, columnsOf, type Row, rowsOf, splitNote } from './columns.ts'
import type { Report } from './model.ts'

const longestPart = 48

/** The table of scopes for a terminal: what does not fit into its columns is left out, and said. */
export function scopeTable(report: Report, columns: number, style: Style): string[] {
  const all = columnsOf(report)
  const rows = rowsOf(report)
  let shown = all
  let lines = linesOf(shown, rows, style)
  while (Math.max(...lines.map(widthOf)) > columns && shown.some(({ rank }) => rank !== undefined)) {
    const least = Math.min(...shown.map(({ rank = Infinity }) => rank))
    shown = shown.filter(({ rank }) => rank !== least)
    lines = linesOf(shown, rows, style)
  }
  const missing = all.filter((column) => !shown.includes(column)).map(({ head }) => head)
  const note = splitNote(report)
  const [head = '', ...rest] = lines
  return [
    style('dim', head),
    ...rest,
    ...(missing.length > 0 ? [style('dim', `(a wider terminal also shows ${missing.join(', ')})`)] : []),
    ...(note === undefined ? [] : [style('dim', note)]),
  ]
}

function linesOf(shown: readonly Column[], rows: readonly Row[], style: Style): string[] {
  const heads = ['scope', 'library', ...shown.map(({ head }) => head)]
  const cells = rows.map(({ name, library, isPart, figures }) => [
    isPart ? `  ${cut(name)}` : name,
    library,
    ...shown.map(({ cell, isBad }) => (isBad?.(figures) ? style('red', cell(figures)) : cell(figures))),
  ])
  return tableOf([heads, ...cells], [0, 1])
}

const cut = (text: string) => (text.length > longestPart ? `${text.slice(0, longestPart - 1)}…` : text)
