import { counted } from '../../format.ts'
import { isSameRequest } from '../cited.ts'
import type { Finding, Report } from '../model.ts'
import { mostFindings, nothingFound, shareText } from '../recommendations.ts'
import { html, type Markup, nameOf, prose } from './markup.ts'
import { requestTimeOf } from './request-time.ts'
import { shownRequests } from './requests.ts'

/** One card for each of the first findings, the largest share first. */
export function findingsOf(report: Report): Markup {
  const { findings } = report
  const more = findings.length - mostFindings
  return html`<section id="findings"><h2>Recommendations</h2>${
    findings.length === 0
      ? html`<p class="empty">${nothingFound(report)}</p>`
      : html`<ol class="cards">${findings.slice(0, mostFindings).map((finding) => html`<li>${cardOf(finding, report)}</li>`)}</ol>`
  }${more > 0 && html`<p class="hint">And ${counted(more, 'finding')} of smaller share; <code>report --json</code> has all.</p>`}
${requestTimeOf(report)}</section>`
}

function cardOf(finding: Finding, report: Report): Markup {
  const { scopes } = report
  const { title, evidence, advice, saves, name, library, model, collection, share, signature } = finding
  const scope = scopes.findIndex((one) => one.name === name && one.library === library)
  const request = shownRequests(report).findIndex((one) => isSameRequest(finding, one))
  const detail = collection ?? model
  const subject = html`<span class="name">${nameOf(name)}</span> <span class="library">${library}${detail !== undefined && html`, ${detail}`}</span>`
  return html`<article class="card"><p class="place">${scope < 0 ? subject : html`<a href="#scope-${scope}">${subject}</a>`}</p>
<h3>${prose(title)}</h3><p class="share-line"><svg class="share" aria-hidden="true"><rect width="${Math.min(1, Math.max(0, share)) * 100}%"/></svg>${shareText(finding)}</p>
<ul class="evidence">${evidence.map((line) => html`<li>${prose(line)}</li>`)}</ul>
<dl><div><dt>Change</dt><dd>${prose(advice)}</dd></div><div class="saves"><dt>Gain</dt><dd>${prose(saves)}</dd></div></dl>
${
  request >= 0 &&
  html`<p class="see"><a href="#request-${request}">See it in request ${request + 1}<span class="sr">: ${title}</span></a></p>`
}<p class="signature"><span class="sr">Signature </span><code>${signature}</code></p></article>`
}
