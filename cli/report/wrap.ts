import { widthOf } from '../style.ts'

/** A text behind a mark; its further lines are `indent` deep. */
export function item(mark: string, text: string, width: number, indent = mark.length + 1): string[] {
  const [first = '', ...rest] = wrap(`${'_'.repeat(mark.length)} ${text}`, width, indent)
  return [mark + first.slice(mark.length), ...rest.map((line) => ' '.repeat(indent) + line)]
}

/** Lines of no more than `width` characters, where words allow it; all but the first leave room for an indent. */
export function wrap(text: string, width: number, indent = 0): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    const room = lines.length > 1 ? width - indent : width
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= room) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
