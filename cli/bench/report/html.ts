import { count, counted, ms } from '../../format.ts'
import { pageOf, type Section } from '../../report/html.ts'
import { html, type Markup } from '../../report/page/markup.ts'
import { momentOf } from '../../report/page/moments.ts'
import { kinds } from '../figures/figure.ts'
import { workloadWords } from '../figures/report.ts'
import type { BenchReport } from '../model.ts'
import { isCompared } from './columns.ts'
import { amountsOf } from './page/amounts.ts'
import { ecdfOf } from './page/ecdf.ts'
import { seriesOf } from './page/series.ts'
import { framed, named } from './page/tables.ts'
import { tradeoffOf } from './page/tradeoff.ts'
import {
  buildTable,
  failureTable,
  legend,
  machineWords,
  rankedTables,
  scopeTable,
  sizeWords,
  type Table,
} from './sections.ts'

const mostFigures = 7

/** The report as one HTML page that needs nothing else. */
export function benchPageOf(report: BenchReport): string {
  const { plan } = report.result
  const series = seriesOf(plan.variants.map(({ name }) => name))
  const loads = plan.loads.map((_, load) => load)
  const charts = [
    section(
      'tradeoff',
      'Speed and results',
      loads.map((load) => tradeoffOf(report, load, series)),
    ),
    section(
      'latency',
      'Latency',
      loads.map((load) => ecdfOf(report, load, series)),
    ),
    section('amounts', 'Cost and build', amounts(report, series)),
  ]
  const tables = [
    tableSection('builds', buildTable(report)),
    tableSection('failures', failureTable(report)),
    tableSection('scopes', scopeTable(report)),
    tableSection('variants', settingsTable(report)),
  ]
  const sections = [rankingOf(report), insightsOf(report), ...charts, ...tables, aboutOf(report)]
  return pageOf(
    `Benchmark: ${series.map(({ name }) => name).join(', ')}`,
    headlineOf(report),
    sections.filter((one) => one !== undefined),
  )
}

function headlineOf(report: BenchReport): Markup {
  const { result, notes, baseline } = report
  const { plan, runs } = result
  const broken = runs.filter((run) => run.broken !== undefined).length
  const operations = runs.reduce((sum, run) => sum + run.operations, 0)
  const failed = runs.reduce((sum, { failures }) => sum + failures.reduce((all, { count: times }) => all + times, 0), 0)
  const figures: readonly (readonly [name: string, value: string, more: string, isBad?: boolean])[] = [
    [
      'Variants',
      count(plan.variants.length),
      baseline === undefined ? 'nothing is held against another' : `held against ${baseline}`,
    ],
    [
      'Rounds',
      count(plan.iterations),
      plan.loads.length > 1 ? `at ${counted(plan.loads.length, 'load')}, shuffled` : 'shuffled',
    ],
    ['Operations', count(operations), `of ${counted(runs.length, 'process', 'processes')}`],
    [
      'Failed',
      count(failed),
      broken > 0 ? `and ${counted(broken, 'run')} ended badly` : 'each run was well',
      failed + broken > 0,
    ],
  ]
  const [from, to] = [result.started, result.ended].map((at) => Date.parse(at))
  const spent = from !== undefined && to !== undefined && to >= from ? `, in ${ms(to - from)}` : ''
  return html`<header><p class="kind">Benchmark</p><h1>${titleOf(report)}</h1>
<p class="span">${workloadWords(result.workload)}</p><p class="span">${from !== undefined && Number.isFinite(from) && html`<time>${momentOf(from / 1000)}</time> UTC${spent}, `}${machineWords(report)}</p>
<dl class="key-figures">${figures.map(
    ([name, value, more, isBad]) =>
      html`<div><dt>${name}</dt><dd class="value${isBad === true && ' failed'}">${value}</dd><dd>${more}</dd></div>`,
  )}</dl>
${notes.length > 0 && html`<div class="notes"><h2>Notes</h2><ul>${notes.map((note) => html`<li>${note}</li>`)}</ul></div>`}</header>`
}

/** The first of the first load. */
function titleOf({ result, standings }: BenchReport): string {
  const { rank } = result.plan
  const [first] = standings
  const value = first?.figures[rank]?.value
  if (first === undefined || value === undefined) return 'No run was well'
  return `${first.variant}, with ${kinds[rank].name} ${kinds[rank].show(value, result.currency)}, is first of ${count(result.plan.variants.length)}`
}

function rankingOf(report: BenchReport): Section {
  const tables = rankedTables(report, mostFigures).map((table) => named(table, isCompared(report)))
  return [
    'ranking',
    'Ranking',
    html`<section id="ranking"><h2>Ranking</h2>${tables.map(
      (table) => html`<h3 class="below">${table.title}</h3>${framed(table)}`,
    )}<p class="hint">${legend(report).join(' ')}</p></section>`,
  ]
}

function insightsOf({ insights }: BenchReport): Section {
  const list =
    insights.length === 0
      ? html`<p class="empty">Nothing stands out besides the ranking.</p>`
      : html`<div class="about"><ul>${insights.map((one) => html`<li>${one}</li>`)}</ul></div>`
  return ['insights', 'What this shows', html`<section id="insights"><h2>What this shows</h2>${list}</section>`]
}

function section(id: string, name: string, figures: readonly (Markup | undefined)[]): Section | undefined {
  const known = figures.filter((one) => one !== undefined)
  if (known.length === 0) return undefined
  return [
    id,
    name,
    html`<section id="${id}"><h2>${name}</h2><div class="pair beside">${known.map((one) => html`<div class="detail">${one}</div>`)}</div></section>`,
  ]
}

function amounts({ result, standings }: BenchReport, series: ReturnType<typeof seriesOf>) {
  const of = (pick: (name: string) => { value: number; low?: number; high?: number } | undefined) =>
    series.flatMap((one) => {
      const estimate = pick(one.name)
      return estimate === undefined ? [] : [{ series: one, estimate }]
    })
  const buildOf = (name: string) => result.builds.find(({ variant }) => variant === name)
  const sizeOf = (name: string) => buildOf(name)?.bytes
  return [
    amountsOf({
      id: 'cost',
      title: 'Cost of a thousand operations',
      amounts: of((name) => standings.find(({ variant, figures }) => variant === name && figures.cost)?.figures.cost),
      show: (value) => kinds.cost.show(value, result.currency),
    }),
    amountsOf({
      id: 'build-time',
      title: 'Time to build',
      amounts: of((name) => known(buildOf(name)?.build_ms)),
      show: ms,
    }),
    amountsOf({
      id: 'build-size',
      title: 'Size of what was built',
      amounts: of((name) => known(sizeOf(name))),
      show: sizeWords,
    }),
  ]
}

const known = (value: number | undefined) => (value === undefined ? undefined : { value })

const tableSection = (id: string, table: Table | undefined): Section | undefined =>
  table && [id, table.title, html`<section id="${id}"><h2>${table.title}</h2>${framed(table)}</section>`]

/** What each variant is: secrets are hidden already. */
function settingsTable({ result }: BenchReport): Table {
  const wordsOf = (values: object) =>
    Object.entries(values)
      .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
      .join(', ')
  return {
    title: 'Variants',
    rows: [
      ['variant', 'what', 'settings', 'environment'],
      ...result.plan.variants.map(({ name, what, settings = {}, env }) => [
        name,
        what,
        wordsOf(settings),
        wordsOf(env),
      ]),
    ],
    left: [0, 1, 2, 3],
  }
}

function aboutOf({ result }: BenchReport): Section {
  const { plan, versions } = result
  const lines = [
    `In each of ${counted(plan.iterations, 'round')} each variant ran in a process of its own, in another order: ${counted(plan.warmup, 'operation')} to warm up, then ${counted(plan.operations, 'operation')} or ${count(plan.seconds)} s, whichever came first; seed ${plan.seed}.`,
    'An interval holds the figure with 99 % over the rounds. Variants are compared round by round, so that what slowed the machine for a while slowed both.',
    'p50, p95, p99: half, 95 % and 99 % of the operations took no longer. Under a rate, latency counts from the moment at which an operation was to begin.',
    'Recall is the share of the true nearest neighbours that were found; overlap that of the results of the baseline.',
    `Versions: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
  ]
  return [
    'about',
    'About',
    html`<section id="about" class="about"><h2>About these figures</h2><ul>${lines.map((line) => html`<li>${line}</li>`)}</ul></section>`,
  ]
}
