import type { Finding, Report } from '../model.ts'
import { html, type Markup, nameOf, prose } from './markup.ts'

/** One card for each finding, the most costly first. */
export function findingsOf(report: Report): Markup {
  const { findings } = report
  return html`<section id="findings"><h2>Findings</h2>${
    findings.length === 0
      ? html`<p class="empty">None. No call here costs time or money in a way that this report knows.</p>`
      : html`<ol class="cards">${findings.map((finding) => html`<li>${cardOf(finding, report)}</li>`)}</ol>`
  }</section>`
}

function cardOf(finding: Finding, { scopes, slowest }: Report): Markup {
  const { title, evidence, advice, saves, name, library, trace_id } = finding
  const scope = scopes.findIndex((one) => one.name === name && one.library === library)
  const request = trace_id === undefined ? -1 : slowest.findIndex((one) => one.trace_id === trace_id)
  const subject = html`<span class="name">${nameOf(name)}</span> <span class="library">${library}</span>`
  return html`<article class="card"><p class="place">${scope < 0 ? subject : html`<a href="#scope-${scope}">${subject}</a>`}</p>
<h3>${prose(title)}</h3><ul class="evidence">${evidence.map((line) => html`<li>${prose(line)}</li>`)}</ul>
<dl><div><dt>Do</dt><dd>${prose(advice)}</dd></div><div class="saves"><dt>Saves</dt><dd>${prose(saves)}</dd></div></dl>
${
  request >= 0 &&
  html`<p class="see"><a href="#request-${request}">See it in request ${request + 1}<span class="sr">: ${title}</span></a></p>`
}</article>`
}
