import { money } from '../../../agent/output/cost/cost.ts'
import { count, counted, ms, percent } from '../../format.ts'
import { isFailing } from '../columns.ts'
import type { Report } from '../model.ts'
import { html, type Markup, prose } from './markup.ts'
import { clockOf, momentOf } from './moments.ts'

/** The report in one line; also the page's title. */
export const titleOf = ({ calls, from, to }: Report): string =>
  calls > 0 ? `${counted(calls, 'call')} in ${ms((to - from) * 1000)}` : 'No calls'

/** The span of time, the files, what has to be known before the figures are believed, and the key figures. */
export function headlineOf(report: Report): Markup {
  const { calls, from, to, files, notes } = report
  const sameDay = momentOf(from).slice(0, 10) === momentOf(to).slice(0, 10)
  return html`<header><p class="kind">Profile report</p><h1>${titleOf(report)}</h1>
<p class="span">${calls > 0 && html`<time>${momentOf(from)}</time> to <time>${sameDay ? clockOf(to) : momentOf(to)}</time> UTC, `}from ${filesOf(files)}</p>
${calls > 0 && keyFigures(report)}
${notes.length > 0 && html`<div class="notes"><h2>Notes</h2><ul>${notes.map((note) => html`<li>${prose(note)}</li>`)}</ul></div>`}</header>`
}

function filesOf(files: readonly string[]): Markup {
  const [first = 'no file', second] = files
  if (files.length <= 2) return html`<b>${first}</b>${second !== undefined && html` and <b>${second}</b>`}`
  return html`<b>${first}</b> and ${count(files.length - 1)} more files`
}

function keyFigures({ scopes, calls, requests, slowest, records, cost, request_time }: Report): Markup {
  const sum = (of: (scope: Report['scopes'][number]) => number) => scopes.reduce((all, scope) => all + of(scope), 0)
  const errors = sum((scope) => scope.errors)
  const [input, output] = [sum((scope) => scope.input_tokens), sum((scope) => scope.output_tokens)]
  const [first] = scopes
  const figures: (readonly [name: string, value: string, more: string] | false)[] = [
    ['Calls', count(calls), `${counted(scopes.length, 'scope')}, ${counted(records, 'record')}`],
    ['Failed', count(errors), errors > 0 ? `${percent(errors / calls)} of the calls` : 'no call failed'],
    ['Time in calls', ms(sum((scope) => scope.self_ms)), first ? `${percent(first.share)} in ${first.name}` : ''],
    requests > 0 && [
      'Requests',
      count(requests),
      slowest[0]
        ? `p50 ${ms(request_time.p50_ms)}, slowest ${ms(slowest[0].duration_ms)}`
        : `p50 ${ms(request_time.p50_ms)}`,
    ],
    input + output > 0 && ['Tokens', count(input + output), `${count(input)} in, ${count(output)} out`],
    cost !== undefined && [
      'Cost',
      money(cost.total, cost.currency),
      cost.month === undefined ? '' : `${money(cost.month, cost.currency)} a month at this rate`,
    ],
  ]
  return html`<dl class="key-figures">${figures.map(
    (figure) =>
      figure &&
      html`<div><dt>${figure[0]}</dt><dd class="value${figure[0] === 'Failed' && isFailing({ errors, calls }) && ' failed'}">${figure[1]}</dd><dd>${figure[2]}</dd></div>`,
  )}</dl>`
}

/** The read files, and the meaning of the words. */
export function aboutOf({ files, records, torn, foreign }: Report): Markup {
  const leftOut = [
    torn > 0 && `${counted(torn, 'line')} not whole`,
    foreign > 0 && `${counted(foreign, 'line')} without a record`,
  ].filter((part) => part !== false)
  return html`<section id="about" class="about"><h2>About these figures</h2><ul>
<li>${counted(records, 'record')} of ${counted(files.length, 'file')}${leftOut.length > 0 && `; left out: ${leftOut.join(', ')}`}.</li>
<li>p50, p95, p99: half, 95 % and 99 % of the calls took no longer than this.</li>
<li>Share: of the time of all calls, without the time that calls nested in them took.</li>
<li>Times of day are UTC.</li></ul>
<details><summary>Files</summary><ul class="files">${files.map((file) => html`<li>${file}</li>`)}</ul></details></section>`
}
