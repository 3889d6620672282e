/** What a statement is for: its verb, and the text where its table stands. */
export interface Main {
  readonly verb: string | undefined
  readonly text: string
}

const first = /^[\s(;]*([a-z]+)/i
const withWord = /^[\s(;]*with\b/i
/** What stands before the query of a name: `(a, b) as not materialized (`. */
const opening = /\bas\s+(?:(?:not\s+)?materialized\s+)?\(/gi
const parentheses = /[()]/g
const another = /\s*,/y
const writes = /^(?:insert|update|delete|merge)$/

const verbOf = (text: string) => first.exec(text)?.[1]?.toLowerCase()

let last: { text: string; main: Main } = { text: '', main: { verb: undefined, text: '' } }

/** Behind `with …` stands the statement itself; where it only reads, one of the queries before it may write. */
export function mainOf(text: string): Main {
  if (last.text !== text) last = { text, main: withWord.test(text) ? behindWith(text) : { verb: verbOf(text), text } }
  return last.main
}

function behindWith(text: string): Main {
  let writing: Main | undefined
  let at = 0
  do {
    opening.lastIndex = at
    if (!opening.test(text)) return { verb: 'with', text }
    const from = opening.lastIndex
    at = endOf(text, from)
    const inner = text.slice(from, at - 1)
    const verb = verbOf(inner)
    if (writing === undefined && verb !== undefined && writes.test(verb)) writing = { verb, text: inner }
    another.lastIndex = at
  } while (another.test(text))
  const rest = text.slice(at)
  const verb = verbOf(rest)
  if (verb !== undefined && writes.test(verb)) return { verb, text: rest }
  return writing ?? { verb, text }
}

/** Behind the parenthesis that closes what is open. */
function endOf(text: string, from: number): number {
  let depth = 1
  parentheses.lastIndex = from
  for (let found = parentheses.exec(text); found !== null; found = parentheses.exec(text)) {
    depth += found[0] === '(' ? 1 : -1
    if (depth === 0) return parentheses.lastIndex
  }
  return text.length + 1
}
