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
  const slider = sliderOf(plot.dataset.name ?? '', marks.length)
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
    slider.setAttribute('aria-valuenow', String(at + 1))
    slider.setAttribute('aria-valuetext', showTip(mark, rows[at]))
  }
  plot.append(slider)
  marks.forEach((mark, i) => {
    mark.addEventListener('pointerenter', () => go(i))
  })
  plot.addEventListener('pointerleave', leave)
  slider.addEventListener('blur', leave)
  slider.addEventListener('keydown', (event) => {
    const to = targetOf(event.key, at, marks.length)
    if (to === undefined) return
    event.preventDefault()
    go(to)
  })
}

/** Lies over the chart for the keyboard: screen readers know what to do with a slider, and say its text. */
function sliderOf(name: string, count: number): HTMLElement {
  const slider = document.createElement('div')
  slider.className = 'slider'
  slider.tabIndex = 0
  const attributes = {
    role: 'slider',
    'aria-label': name,
    'aria-valuemin': 1,
    'aria-valuemax': count,
    'aria-valuenow': 1,
  }
  for (const [key, value] of Object.entries(attributes)) slider.setAttribute(key, String(value))
  slider.setAttribute('aria-valuetext', 'arrow keys go through the figures')
  return slider
}

function targetOf(key: string, at: number, count: number): number | undefined {
  if (key === 'ArrowRight' || key === 'ArrowDown') return at + 1
  if (key === 'ArrowLeft' || key === 'ArrowUp') return at - 1
  if (key === 'Home') return 0
  return key === 'End' ? count - 1 : undefined
}
