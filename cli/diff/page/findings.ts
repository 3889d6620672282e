import { percent } from '../../format.ts'
import type { Finding } from '../../report/model.ts'
import { html, type Markup, prose } from '../../report/page/markup.ts'

/** The findings of both runs by their signatures: what is new, what is gone, and what is still there. */
export function findingsOf(before: readonly Finding[], after: readonly Finding[]): Markup {
  const rows = [
    ...after.map((finding) => ({ finding, was: find(before, finding), is: finding })),
    ...before
      .filter((finding) => find(after, finding) === undefined)
      .map((finding) => ({ finding, was: finding, is: undefined })),
  ]
  if (rows.length === 0)
    return html`<section id="findings"><h2>Recommendations</h2><p class="empty">Neither run has a cause that is worth a change.</p></section>`
  return html`<section id="findings"><h2>Recommendations</h2>
<div class="scroll framed" role="region" tabindex="0" aria-label="Recommendations of both runs"><table><caption class="sr">Recommendations of both runs</caption>
<thead><tr><th scope="col">Recommendation</th><th scope="col">Before</th><th scope="col">After</th><th scope="col">What became of it</th></tr></thead>
<tbody>${rows.map(
    ({ finding, was, is }) =>
      html`<tr><th scope="row">${prose(finding.title)} <span class="library">${finding.signature}</span></th><td>${shareOf(was)}</td><td>${shareOf(is)}</td><td>${wordOf(was, is)}</td></tr>`,
  )}</tbody></table></div>
<p class="hint">The share is that of the time of requests, or of the requests where no time tells it. <code>report</code> on one of the runs has the evidence.</p></section>`
}

const find = (some: readonly Finding[], { signature }: Finding) => some.find((one) => one.signature === signature)
const shareOf = (finding: Finding | undefined) => (finding === undefined ? '' : percent(finding.share))

function wordOf(was: Finding | undefined, is: Finding | undefined): string | Markup {
  if (was === undefined) return html`<span class="failed">new</span>`
  return is === undefined ? html`<span class="better">gone</span>` : 'still there'
}
