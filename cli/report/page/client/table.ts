/** Lets the heads of a table sort it: figures the highest first, names from A; once more turns it round. */
export function startTable(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>('.sortable')) sortBy(table)
  const table = document.querySelector('#table')
  const all = document.querySelector<HTMLButtonElement>('#all')
  if (table === null || all === null) return
  all.hidden = false
  table.classList.add('cut')
  all.addEventListener('click', () => {
    table.classList.remove('cut')
    all.hidden = true
    table.querySelector<HTMLElement>('tbody tr:nth-child(26) a')?.focus()
  })
}

function sortBy(table: HTMLTableElement): void {
  const [body] = table.tBodies
  if (body === undefined) return
  const heads = [...table.querySelectorAll<HTMLElement>('thead th')]
  heads.forEach((head, column) => {
    head.querySelector('button')?.addEventListener('click', () => {
      const first = column === 0 ? 'ascending' : 'descending'
      const second = column === 0 ? 'descending' : 'ascending'
      const order = head.getAttribute('aria-sort') === first ? second : first
      for (const other of heads) other.removeAttribute('aria-sort')
      head.setAttribute('aria-sort', order)
      const sign = order === 'ascending' ? 1 : -1
      body.append(...[...body.rows].sort((a, b) => sign * compare(a.cells[column], b.cells[column])))
    })
  })
}

function compare(a: HTMLElement | undefined, b: HTMLElement | undefined): number {
  const [one, other] = [a?.dataset.value, b?.dataset.value]
  if (one !== undefined && other !== undefined) return Number(one) - Number(other)
  return (a?.textContent ?? '').localeCompare(b?.textContent ?? '', 'en')
}
