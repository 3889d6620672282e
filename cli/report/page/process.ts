import type { Report } from '../model.ts'
import { processLines, processTitle } from '../process-lines.ts'
import { html, type Markup } from './markup.ts'

/** The processes by their snapshots. */
export function processOf({ processes = [] }: Report): Markup | false {
  if (processes.length === 0) return false
  return html`<section id="process"><h2>The process</h2>${processes.map(
    (one) => html`<div class="scroll" role="region" aria-label="${processTitle(one)}" tabindex="0"><table>
<caption>${processTitle(one)}</caption>
<tbody>${processLines(one).map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table></div>`,
  )}</section>`
}
