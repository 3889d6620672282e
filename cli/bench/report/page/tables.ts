import { html, type Markup } from '../../../report/page/markup.ts'
import type { Table } from '../sections.ts'

/** A table; its first column names the row. */
export function framed({ title, rows: [heads = [], ...others], left }: Table): Markup {
  const attributes = (i: number) => left.includes(i) && html` class="words"`
  return html`<div class="scroll framed" role="region" tabindex="0" aria-label="${title}"><table><caption class="sr">${title}</caption>
<thead><tr>${heads.map((head, i) => html`<th scope="col"${attributes(i)}>${head === '' ? html`<span class="sr">Verdict</span>` : head}</th>`)}</tr></thead>
<tbody>${others.map(
    ([first = '', ...rest]) =>
      html`<tr><th scope="row">${first}</th>${rest.map((cell, i) => html`<td${attributes(i + 1)}>${left.includes(i + 1) ? coloured(cell) : cell}</td>`)}</tr>`,
  )}</tbody></table></div>`
}

function coloured(cell: string): Markup | string {
  if (/^(faster|better)$/.test(cell)) return html`<span class="better">${cell}</span>`
  return /^(slower|worse|each run failed)$/.test(cell) ? html`<span class="failed">${cell}</span>` : cell
}

/** The rank beside the name, so that it is the name that begins the row; how it stands next to it, not at the far end. */
export function named({ title, rows }: Table, isCompared: boolean): Table {
  return {
    title,
    rows: rows.map(([rank = '', name = '', ...rest], i) => {
      const first = i === 0 || rank === '-' ? name : `${rank}. ${name}`
      if (!isCompared) return [first, ...rest]
      const [speedup = '', verdict = ''] = rest.slice(-2)
      return [first, verdict, speedup, ...rest.slice(0, -2)]
    }),
    left: isCompared ? [1] : [],
  }
}
