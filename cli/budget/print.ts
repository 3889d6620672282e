import type { Checked } from '../../agent/testing/budgets.ts'
import { isExceeded } from '../../agent/testing/budgets.ts'
import { counted } from '../format.ts'
import { plain, type Style } from '../style.ts'
import { tableOf } from '../table.ts'

/** `budget --json`. */
export interface BudgetReport {
  /** Of this form: it grows when a field changes its meaning or goes. */
  readonly version: 1
  readonly files: readonly string[]
  /** How many runs are in the files, and whether all were checked, or the last. */
  readonly runs: number
  readonly all: boolean
  readonly tests: number
  readonly checked: readonly (Omit<Checked, 'budget' | 'index'> & {
    readonly test: string
    readonly location: string
    readonly exceeded: boolean
  })[]
  /** Budgets that no test falls under. */
  readonly without_tests: readonly { readonly test: string; readonly location: string }[]
  readonly notes: readonly string[]
}

/** For somebody who looks at a terminal. */
export function budgetText(report: BudgetReport, style: Style): string {
  const [head = [], ...rows] = rowsOf(report)
  const colored = rows.map((row, i) => {
    const isOver = report.checked[i]?.exceeded
    return row.map((cell, at) => (at === 5 && cell !== '' ? style(isOver ? 'red' : 'green', cell) : cell))
  })
  const table = tableOf([head.map((cell) => style('bold', cell)), ...colored], [0, 1, 4, 5])
  return `${[headline(report), '', ...table, ...notesOf(report).flatMap((note) => ['', note])].join('\n')}\n`
}

/** The same for a pull request. */
export function budgetMarkdown(report: BudgetReport): string {
  const cell = (text: string) => text.replaceAll(/[|\\<>*_]/g, '\\$&')
  const [head = [], ...rows] = rowsOf(report)
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  const table = [line(head), '|---|---|--:|--:|---|---|', ...rows.map(line)]
  const all = ['## Budgets of tests', '', cell(headline(report)), '', ...table]
  return `${[...all, ...notesOf(report).flatMap((note) => ['', cell(note)])].join('\n')}\n`
}

function headline({ files, runs, all, tests, checked }: BudgetReport): string {
  const where = files.length === 1 ? files[0] : counted(files.length, 'file')
  const which = runs === 1 ? '1 run' : all ? `all ${runs} runs` : `the last of ${runs} runs (--all takes all)`
  const over = checked.filter(({ exceeded }) => exceeded).length
  const outcome = over === 0 ? 'all within their budgets' : `${counted(over, 'budget')} exceeded`
  return `${where}: ${counted(tests, 'test')} in ${which}, ${outcome}`
}

function rowsOf({ checked }: BudgetReport): string[][] {
  const head = ['budget', 'figure', 'at most', 'found', 'in', '']
  return [
    head,
    ...checked.map(({ test, figure, most, value, exceeded, exceeding, tests, worst }) => {
      const where = worst === undefined ? counted(tests, 'test') : plain(worst)
      const more = worst !== undefined && exceeding > 1 ? `, and ${exceeding - 1} more` : ''
      const found = Number(value.toPrecision(4))
      return [plain(test), figure, `${most}`, `${found}`, `${where}${more}`, exceeded ? 'exceeded' : 'within']
    }),
  ]
}

const notesOf = ({ without_tests, checked, notes }: BudgetReport): string[] => [
  ...without_tests.map(({ test, location }) => `No test falls under ${JSON.stringify(test)} (${location}).`),
  ...(checked.some(({ exceeded, location }) => exceeded && location !== '')
    ? [
        `Exceeded: ${[...new Set(checked.filter(({ exceeded }) => exceeded).map(({ location }) => location))].join(', ')}`,
      ]
    : []),
  ...notes,
]

/** As it is printed. */
export const rowOf = (one: Checked, location: string): BudgetReport['checked'][number] => {
  const { budget, index: _, ...rest } = one
  return { test: budget.test, location, ...rest, exceeded: isExceeded(one) }
}
