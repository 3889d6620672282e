import { changeLine } from './line.ts'

/** The line of a Dockerfile that starts the application, with the agent; undefined where none does. */
export function dockerLines(
  text: string,
): { readonly lines: readonly string[]; readonly command?: string } | undefined {
  const whole = text.replace(/\\\r?\n\s*/g, '').split(/\r?\n/)
  // Lines of an earlier stage are not in force.
  const stage = whole.slice(whole.findLastIndex((line) => /^\s*FROM\s/i.test(line)) + 1)
  const last = (word: string) => stage.findLast((line) => new RegExp(`^\\s*${word}\\s`, 'i').test(line))?.trim()
  const [entry, cmd] = [last('ENTRYPOINT'), last('CMD')]
  if (entry === undefined && cmd === undefined) return undefined
  if (stage.some((line) => line.includes('@crossbridge/agent') && !/^\s*#/.test(line)))
    return { lines: ['the agent is in it already'] }
  for (const line of [entry, cmd]) {
    const found = line === undefined ? undefined : changeInstruction(line, line === entry ? cmd : undefined)
    if (found !== undefined) return found
  }
  const shown = cmd ?? entry ?? ''
  if (/\b(npm|pnpm|yarn|bun)\b/.test(shown))
    return { lines: [`${shown} runs a script of package.json: change that one`] }
  return { lines: ['ENV NODE_OPTIONS="--import @crossbridge/agent"', shown] }
}

function changeInstruction(line: string, cmd: string | undefined) {
  const [, word = '', rest = ''] = /^(\S+)\s+(.*)$/s.exec(line) ?? []
  const words = wordsOf(rest)
  if (words === undefined) {
    const change = changeLine(rest)
    return change === undefined || change.needsShell
      ? undefined
      : { lines: [`${word} ${change.line}`], command: change.command }
  }
  const at = words.findIndex((one) => /^(.*\/)?node$/.test(one))
  if (at < 0) return undefined
  const changed = words.toSpliced(at + 1, 0, '--import', '@crossbridge/agent')
  const more = wordsOf(/^\S+\s+(.*)$/s.exec(cmd ?? '')?.[1] ?? '') ?? []
  return {
    lines: [`${word} [${changed.map((one) => JSON.stringify(one)).join(', ')}]`],
    command: [...words.slice(at), ...more].join(' '),
  }
}

/** The words of the exec form; undefined for the shell form. */
function wordsOf(text: string): string[] | undefined {
  try {
    const words: unknown = JSON.parse(text)
    return Array.isArray(words) && words.every((one) => typeof one === 'string') ? words : undefined
  } catch {
    return undefined
  }
}
