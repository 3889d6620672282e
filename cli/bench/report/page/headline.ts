import { count, counted, ms } from '../../../format.ts'
import { html, type Markup } from '../../../report/page/markup.ts'
import { momentOf } from '../../../report/page/moments.ts'
import { kinds } from '../../figures/figure.ts'
import { workloadWords } from '../../figures/report.ts'
import type { BenchReport } from '../../model.ts'
import { machineWords } from '../sections.ts'

/** Who is first, what was run and on what, and the key figures. */
export function headlineOf(report: BenchReport): Markup {
  const { result, notes, baseline } = report
  const { plan, runs } = result
  const broken = runs.filter((run) => run.broken !== undefined).length
  const operations = runs.reduce((sum, run) => sum + run.operations, 0)
  const failed = runs.reduce((sum, { failures }) => sum + failures.reduce((all, { count: times }) => all + times, 0), 0)
  const figures: readonly (readonly [name: string, value: string, more: string, isBad?: boolean])[] = [
    [
      'Variants',
      count(plan.variants.length),
      baseline === undefined ? 'nothing is compared' : `compared with ${baseline}`,
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
