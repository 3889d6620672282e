import { escaped } from '../../report/markdown.ts'
import { plain } from '../../style.ts'
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

/** The report for a pull request. */
export function markdownOf(report: BenchReport): string {
  const { insights, notes } = report
  const [build, failures, scopes] = [buildTable(report), failureTable(report), scopeTable(report)]
  const sections = [
    ['## Benchmark', '', text(headline(report)), '', text(machineWords(report))],
    ...rankedTables(report, Number.POSITIVE_INFINITY).map(tableLines),
    legend(report).length > 0 ? ['', text(legend(report).join(' '))] : [],
    insights.length > 0 ? ['', '### What this shows', '', ...insights.map((one) => `- ${text(one)}`)] : [],
    ...[build, failures].flatMap((table) => (table === undefined ? [] : [tableLines(table)])),
    ...(scopes === undefined ? [] : [folded('Scopes', tableLines(scopes).slice(2))]),
    ...(notes.length === 0 ? [] : [['', '### Notes', '', ...notes.map((note) => `- ${text(note)}`)]]),
  ]
  return `${sections.flat().join('\n')}\n`
}

const text = (words: string) => escaped(plain(words))

function tableLines({ title, rows, left }: Table): string[] {
  const [heads = [], ...others] = rows
  const row = (cells: readonly string[]) => `| ${cells.map(text).join(' | ')} |`
  const lines = heads.map((_, i) => (left.includes(i) ? '---' : '--:'))
  return ['', `### ${text(title)}`, '', row(heads), `| ${lines.join(' | ')} |`, ...others.map(row)]
}

const folded = (title: string, lines: readonly string[]): string[] => [
  '',
  `<details><summary>${title}</summary>`,
  ...lines,
  '',
  '</details>',
]
