import { count, counted, ms, percent } from '../../format.ts'
import type { Frame, Report } from '../model.ts'
import { figures } from './axis.ts'
import { html, type Markup, raw } from './markup.ts'

interface Block {
  readonly frame: Frame
  readonly depth: number
  /** Percent of the whole. */
  readonly x: number
  readonly width: number
}

const rowPx = 28
/** Narrower than this, in percent, is not drawn. */
const narrowest = 0.02

/** All requests on top of each other: a call is as wide as the time it took, below the one that it was made in. */
export function flameOf({ flame }: Report): Markup {
  if (flame === undefined || flame.children.length === 0)
    return html`<section id="flame"><h2>Flame view</h2><p class="empty">No whole request is in these records. With <code>requests: true</code> in <code>crossbridge.yml</code> this shows all requests on top of each other.</p></section>`
  const all = blocksOf({ ...flame, name: flame.name || 'all requests' }, 0, 0, 100)
  const drawn = all.filter(({ width }) => width >= narrowest)
  const libraries = [...new Set(drawn.map(({ frame }) => frame.library))]
  const depth = Math.max(...drawn.map((block) => block.depth))
  return html`<section id="flame"><h2>Flame view</h2>
<p class="hint" id="flame-hint">All requests on top of each other: as wide as the time, below the call that it was made in. Click, or Enter, zooms in; Escape zooms out; arrow keys move.</p>
<div class="flame" role="group" aria-label="Flame view" aria-describedby="flame-hint" data-name="Flame view">${raw(`<div class="frames" style="height:${(depth + 1) * rowPx}px">`)}${drawn.map(
    (block, i) => buttonOf(block, i, libraries.indexOf(block.frame.library) % 6, flame),
  )}</div></div>
<p class="zoom"><button type="button" id="zoom-out" hidden>Zoom out</button> <span role="status" id="zoomed"></span></p>
${all.length > drawn.length && html`<p class="hint">${counted(all.length - drawn.length, 'part')} below 1/5000 of the time ${all.length - drawn.length === 1 ? 'is' : 'are'} not drawn.</p>`}
<details class="figures"><summary>Figures of the flame view</summary>${figures(
    'Figures of the flame view',
    ['Call', 'Calls', 'Total', 'Itself', 'Share'],
    drawn.map(({ frame, depth }) => [
      html`<span style="--depth:${Math.min(depth, 6)}">${frame.name}</span> <span class="library">${frame.library}</span>`,
      count(frame.calls),
      ms(frame.total_ms),
      ms(frame.self_ms),
      percent(shareOf(frame, flame)),
    ]),
  )}</details></section>`
}

const shareOf = (frame: Frame, whole: Frame) => (whole.total_ms > 0 ? frame.total_ms / whole.total_ms : 0)

/** Depth first. Children that ran at the same time may add up to more than their parent, and are pressed below it. */
function blocksOf(frame: Frame, depth: number, x: number, width: number): Block[] {
  const sum = frame.children.reduce((all, child) => all + child.total_ms, 0)
  const whole = Math.max(frame.total_ms, sum, 1e-6)
  let at = x
  const below = frame.children.flatMap((child) => {
    const childWidth = (child.total_ms / whole) * width
    at += childWidth
    return blocksOf(child, depth + 1, at - childWidth, childWidth)
  })
  return [{ frame, depth, x, width }, ...below]
}

function buttonOf({ frame, depth, x, width }: Block, i: number, tint: number, whole: Frame): Markup {
  const style = `left:${x.toFixed(3)}%;width:${width.toFixed(3)}%;top:${depth * rowPx}px;background:var(--tint-${depth === 0 ? 'all' : tint})`
  const label = `${frame.name}${frame.library && ` (${frame.library})`}: ${ms(frame.total_ms)}, ${percent(shareOf(frame, whole))}`
  return html`<button type="button" class="mark" tabindex="${i === 0 ? 0 : -1}" data-depth="${depth}" data-x="${x.toFixed(4)}" data-width="${width.toFixed(4)}" style="${style}" aria-label="${label}"><span>${frame.name}</span> <span class="figure">${ms(frame.total_ms)}</span></button>`
}
