/**
 * The words by which a call is read: `args.0.model ?? this.model`, `count(args.0)`, `(result.data ?? result).length`. A
 * small language of data alone, parsed here and compiled in scope/read.ts.
 */
export type Word =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | undefined }
  | { readonly kind: 'path'; readonly root: 'this' | 'args' | 'result' | 'chunk'; readonly keys: readonly string[] }
  | { readonly kind: 'within'; readonly of: Word; readonly keys: readonly string[] }
  | { readonly kind: 'call'; readonly name: WordName; readonly of: Word }
  | { readonly kind: 'infix'; readonly operator: Operator; readonly left: Word; readonly right: Word }

/** The words with parentheses; scope/read-words.ts has their functions. */
export const wordNames = [
  'count',
  'many',
  'texts',
  'size',
  'total',
  'trues',
  'keys',
  'chars',
  'number',
  'sum',
  'dimensions',
  'unmoved',
  'has',
  'is',
  'contents',
  'provider',
] as const
export type WordName = (typeof wordNames)[number]

/** The operators between two words, with their precedence. */
export const operators = { '??': 1, '||': 1, '&&': 2, '==': 3, '+': 4, '*': 5, '/': 5 } as const
export type Operator = keyof typeof operators

const named = new RegExp(`(${wordNames.join('|')})\\(`, 'y')
const root = /this|args|result|chunk/y
const steps = /(?:\.(?:[A-Za-z_$][\w$]*\(\)|[\w$]+|\*|-1))*/y
const literal = /'([^']*)'|(\d+(?:\.\d+)?)|(true|false|undefined)(?!\w)/y
const operator = / (\?\?|\|\||&&|==|[+*/]) /y
const literals = { true: true, false: false, undefined: undefined } as const

/** Parses words; throws with what is wrong and where. */
export function parseWords(text: string): Word {
  let at = 0
  const next = (pattern: RegExp) => {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found !== null) at = pattern.lastIndex
    return found
  }
  const wrong = (expected: string) =>
    new Error(
      `${text} is not a path: at ${at + 1} it should have ${expected}, not ${text.slice(at, at + 20) || 'its end'}`,
    )

  const keysHere = () => {
    const [found] = next(steps) ?? []
    return found ? found.slice(1).split('.') : []
  }
  function grouped(): Word {
    const of = infix(1)
    if (text[at] !== ')') throw wrong('a )')
    at++
    return of
  }

  function term(): Word {
    const [, name] = next(named) ?? []
    if (name !== undefined) return { kind: 'call', name: name as WordName, of: grouped() }
    if (text[at] === '(') {
      at++
      const of = grouped()
      const keys = keysHere()
      return keys.length === 0 ? of : { kind: 'within', of, keys }
    }
    const [from] = next(root) ?? []
    if (from !== undefined) return { kind: 'path', root: from as 'args', keys: keysHere() }
    const [found, string, number, constant] = next(literal) ?? []
    if (found === undefined)
      throw wrong(`this, args, result, chunk, a number, a 'text', a ( or one of ${wordNames.join(', ')}`)
    const value = string ?? (number === undefined ? literals[constant as 'true'] : Number(number))
    return { kind: 'literal', value }
  }

  function infix(least: number): Word {
    let left = term()
    for (;;) {
      const before = at
      const found = next(operator)?.[1] as Operator | undefined
      if (found === undefined || operators[found] < least) {
        at = before
        return left
      }
      left = { kind: 'infix', operator: found, left, right: infix(operators[found] + 1) }
    }
  }

  const word = infix(1)
  if (at < text.length) throw wrong(`its end, or one of ${Object.keys(operators).join(' ')} between spaces`)
  return word
}

/** The same; undefined where a text is none. */
export function wordsIn(text: string): Word | undefined {
  try {
    return parseWords(text)
  } catch {
    return undefined
  }
}

/** True when a word gives values as they are: paths, and choices among them. */
export function isPlainPath(word: Word): boolean {
  if (word.kind === 'infix')
    return (word.operator === '??' || word.operator === '||') && isPlainPath(word.left) && isPlainPath(word.right)
  const isOf = word.kind === 'within' || (word.kind === 'call' && word.name === 'contents')
  return word.kind === 'path' || (isOf && isPlainPath(word.of))
}
