import { figures } from './axis.ts'
import { html, type Markup, raw } from './markup.ts'

/** A call or a function, as wide as its time. */
export interface Bar {
  readonly name: string
  /** Where it is from. */
  readonly detail: string
  readonly width: number
  /** Its time in words. */
  readonly time: string
  /** All that there is to say of it. */
  readonly label: string
  /** A colour of page.css. */
  readonly tint: string
  /** Its figures, after its name. */
  readonly cells: readonly string[]
  readonly children: readonly Bar[]
}

interface View {
  /** Of the section that it stands in. */
  readonly id: string
  readonly name: string
  /** The name within a sentence. */
  readonly word: string
  readonly hint: string
  readonly head: readonly string[]
  readonly root: Bar
}

interface Block {
  readonly bar: Bar
  readonly depth: number
  /** Percent of the whole. */
  readonly x: number
  readonly width: number
}

const rowPx = 28
/** Narrower than this, in percent, is not drawn. */
const narrowest = 0.02
/** A row whose blocks are all narrower is shown when it is zoomed to: client/flame.ts has the same. */
const narrowestRow = 2

/** An icicle that can be searched and zoomed, with its figures as a table; and how many bars are too narrow for it. */
export function flameView({ id, name, word, hint, head, root }: View): { view: Markup; left: number } {
  const all = blocksOf(root, 0, 0, 100)
  const drawn = all.filter(({ width }) => width >= narrowest)
  const deepest = Math.max(...drawn.filter(({ width }) => width >= narrowestRow).map(({ depth }) => depth))
  const view = html`<p class="hint" id="${id}-hint">${hint} Click, or Enter, zooms in; Escape zooms out; arrow keys move.</p>
<div class="flame-view"><div class="tools"><form class="search" role="search" aria-label="Search in ${name}" hidden><label>Search <input type="search" autocomplete="off" spellcheck="false"></label> <span role="status" class="found"></span></form>
<p class="zoom"><button type="button" class="zoom-out" hidden>Zoom out</button> <span role="status" class="zoomed"></span></p></div>
<div class="flame" role="group" aria-label="${name}" aria-describedby="${id}-hint" data-name="${name}">${raw(`<div class="frames" style="height:${(deepest + 1) * rowPx}px">`)}${drawn.map((block, i) => buttonOf(block, i, block.depth > deepest))}</div></div>
<details class="figures"><summary>Figures of the ${word}</summary>${figures(
    `Figures of the ${word}`,
    head,
    drawn.map(({ bar, depth }) => [
      html`<span style="--depth:${Math.min(depth, 6)}">${bar.name}</span> <span class="library">${bar.detail}</span>`,
      ...bar.cells,
    ]),
  )}</details></div>`
  return { view, left: all.length - drawn.length }
}

/** Depth first. Children that ran at the same time may add up to more than their parent, and are pressed below it. */
function blocksOf(bar: Bar, depth: number, x: number, width: number): Block[] {
  const sum = bar.children.reduce((all, child) => all + child.width, 0)
  const whole = Math.max(bar.width, sum, 1e-6)
  let at = x
  const below = bar.children.flatMap((child) => {
    const childWidth = (child.width / whole) * width
    at += childWidth
    return blocksOf(child, depth + 1, at - childWidth, childWidth)
  })
  return [{ bar, depth, x, width }, ...below]
}

function buttonOf({ bar, depth, x, width }: Block, i: number, isHidden: boolean): Markup {
  const style = `left:${x.toFixed(3)}%;width:${width.toFixed(3)}%;top:${depth * rowPx}px;background:var(--${bar.tint})`
  return html`<button type="button" class="mark" tabindex="${i === 0 ? 0 : -1}" data-depth="${depth}" data-x="${x.toFixed(4)}" data-width="${width.toFixed(4)}" style="${style}" aria-label="${bar.label}"${isHidden && html` hidden`}><span>${bar.name}</span> <span class="figure">${bar.time}</span></button>`
}
