import { count, counted } from '../../format.ts'
import { pageOf, type Section } from '../../report/html.ts'
import { html, type Markup } from '../../report/page/markup.ts'
import type { BenchReport } from '../model.ts'
import { isCompared } from './columns.ts'
import { amountFigures } from './page/amounts.ts'
import { ecdfOf } from './page/ecdf.ts'
import { headlineOf } from './page/headline.ts'
import { seriesOf } from './page/series.ts'
import { framed, named } from './page/tables.ts'
import { tradeoffOf } from './page/tradeoff.ts'
import { buildTable, failureTable, legend, rankedTables, scopeTable, type Table } from './sections.ts'

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
    section('amounts', 'Cost and build', amountFigures(report, series)),
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
