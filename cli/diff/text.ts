import { count, percent } from '../format.ts'
import { escaped } from '../report/markdown.ts'
import { plain, type Style, widthOf } from '../style.ts'
import { tableOf } from '../table.ts'
import type { Change, Comparison, Pair } from './compare.ts'
import type { Broken } from './limit.ts'
import type { Metric } from './noise.ts'

/** The figures that are shown; where they do not fit, without the last ones. */
const figures: readonly Metric[] = ['p95', 'p50', 'errors', 'p99']
const legend = '~ is within what either run could have come out with by chance (99 %).'

/** The table of a comparison, and what became of the limits. */
export function textOf(
  { pairs, only_before, only_after }: Comparison,
  costs: readonly string[],
  notes: readonly string[],
  broken: readonly Broken[],
  style: Style,
  columns: number,
): string[] {
  const tables = figures.map((_, i) => {
    const shown = figures.slice(0, figures.length - i)
    return tableOf(rowsOf(pairs, shown, style), [0, 1, 3 + shown.length])
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
): string[] {
  const [head = [], ...rows] = rowsOf(pairs, figures, bare)
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
function rowsOf(pairs: readonly Pair[], shown: readonly Metric[], style: Style): string[][] {
  const metrics = shownIn(shown)
  const heads = metrics.map((metric) => (metric === 'errors' ? metric : `${metric} ms`))
  const rows = pairs.map((pair) => {
    const cells = metrics.flatMap((metric) => {
      const change = pair.changes.find((one) => one.metric === metric)
      return change === undefined ? [] : [cellOf(change, pair, style)]
    })
    return [plain(pair.name), plain(pair.library), callsOf(pair), ...cells, verdictOf(pair, shown, style)]
  })
  return [['scope', 'library', 'calls', ...heads, ''].map((cell) => style('bold', cell)), ...rows]
}

/** In the order in which they are read. */
const shownIn = (some: readonly Metric[]) =>
  (['p50', 'p95', 'p99', 'errors'] as const).filter((one) => some.includes(one))

/** `vector_store.search (qdrant): p95 rose by 52 % (40.2 to 61.0 ms), more than p95:+20%`. */
export function sentenceOf({ limit, pair, change }: Broken): string {
  const { metric, before, after } = change
  const isErrors = metric === 'errors'
  const [from, to] = [before, after].map(({ value }) => (isErrors ? percent(value) : figure(value)))
  const by = limit.unit === 'ms' ? `${figure(after.value - before.value)} ms` : percent(change.change)
  return `${plain(pair.name)} (${plain(pair.library)}): ${metric} rose by ${by} (${from} to ${to}${isErrors ? '' : ' ms'}), more than ${limit.text}`
}

const bare: Style = (_, text) => text
const signed = (change: number) => `${change > 0 ? '+' : '-'}${percent(Math.abs(change))}`
const callsOf = ({ calls }: Pair) => `${count(calls.before)} → ${count(calls.after)}`

function cellOf({ metric, before, after, change, certain }: Change, { verdict }: Pair, style: Style): string {
  const isErrors = metric === 'errors'
  const show = isErrors ? percent : figure
  const values = `${show(before.value)} → ${show(after.value)}`
  if (verdict === 'too_few') return values
  if (!certain) return `${values}     ~`
  const by = isErrors ? '' : signed(change)
  return `${values} ${style(change > 0 ? 'red' : 'green', (by || (change > 0 ? 'more' : 'fewer')).padStart(5))}`
}

/** The verdict on a scope; figures that made it are named if they are not shown. */
function verdictOf({ verdict, changes }: Pair, shown: readonly Metric[], style: Style): string {
  const certain = changes.filter((one) => one.certain)
  const errors = certain.find(({ metric }) => metric === 'errors')?.change ?? 0
  const hidden = certain.filter(({ metric }) => (metric === 'p50' || metric === 'p95') && !shown.includes(metric))
  const text = [
    inWords[verdict],
    ...hidden.map(({ metric, change }) => `${metric} ${signed(change)}`),
    ...(errors === 0 ? [] : [errors > 0 ? 'more errors' : 'fewer errors']),
  ].join(', ')
  if (verdict === 'slower' || errors > 0) return style('red', text)
  return style(verdict === 'faster' || errors < 0 ? 'green' : 'dim', text)
}

const inWords = { slower: 'slower', faster: 'faster', same: 'the same', too_few: 'too few records' } as const

function onlyIn(which: string, names: readonly string[]): string[] {
  if (names.length === 0) return []
  const more = names.length > 8 ? ` and ${names.length - 8} more` : ''
  return [`only ${which}: ${names.slice(0, 8).map(plain).join(', ')}${more}`]
}

const figure = (ms: number) => (ms < 100 ? ms.toFixed(ms < 10 ? 2 : 1) : ms.toFixed(0))
