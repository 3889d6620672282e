import { type Block, startSearch } from './search.ts'
import { hideTip, showTip } from './tip.ts'

const rowPx = 28
/** Percent of the view; below it a row of blocks is not worth its height. page/flame.ts has the same. */
const narrowestRow = 2

/** Lets each flame view of the page be zoomed, and searched. */
export function startFlame(): void {
  for (const view of document.querySelectorAll<HTMLElement>('.flame-view')) start(view)
}

/** The blocks stand depth first, so that the first deeper one after a block is its child. */
function start(view: HTMLElement): void {
  const flame = view.querySelector<HTMLElement>('.flame')
  const frames = view.querySelector<HTMLElement>('.frames')
  const rows = view.querySelector<HTMLTableElement>('.figures table')?.tBodies[0]?.rows
  const out = view.querySelector<HTMLButtonElement>('.zoom-out')
  const zoomed = view.querySelector<HTMLElement>('.zoomed')
  if (flame === null || out === null || zoomed === null) return
  const blocks = [...flame.querySelectorAll<HTMLElement>('.mark')].map((button): Block => {
    const { depth, x, width } = button.dataset
    return { button, depth: Number(depth), x: Number(x), width: Number(width) }
  })
  const zoom = (to: Block | undefined) => {
    if (to === undefined) return
    const widest = blocks.filter(({ width }) => (width / to.width) * 100 >= narrowestRow)
    const deepest = Math.max(...widest.filter((block) => isWithin(block, to)).map(({ depth }) => depth))
    for (const block of blocks) layOut(block, to, deepest)
    if (frames !== null) frames.style.height = `${(deepest + 1) * rowPx}px`
    const isWhole = to === blocks[0]
    out.hidden = isWhole
    zoomed.textContent = isWhole ? 'The whole is shown.' : `Zoomed to ${to.button.getAttribute('aria-label')}`
    hideTip()
  }
  const focus = (block: Block | undefined) => {
    if (block === undefined) return
    for (const { button } of blocks) button.tabIndex = -1
    block.button.tabIndex = 0
    block.button.focus()
  }
  const whole = () => {
    zoom(blocks[0])
    if (document.activeElement === out || document.activeElement === document.body) focus(blocks[0])
  }
  blocks.forEach((block, i) => {
    const { button } = block
    button.addEventListener('click', () => {
      focus(block)
      zoom(block)
    })
    button.addEventListener('pointerenter', () => showTip(button, rows?.[i]))
    button.addEventListener('focus', () => showTip(button, rows?.[i]))
    button.addEventListener('pointerleave', hideTip)
    button.addEventListener('blur', hideTip)
    button.addEventListener('keydown', (event) => {
      const next = nextOf(event.key, blocks, i)
      if (next === undefined) return
      event.preventDefault()
      focus(next)
    })
  })
  flame.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') whole()
  })
  out.addEventListener('click', () => {
    focus(blocks[0])
    whole()
  })
  startSearch(view, blocks, (block) => {
    if (block.button.hidden) zoom(blocks[0])
    if (block.button.hidden) zoom(block)
    focus(block)
  })
}

const isWithin = ({ depth, x, width }: Block, zoomed: Block) =>
  depth >= zoomed.depth && x >= zoomed.x - 1e-3 && x + width <= zoomed.x + zoomed.width + 1e-3

/** A block as it stands where `zoomed` is as wide as the view; what is beside it is hidden, and what is below `deepest`. */
function layOut(block: Block, zoomed: Block, deepest: number): void {
  const { button, depth, x, width } = block
  const end = zoomed.x + zoomed.width
  const isAbove = depth < zoomed.depth && x <= zoomed.x + 1e-3 && x + width >= end - 1e-3
  button.hidden = !isAbove && (depth > deepest || !isWithin(block, zoomed))
  button.classList.toggle('above', isAbove)
  button.style.left = isAbove ? '0%' : `${((x - zoomed.x) / zoomed.width) * 100}%`
  button.style.width = isAbove ? '100%' : `${(width / zoomed.width) * 100}%`
}

/** Up to the caller, down to the first call made in it, left and right along its row; only what is shown. */
function nextOf(key: string, blocks: readonly Block[], i: number): Block | undefined {
  const from = blocks[i]
  if (from === undefined) return undefined
  const isShown = ({ button }: Block) => !button.hidden
  const before = blocks.slice(0, i).filter(isShown)
  const after = blocks.slice(i + 1).filter(isShown)
  if (key === 'ArrowUp') return before.findLast(({ depth }) => depth === from.depth - 1)
  if (key === 'ArrowDown') return after[0]?.depth === from.depth + 1 ? after[0] : undefined
  if (key === 'ArrowLeft') return before.findLast(({ depth }) => depth === from.depth)
  if (key === 'ArrowRight') return after.find(({ depth }) => depth === from.depth)
  return key === 'Home' ? blocks[0] : undefined
}
