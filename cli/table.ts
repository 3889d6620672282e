import { widthOf } from './style.ts'

/** Lines of a table: cells are padded to the widest of their column; `left` columns begin at the left, others end at the right. */
export function tableOf(rows: readonly (readonly string[])[], left: readonly number[] = [0]): string[] {
  const most = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: most }, (_, i) => Math.max(...rows.map((row) => widthOf(row[i] ?? ''))))
  return rows.map((row) =>
    row
      .map((cell, i) => {
        const space = ' '.repeat((widths[i] ?? 0) - widthOf(cell))
        return left.includes(i) ? cell + space : space + cell
      })
      .join('  ')
      .trimEnd(),
  )
}
