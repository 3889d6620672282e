import { count, counted, ms, percent } from '../../format.ts'
import type { Frame, Report } from '../model.ts'
import { type Bar, flameView } from './flame.ts'
import { html, type Markup } from './markup.ts'

/** All requests on top of each other: a call is as wide as the time it took, below the one that it was made in. */
export function requestFlameOf({ flame }: Report): Markup {
  if (flame === undefined || flame.children.length === 0)
    return html`<section id="flame"><h2>Flame view</h2><p class="empty">No whole request is in these records. With <code>requests: true</code> in <code>crossbridge.yml</code> this shows all requests on top of each other.</p></section>`
  const libraries: string[] = []
  const tintOf = (library: string) => {
    if (!libraries.includes(library)) libraries.push(library)
    return `tint-${libraries.indexOf(library) % 6}`
  }
  const barOf = (frame: Frame, isRoot: boolean): Bar => {
    const name = isRoot ? frame.name || 'all requests' : frame.name
    return {
      name,
      detail: frame.library,
      width: frame.total_ms,
      time: ms(frame.total_ms),
      label: `${name}${frame.library && ` (${frame.library})`}: ${ms(frame.total_ms)}, ${percent(shareOf(frame, flame))}`,
      tint: isRoot ? 'tint-all' : tintOf(frame.library),
      cells: [count(frame.calls), ms(frame.total_ms), ms(frame.self_ms), percent(shareOf(frame, flame))],
      children: frame.children.map((child) => barOf(child, false)),
    }
  }
  const { view, left } = flameView({
    id: 'flame',
    name: 'Flame view',
    word: 'flame view',
    hint: 'All requests on top of each other: as wide as the time, below the call that it was made in.',
    head: ['Call', 'Calls', 'Total', 'Itself', 'Share'],
    root: barOf(flame, true),
  })
  return html`<section id="flame"><h2>Flame view</h2>
${view}
${left > 0 && html`<p class="hint">${counted(left, 'part')} below 1/5000 of the time ${left === 1 ? 'is' : 'are'} not drawn.</p>`}</section>`
}

const shareOf = (frame: Frame, whole: Frame) => (whole.total_ms > 0 ? frame.total_ms / whole.total_ms : 0)
