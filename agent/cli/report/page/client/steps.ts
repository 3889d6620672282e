import { hideTip, showTip } from './tip.ts'

/** Lets the pointer and the arrow keys go through the marks of a chart; each has a row in the table below it. */
export function startSteps(): void {
  for (const plot of document.querySelectorAll<HTMLElement>('[data-steps]')) stepsOf(plot)
  addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') hideTip()
  })
  addEventListener('scroll', hideTip, { passive: true })
}

function stepsOf(plot: HTMLElement): void {
  const marks = [...plot.querySelectorAll('.mark')]
  const rows = plot.parentElement?.querySelector<HTMLTableElement>('.figures table')?.tBodies[0]?.rows
  if (marks.length === 0 || rows === undefined) return
  let at = -1
  const leave = () => {
    marks[at]?.classList.remove('on')
    hideTip()
  }
  const go = (to: number) => {
    leave()
    at = Math.max(0, Math.min(marks.length - 1, to))
    const mark = marks[at]
    if (mark === undefined) return
    mark.classList.add('on')
    showTip(mark, rows[at])
  }
  plot.tabIndex = 0
  plot.setAttribute('role', 'group')
  plot.setAttribute('aria-label', `${plot.dataset.name}; arrow keys step through the figures`)
  marks.forEach((mark, i) => {
    mark.addEventListener('pointerenter', () => go(i))
  })
  plot.addEventListener('pointerleave', leave)
  plot.addEventListener('blur', leave)
  plot.addEventListener('keydown', (event) => {
    const to = targetOf(event.key, at, marks.length)
    if (to === undefined || event.target !== plot) return
    event.preventDefault()
    go(to)
  })
}

function targetOf(key: string, at: number, count: number): number | undefined {
  if (key === 'ArrowRight' || key === 'ArrowDown') return at + 1
  if (key === 'ArrowLeft' || key === 'ArrowUp') return at - 1
  if (key === 'Home') return 0
  return key === 'End' ? count - 1 : undefined
}
