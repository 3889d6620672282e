import { counted } from '../../format.ts'
import type { Report } from '../model.ts'
import { scoredIn, scoreLines, scoreTitle } from '../score-lines.ts'
import { html, type Markup } from './markup.ts'

/** What searches scored, by collection. */
export function scoresOf(report: Report): Markup | false {
  const { shown, others } = scoredIn(report)
  if (shown.length === 0) return false
  return html`<section id="scores"><h2>Scores of searches</h2>${shown.map((one) => {
    const title = scoreTitle(one)
    return html`<h3>${title}</h3><div class="scroll" role="region" aria-label="${title}" tabindex="0"><table>
<caption class="sr">${title}</caption>
<tbody>${scoreLines(one).map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table></div>`
  })}${others > 0 && html`<p>And ${counted(others, 'collection')} with fewer searches; --json has all.</p>`}</section>`
}
