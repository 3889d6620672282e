import { count, counted, ms, percent } from '../../format.ts'
import { kinds } from '../figures/figure.ts'
import { failuresOf } from '../figures/insights.ts'
import { level } from '../figures/intervals.ts'
import { loadTitle } from '../figures/load.ts'
import { workloadWords } from '../figures/report.ts'
import { isSpeed } from '../figures/traded.ts'
import type { BenchReport, Standing } from '../model.ts'
import { columnsOf, estimateWords, isCompared, speedupWords, verdictWords } from './columns.ts'

/** A table: its first row are the heads. */
export interface Table {
  readonly title: string
  readonly rows: readonly (readonly string[])[]
  /** Columns that begin at the left. */
  readonly left: readonly number[]
}

/** What was run, in a sentence. */
export function headline({ result, baseline }: BenchReport): string {
  const { plan, workload } = result
  const names = plan.variants.map(({ name }) => name)
  const held = baseline === undefined ? names.join(', ') : `${names.join(', ')}, compared with ${baseline}`
  return `${held}: ${counted(plan.iterations, 'round')}, ${workloadWords(workload)}`
}

export function machineWords({ result }: BenchReport): string {
  const { platform, arch, cpu, cores, memory_mb, node } = result.machine
  return `on ${cpu}, ${counted(cores, 'core')}, ${count(memory_mb / 1024)} GB, ${platform} ${arch}, Node ${node.replace(/^v/, '')}`
}

/** A ranked table for each load, with at most so many figures; intervals stand at the figure of the rank. */
export function rankedTables(report: BenchReport, most: number): Table[] {
  const { plan } = report.result
  const figures = columnsOf(report, most)
  const left = [1, ...(isCompared(report) ? [3 + figures.length] : [])]
  return plan.loads.map((load, i) => {
    const standings = report.standings.filter((one) => one.load === i)
    const compared = isCompared(report) ? [isSpeed(plan.rank) ? 'speed-up' : 'times as good', ''] : []
    const heads = [
      '#',
      'variant',
      ...figures.map((figure) => (figure === 'cost' ? `${report.result.currency}/1,000` : kinds[figure].head)),
      ...compared,
    ]
    const rows = standings.map((standing) => [
      standing.successful_runs > 0 ? `${standing.rank}` : '-',
      standing.variant,
      ...figures.map((figure) => {
        const estimate = standing.figures[figure]
        if (estimate === undefined) return ''
        return figure === plan.rank ? estimateWords(figure, estimate) : kinds[figure].cell(estimate.value)
      }),
      ...(isCompared(report) ? [speedCell(standing), verdictCell(standing, report)] : []),
    ])
    return { title: `${loadTitle(load)}, by ${kinds[plan.rank].name}`, rows: [heads, ...rows], left }
  })
}

const speedCell = ({ speedup }: Standing) => (speedup === undefined ? '' : speedupWords(speedup))
const verdictCell = (standing: Standing, { result }: BenchReport) =>
  standing.successful_runs > 0 ? verdictWords(standing, result.plan.rank) : 'each run failed'

/** What the words of the tables mean. */
export function legend(report: BenchReport): string[] {
  const { standings, baseline } = report
  const hasInterval = standings.some(({ figures }) => Object.values(figures).some(({ low }) => low !== undefined))
  const hasSpeed = standings.some(({ speedup }) => speedup !== undefined)
  return [
    ...(hasSpeed && isSpeed(report.result.plan.rank) ? [`speed-up: how many times as fast as ${baseline}.`] : []),
    ...(hasInterval ? [`± and ( ) are ${percent(level)} intervals over the rounds.`] : []),
    ...(standings.some(({ verdict }) => verdict === 'same')
      ? [`"no difference" from ${baseline}: none that this run can show.`]
      : []),
  ]
}

/** What filling each store took; none where nothing was built. */
export function buildTable({ result }: BenchReport): Table | undefined {
  const { builds } = result
  if (builds.length === 0) return undefined
  const hasBytes = builds.some(({ bytes }) => bytes !== undefined)
  const rows = builds.map(({ variant, documents, build_ms, bytes }) => [
    variant,
    count(documents),
    ms(build_ms),
    ...(hasBytes ? [bytes === undefined ? '' : sizeWords(bytes)] : []),
  ])
  return { title: 'Build', rows: [['variant', 'documents', 'time', ...(hasBytes ? ['size'] : [])], ...rows], left: [0] }
}

export const sizeWords = (bytes: number) =>
  bytes < 1e6
    ? `${count(bytes / 1e3)} KB`
    : bytes < 1e9
      ? `${(bytes / 1e6).toFixed(1)} MB`
      : `${(bytes / 1e9).toFixed(1)} GB`

/** The errors of operations, and what ended runs, by variant. */
export function failureTable({ result }: BenchReport): Table | undefined {
  const rows = result.plan.variants.flatMap(({ name }) => {
    const runs = result.runs.filter(({ variant }) => variant === name)
    const broken = runs.flatMap(({ broken: why }) => (why === undefined ? [] : [why]))
    const reasons = [...new Set(broken)].map((why) => [why, broken.filter((one) => one === why).length] as const)
    return [
      ...failuresOf(runs).map(({ error, count: times }) => [name, counted(times, 'operation'), error]),
      ...reasons.map(([why, times]) => [name, counted(times, 'run'), why]),
    ]
  })
  if (rows.length === 0) return undefined
  return { title: 'Failures', rows: [['variant', 'times', 'error'], ...rows], left: [0, 2] }
}

const mostScopes = 12

/** Where the time of the runs went, by the agent's records. */
export function scopeTable({ result, standings }: BenchReport): Table | undefined {
  const { loads } = result.plan
  const all = standings.flatMap(({ variant, load, scopes }) => scopes.map((scope) => ({ variant, load, ...scope })))
  if (all.length === 0) return undefined
  const rows = standings.flatMap(({ variant, load, scopes }) =>
    scopes
      .slice(0, mostScopes)
      .map(({ name, library, calls, errors, p50_ms, p95_ms }) => [
        variant,
        ...(loads.length > 1 ? [shortLoad(loads[load])] : []),
        name,
        library,
        count(calls),
        kinds.p50_ms.cell(p50_ms),
        kinds.p95_ms.cell(p95_ms),
        errors > 0 ? count(errors) : '',
      ]),
  )
  const hasErrors = all.some(({ errors }) => errors > 0)
  const heads = [
    'variant',
    ...(loads.length > 1 ? ['load'] : []),
    'scope',
    'library',
    'calls',
    'p50 ms',
    'p95 ms',
    'errors',
  ]
  return {
    title: 'Scopes',
    rows: [heads, ...rows].map((row) => (hasErrors ? row : row.slice(0, -1))),
    left: loads.length > 1 ? [0, 1, 2, 3] : [0, 1, 2],
  }
}

const shortLoad = (load: BenchReport['result']['plan']['loads'][number] | undefined) =>
  load === undefined ? '' : load.kind === 'closed' ? `× ${load.concurrency}` : `${load.rate}/s`
