import { type Style, widthOf } from '../style.ts'
import { tableOf } from '../table.ts'
import { type Column, columnsOf, type Row, rowsOf, splitNote } from './columns.ts'
import type { labelTable } from './label-table.ts'
import type { Report } from './model.ts'

const longestPart = 48

/** The table of scopes for a terminal: what does not fit into its columns is left out, and said. */
export function scopeTable(report: Report, columns: number, style: Style): string[] {
  const rows = rowsOf(report)
  const note = splitNote(report)
  return [
    ...fitting(columnsOf(report), (shown) => linesOf(shown, rows, style), columns, style),
    ...(note === undefined ? [] : [style('dim', note)]),
  ]
}

/** The table of a label's values, in the same way. */
export function valueTable(
  { label, columns: all, rows, notes }: NonNullable<ReturnType<typeof labelTable>>,
  columns: number,
  style: Style,
): string[] {
  const tableWith = (shown: typeof all) =>
    tableOf([
      [label, ...shown.map(({ head }) => head)],
      ...rows.map((row) => [
        cut(row.value),
        ...shown.map(({ cell, isBad }) => (isBad?.(row) ? style('red', cell(row)) : cell(row))),
      ]),
    ])
  return [...fitting(all, tableWith, columns, style), ...notes.map((note) => style('dim', note))]
}

function fitting<C extends { readonly head: string; readonly rank?: number }>(
  all: readonly C[],
  tableWith: (shown: readonly C[]) => string[],
  columns: number,
  style: Style,
): string[] {
  let shown = all
  let lines = tableWith(shown)
  while (Math.max(...lines.map(widthOf)) > columns && shown.some(({ rank }) => rank !== undefined)) {
    const least = Math.min(...shown.map(({ rank = Infinity }) => rank))
    shown = shown.filter(({ rank }) => rank !== least)
    lines = tableWith(shown)
  }
  const missing = all.filter((column) => !shown.includes(column)).map(({ head }) => head)
  const [head = '', ...rest] = lines
  return [
    style('dim', head),
    ...rest,
    ...(missing.length > 0 ? [style('dim', `(a wider terminal also shows ${missing.join(', ')})`)] : []),
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
