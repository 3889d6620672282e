import type { Report } from '../model.ts'
import { processLines, processTitle } from '../process-lines.ts'
import { html, type Markup } from './markup.ts'

/** The processes by their snapshots. */
export function processOf({ processes = [] }: Report): Markup | false {
  if (processes.length === 0) return false
  return html`<section id="process"><h2>The process</h2>${processes.map((one) => {
    const title = processTitle(one)
    return html`<h3>${title}</h3><div class="scroll" role="region" aria-label="${title}" tabindex="0"><table>
<caption class="sr">${title}</caption>
<tbody>${processLines(one).map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table></div>`
  })}</section>`
}
