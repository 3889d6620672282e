import type { Terminal } from '../command.ts'
import { createStyle, plain, type Style, widthOf } from '../style.ts'
import type { Diagnosis, Finding } from './finding.ts'

const marks = {
  ok: { word: '✓ ok', format: 'green' },
  note: { word: '• note', format: 'yellow' },
  problem: { word: '✗ problem', format: 'red' },
} as const

/** Prints the sections, and the one line that says what to do next. */
export function print(diagnosis: Diagnosis, { out, env, outIsTty, columns }: Terminal): void {
  const style = createStyle(env, outIsTty)
  for (const { title, findings } of diagnosis.sections) {
    out(`${style('bold', title)}\n`)
    for (const finding of findings) out(lineOf(finding, style, outIsTty ? columns : Infinity))
  }
  out(`${style('bold', 'Next:')} ${plain(diagnosis.next)}\n`)
}

function lineOf({ mark, text }: Finding, style: Style, columns: number): string {
  const { word, format } = marks[mark]
  const indent = 13
  const head = `  ${style(format, word)}${' '.repeat(Math.max(1, indent - 2 - widthOf(word)))}`
  const lines = text.split('\n').flatMap((line) => wrapped(plain(line), Math.max(30, columns - indent)))
  return `${head}${lines.join(`\n${' '.repeat(indent)}`)}\n`
}

/** Breaks at spaces; a word or a table's line that is longer stays whole. */
function wrapped(text: string, width: number): string[] {
  if (text.length <= width || /\S {2,}\S/.test(text)) return [text]
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
