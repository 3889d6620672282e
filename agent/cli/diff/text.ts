import { plain, type Style } from '../style.ts'
import { tableOf } from '../table.ts'
import type { Change, Comparison, Pair } from './compare.ts'
import type { Broken } from './limit.ts'

const shownMetrics = ['p50', 'p95', 'p99', 'errors'] as const

/** The table of a comparison, and what became of the limits. */
export function textOf(
  { pairs, only_before, only_after }: Comparison,
  broken: readonly Broken[],
  style: Style,
): string[] {
  const rows = pairs.map((pair) => [
    plain(pair.name),
    plain(pair.library),
    callsOf(pair),
    ...pair.changes.filter(({ metric }) => isShown(metric)).map((change) => cellOf(change, pair, style)),
    verdictOf(pair, style),
  ])
  const head = [
    'scope',
    'library',
    'calls',
    ...shownMetrics.map((metric) => (metric === 'errors' ? metric : `${metric} ms`)),
    '',
  ]
  return [
    ...tableOf([head.map((cell) => style('bold', cell)), ...rows], [0, 1, 7]),
    '',
    '~ is within what either run could have come out with by chance (99 %).',
    ...onlyIn('before', only_before),
    ...onlyIn('after', only_after),
    ...broken.map((one) => style('red', sentenceOf(one))),
  ]
}

/** The same for a pull request. */
export function markdownOf({ pairs, only_before, only_after }: Comparison, broken: readonly Broken[]): string[] {
  const rows = pairs.map((pair) => {
    const cells = pair.changes.filter(({ metric }) => isShown(metric)).map((change) => cellOf(change, pair, bare))
    return [`\`${plain(pair.name)}\``, plain(pair.library), callsOf(pair), ...cells, verdictOf(pair, bare)]
  })
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replace(/[|\\<>]/g, '\\$&')).join(' | ')} |`
  return [
    line(['scope', 'library', 'calls', 'p50 ms', 'p95 ms', 'p99 ms', 'errors', '']),
    '|---|---|--:|--:|--:|--:|--:|---|',
    ...rows.map(line),
    '',
    '~ is within what either run could have come out with by chance (99 %).',
    ...[...onlyIn('before', only_before), ...onlyIn('after', only_after)].flatMap((text) => ['', text]),
    ...broken.flatMap((one) => ['', `**${sentenceOf(one)}**`]),
  ]
}

/** `vector_store.search (qdrant): p95 rose by 52 % (40.2 to 61.0 ms), more than p95:+20%`. */
export function sentenceOf({ limit, pair, change }: Broken): string {
  const { metric, before, after } = change
  const isErrors = metric === 'errors'
  const [from, to] = [before, after].map(({ value }) => (isErrors ? percent(value) : figure(value)))
  const by = limit.unit === 'ms' ? `${figure(after.value - before.value)} ms` : percent(change.change)
  return `${plain(pair.name)} (${plain(pair.library)}): ${metric} rose by ${by} (${from} to ${to}${isErrors ? '' : ' ms'}), more than ${limit.text}`
}

const bare: Style = (_, text) => text
const isShown = (metric: string) => (shownMetrics as readonly string[]).includes(metric)
const callsOf = ({ calls }: Pair) => `${calls.before.toLocaleString('en')} → ${calls.after.toLocaleString('en')}`

function cellOf({ metric, before, after, change, certain }: Change, { verdict }: Pair, style: Style): string {
  const isErrors = metric === 'errors'
  const show = isErrors ? percent : figure
  const values = `${show(before.value)} → ${show(after.value)}`
  if (verdict === 'too_few') return values
  if (!certain) return `${values}     ~`
  const sign = change > 0 ? '+' : ''
  const by = isErrors ? '' : `${sign}${percent(change)}`
  return `${values} ${style(change > 0 ? 'red' : 'green', (by || (change > 0 ? 'more' : 'fewer')).padStart(5))}`
}

function verdictOf({ verdict }: Pair, style: Style): string {
  if (verdict === 'slower') return style('red', 'slower')
  if (verdict === 'faster') return style('green', 'faster')
  return style('dim', verdict === 'same' ? 'the same' : 'too few records')
}

function onlyIn(which: string, names: readonly string[]): string[] {
  if (names.length === 0) return []
  const more = names.length > 8 ? ` and ${names.length - 8} more` : ''
  return [`only ${which}: ${names.slice(0, 8).map(plain).join(', ')}${more}`]
}

const figure = (ms: number) => (ms < 100 ? ms.toFixed(ms < 10 ? 2 : 1) : ms.toFixed(0))
const percent = (share: number) => `${(share * 100).toFixed(Math.abs(share) < 0.1 ? 1 : 0)} %`
