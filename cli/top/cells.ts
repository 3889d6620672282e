const wide =
  /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u
const mark = /^[\p{Mn}\p{Me}]/u

/** Cells that a character takes in a terminal. */
const cellsOf = (character: string): number => (mark.test(character) ? 0 : wide.test(character) ? 2 : 1)

/** Cells that a text without colours takes in a terminal. */
export const cellWidth = (text: string): number => [...text].reduce((sum, one) => sum + cellsOf(one), 0)

/** A text of exactly this many cells: cut, with `…` where it was, or filled up. */
export function fit(text: string, cells: number, side: 'left' | 'right' = 'left'): string {
  const width = cellWidth(text)
  const shown = width <= cells ? text : cut(text, cells)
  const space = ' '.repeat(Math.max(cells - cellWidth(shown), 0))
  return side === 'left' ? shown + space : space + shown
}

/** A text of at most so many cells. */
export function cut(text: string, cells: number): string {
  if (cellWidth(text) <= cells) return text
  let left = cells - 1
  let shown = ''
  for (const one of text) {
    left -= cellsOf(one)
    if (left < 0) break
    shown += one
  }
  return cells > 0 ? `${shown}…` : ''
}

const blocks = '▁▂▃▄▅▆▇█'

/** The latest values as a line of blocks, the highest a full one; a blank for 0. */
export function sparkline(values: readonly number[], cells: number): string {
  const shown = values.slice(-cells)
  const most = Math.max(...shown, 0)
  const bar = (value: number) => (value > 0 ? blocks[Math.ceil((value / most) * blocks.length) - 1] : ' ')
  return shown.map(bar).join('').padStart(cells)
}
