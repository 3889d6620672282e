/** A command's text as words, or what is wrong with it. */
export type Words = { readonly words: readonly string[] } | { readonly problem: string }

/** Words that would be a shell's to understand, which no command is given to. */
const shells = /^(\|\|?|&&?|;|[12]?>>?|<)$/

/**
 * Splits a command at its spaces; '…' and "…" keep what is in them together. A backslash is a character like any other, as
 * paths of Windows have it, and nothing is filled in.
 */
export function wordsOf(text: string): Words {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (const one of text) {
    if (quote !== '') {
      if (one === quote) quote = ''
      else word += one
    } else if (one === '"' || one === "'") {
      quote = one
      word ??= ''
    } else if (/\s/.test(one)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + one
  }
  if (quote !== '') return { problem: `has a ${quote} that is not closed; write its words as a list` }
  if (word !== undefined) words.push(word)
  const shell = words.find((one) => shells.test(one))
  if (shell !== undefined)
    return { problem: `is run without a shell, which ${shell} is for; write [sh, -c, …] where one is meant` }
  return words.length === 0 ? { problem: 'is empty' } : { words }
}
