/** A call or a function of a flame view; `x` and `width` in percent of the whole. */
export interface Block {
  readonly button: HTMLElement
  readonly depth: number
  readonly x: number
  readonly width: number
}

/** Marks what has the text of the field in its name, and says which share of the time it is; `go` leads to the widest. */
export function startSearch(view: HTMLElement, blocks: readonly Block[], go: (to: Block) => void): void {
  const form = view.querySelector<HTMLFormElement>('.search')
  const field = form?.querySelector('input')
  const said = form?.querySelector('.found')
  if (form == null || field == null || said == null) return
  const labels = blocks.map(({ button }) => textOf(button))
  let found: Block[] = []
  const search = () => {
    const text = field.value.trim().toLowerCase()
    found = text === '' ? [] : blocks.filter((_, i) => labels[i]?.includes(text))
    const is = new Set(found)
    for (const block of blocks) block.button.classList.toggle('match', is.has(block))
    said.textContent = text === '' ? '' : wordsOf(found)
  }
  form.hidden = false
  field.addEventListener('input', search)
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    event.preventDefault()
    field.value = ''
    search()
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const [widest] = [...found].sort((one, other) => other.width - one.width)
    if (widest !== undefined) go(widest)
  })
}

/** Without its figures, in which nobody searches. */
const textOf = (button: HTMLElement) => (button.getAttribute('aria-label') ?? '').replace(/: [^:]*$/, '').toLowerCase()

function wordsOf(found: readonly Block[]): string {
  if (found.length === 0) return 'Nothing matches.'
  const share = shareOf(found)
  const percent = share > 0 && share < 0.05 ? '< 0.1' : share.toFixed(share < 9.95 ? 1 : 0).replace(/\.0$/, '')
  return `${found.length.toLocaleString('en')} ${found.length === 1 ? 'match' : 'matches'}, ${percent} % of the time`
}

/** Percent of the whole; a match in another one adds nothing. They stand depth first. */
function shareOf(found: readonly Block[]): number {
  let [sum, end] = [0, -1]
  for (const { x, width } of found) {
    if (x + width <= end + 1e-3) continue
    sum += width
    end = x + width
  }
  return Math.min(100, sum)
}
