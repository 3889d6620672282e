import { item, wrap } from '../../report/wrap.ts'
import { plain, type Style, widthOf } from '../../style.ts'
import { tableOf } from '../../table.ts'
import type { BenchReport } from '../model.ts'
import {
  buildTable,
  failureTable,
  headline,
  legend,
  machineWords,
  rankedTables,
  scopeTable,
  type Table,
} from './sections.ts'

const mostFigures = 9
const widest = 100

/** The report for a terminal; `columns` is `Infinity` for a pipe. */
export function textOf(report: BenchReport, style: Style, columns: number): string {
  const width = Math.min(columns, widest)
  const tables = fitting(report, columns)
  const [build, failures, scopes] = [buildTable(report), failureTable(report), scopeTable(report)]
  const sections = [
    [...wrap(plain(headline(report)), width), ...wrap(plain(machineWords(report)), width)],
    ...tables.map((table) => tableText(table, style)),
    legend(report).length > 0 ? ['', ...legend(report).flatMap((line) => wrap(plain(line), width))] : [],
    listText('What this shows', report.insights, width, style),
    ...[build, failures].flatMap((table) => (table === undefined ? [] : [tableText(table, style)])),
    scopes === undefined ? [] : tableText(narrowed(scopes, columns), style),
    listText('Notes', report.notes, width, style),
  ]
  return `${sections.flat().join('\n')}\n`
}

/** With as many figures as there is room for. */
function fitting(report: BenchReport, columns: number): Table[] {
  const tried = Array.from({ length: mostFigures }, (_, i) => rankedTables(report, mostFigures - i))
  return tried.find((tables) => tables.every((table) => isFitting(table, columns))) ?? tried.at(-1) ?? []
}

const isFitting = ({ rows, left }: Table, columns: number) =>
  tableOf(rows, left).every((line) => widthOf(line) <= columns)

/** Without the last columns that there is no room for. */
function narrowed(table: Table, columns: number): Table {
  const [heads = []] = table.rows
  if (isFitting(table, columns) || heads.length <= 2) return table
  return narrowed({ ...table, rows: table.rows.map((row) => row.slice(0, heads.length - 1)) }, columns)
}

function tableText({ title, rows, left }: Table, style: Style): string[] {
  const [heads = [], ...others] = rows
  const cells = [
    heads.map((head) => (head === '' ? '' : style('dim', head))),
    ...others.map((row) => row.map((cell, i) => (i === row.length - 1 ? coloured(plain(cell), style) : plain(cell)))),
  ]
  return ['', style('bold', title), ...tableOf(cells, left)]
}

function coloured(cell: string, style: Style): string {
  if (/^(faster|better)$/.test(cell)) return style('green', cell)
  if (/^(slower|worse|each run failed)$/.test(cell)) return style('red', cell)
  return /^(no difference|not known|baseline)$/.test(cell) ? style('dim', cell) : cell
}

const listText = (title: string, sentences: readonly string[], width: number, style: Style): string[] =>
  sentences.length === 0
    ? []
    : ['', style('bold', title), ...sentences.flatMap((sentence) => item('-', plain(sentence), width))]
