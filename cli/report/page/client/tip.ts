const tip = document.querySelector<HTMLElement>('#tip')

/** Shows a row of a table of figures next to a mark, and gives its text. */
export function showTip(mark: Element, row: HTMLTableRowElement | undefined): string {
  const heads = [...(row?.closest('table')?.querySelectorAll('thead th') ?? [])]
  if (tip === null || row === undefined) return ''
  const [first = '', ...rest] = [...row.cells].map((cell) => cell.textContent?.trim() ?? '')
  const name = document.createElement('b')
  name.textContent = first
  const lines = rest.flatMap((value, i) => (value === '' ? [] : [lineOf(heads[i + 1]?.textContent ?? '', value)]))
  tip.replaceChildren(name, ...lines)
  tip.hidden = false
  place(tip, mark.getBoundingClientRect())
  return [first, ...lines.map((line) => line.textContent)].join(', ')
}

/** Takes it away. */
export function hideTip(): void {
  if (tip !== null) tip.hidden = true
}

function lineOf(head: string, value: string): HTMLElement {
  const line = document.createElement('span')
  line.append(`${head} `, Object.assign(document.createElement('i'), { textContent: value }))
  return line
}

/** Below the mark, or above it where there is no room. */
function place(box: HTMLElement, mark: DOMRect): void {
  const room = 8
  const { width, height } = box.getBoundingClientRect()
  const { clientWidth, clientHeight } = document.documentElement
  const below = Math.min(mark.bottom, clientHeight) + room
  const top = below + height < clientHeight ? below : Math.max(room, mark.top - height - room)
  const left = Math.max(room, Math.min(mark.left + mark.width / 2 - width / 2, clientWidth - width - room))
  box.style.transform = `translate(${Math.round(left)}px,${Math.round(top)}px)`
}
