import { count } from '../format.ts'
import { escaped } from '../report/markdown.ts'
import { plain, type Style, widthOf } from '../style.ts'
import { tableOf } from '../table.ts'
import type { Change, Comparison, Pair } from './compare.ts'
import { type Broken, sentenceOf } from './limit.ts'
import type { Metric } from './noise.ts'
import { signed, valuesOf, verdictWords } from './words.ts'

/** The figures that are shown; where they do not fit, without the last ones. */
const figures: readonly Metric[] = ['p95', 'p50', 'errors', 'p99']
const legend = '~ is within what either run could have come out with by chance (99 %).'

/** What is compared: the heads of its first columns, and what a verdict needs enough of. */
export interface Nouns {
  readonly heads: readonly [name: string, library: string, calls: string]
  readonly unit: string
}
const scopeNouns: Nouns = { heads: ['scope', 'library', 'calls'], unit: 'records' }

/** The table of a comparison, and what became of the limits. */
export function textOf(
  { pairs, only_before, only_after }: Comparison,
  costs: readonly string[],
  notes: readonly string[],
  broken: readonly Broken[],
  style: Style,
  columns: number,
  nouns = scopeNouns,
): string[] {
  const tables = figures.map((_, i) => {
    const shown = figures.slice(0, figures.length - i)
    return tableOf(rowsOf(pairs, shown, style, nouns), [0, 1, 3 + shown.length])
  })
  const fitting = tables.find((lines) => lines.every((line) => widthOf(line) <= columns))
  return [
    ...(fitting ?? tables.at(-1) ?? []),
    ...costs,
    '',
    legend,
    ...onlyIn('before', only_before),
    ...onlyIn('after', only_after),
    ...notes,
    ...broken.map((one) => style('red', sentenceOf(one))),
  ]
}

/** The same for a pull request. */
export function markdownOf(
  { pairs, only_before, only_after }: Comparison,
  costs: readonly (readonly string[])[],
  notes: readonly string[],
  broken: readonly Broken[],
  nouns = scopeNouns,
): string[] {
  const [head = [], ...rows] = rowsOf(pairs, figures, bare, nouns)
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replace(/[|\\<>]/g, '\\$&').replace(/ +/g, ' ')).join(' | ')} |`
  const more = [...[...onlyIn('before', only_before), ...onlyIn('after', only_after)].map(escaped), ...notes]
  return [
    line(head),
    `|---|---|${'--:|'.repeat(1 + figures.length)}---|`,
    ...rows.map(([name = '', library = '', ...cells]) => `| ${asCode(name)} | ${escaped(library)} ${line(cells)}`),
    ...costLines(costs, line),
    '',
    legend,
    ...more.flatMap((text) => ['', text]),
    ...broken.flatMap((one) => ['', `**${escaped(sentenceOf(one))}**`]),
  ]
}

function costLines(
  [head, ...rows]: readonly (readonly string[])[],
  line: (cells: readonly string[]) => string,
): string[] {
  if (head === undefined) return []
  const named = rows.map(([name = '', library = '', model = '', ...cells]) =>
    [`| ${[asCode(name), escaped(library), escaped(model)].join(' | ')}`, line(cells)].join(' '),
  )
  return ['', line(head), '|---|---|---|--:|--:|--:|', ...named]
}

/** A name that could end it is no code. */
const asCode = (name: string) => (/^[\w.:-]+$/.test(name) ? `\`${name}\`` : escaped(name))

/** A row a pair, below the heads; durations are milliseconds. */
function rowsOf(pairs: readonly Pair[], shown: readonly Metric[], style: Style, nouns: Nouns): string[][] {
  const metrics = shownIn(shown)
  const heads = metrics.map((metric) => (metric === 'errors' ? metric : `${metric} ms`))
  const rows = pairs.map((pair) => {
    const cells = metrics.flatMap((metric) => {
      const change = pair.changes.find((one) => one.metric === metric)
      return change === undefined ? [] : [cellOf(change, pair, style)]
    })
    return [plain(pair.name), plain(pair.library), callsOf(pair), ...cells, verdictOf(pair, shown, style, nouns)]
  })
  return [[...nouns.heads, ...heads, ''].map((cell) => style('bold', cell)), ...rows]
}

/** In the order in which they are read. */
const shownIn = (some: readonly Metric[]) =>
  (['p50', 'p95', 'p99', 'errors'] as const).filter((one) => some.includes(one))

const bare: Style = (_, text) => text
const callsOf = ({ calls }: Pair) => `${count(calls.before)} → ${count(calls.after)}`

function cellOf(one: Change, { verdict }: Pair, style: Style): string {
  const { metric, change, certain } = one
  const values = valuesOf(one)
  if (verdict === 'too_few') return values
  if (!certain) return `${values}     ~`
  const by = metric === 'errors' ? '' : signed(change)
  return `${values} ${style(change > 0 ? 'red' : 'green', (by || (change > 0 ? 'more' : 'fewer')).padStart(5))}`
}

function verdictOf(pair: Pair, shown: readonly Metric[], style: Style, { unit }: Nouns): string {
  const { text, isWorse, isBetter } = verdictWords(pair, shown, unit)
  if (isWorse) return style('red', text)
  return style(isBetter ? 'green' : 'dim', text)
}

function onlyIn(which: string, names: readonly string[]): string[] {
  if (names.length === 0) return []
  const more = names.length > 8 ? ` and ${names.length - 8} more` : ''
  return [`only ${which}: ${names.slice(0, 8).map(plain).join(', ')}${more}`]
}
