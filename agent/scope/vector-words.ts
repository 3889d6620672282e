import type { Word } from '../call-words.ts'

/**
 * Where a call's vectors are, by the words that tell of their dimensions: `size(result.data.0.embedding)` reads the first
 * of `result.data.*.embedding`. Several where there is a choice; none where something else tells of the dimensions.
 */
export function vectorWords(text: string, parse: (text: string) => Word): readonly Word[] {
  return measured(parse(text)).map(all)
}

/** What is measured: of a vector, or of several of which the first is. */
function measured(word: Word): readonly Word[] {
  switch (word.kind) {
    case 'call':
      if (word.name === 'size' || word.name === 'dimensions') return [word.of]
      return word.name === 'number' ? measured(word.of) : []
    case 'infix':
      if (word.operator === '&&') return measured(word.right)
      return word.operator === '??' || word.operator === '||' ? [...measured(word.left), ...measured(word.right)] : []
    case 'path':
    case 'within':
      return word.keys.at(-1) === 'length' ? [{ ...word, keys: word.keys.slice(0, -1) }] : []
    default:
      return []
  }
}

/** Each for the first: a 0 is the first of a list, but where it names an argument. */
function all(word: Word): Word {
  switch (word.kind) {
    case 'path': {
      const from = word.root === 'args' ? 1 : 0
      return { ...word, keys: word.keys.map((key, i) => (key === '0' && i >= from ? '*' : key)) }
    }
    case 'within':
      return { ...word, of: all(word.of), keys: word.keys.map((key) => (key === '0' ? '*' : key)) }
    case 'infix':
      return { ...word, left: all(word.left), right: all(word.right) }
    default:
      return word
  }
}
