import { isPlainPath, operators, wordNames, wordsIn } from '../call-words.ts'
import { vendored } from '../chunk.ts'
import { compileAt } from '../locate/path.ts'
import { type Entry, type Node, textOf } from './node.ts'
import type { Field } from './option.ts'

const oneWord = /^(?!__proto__$)[A-Za-z_][\w-]*$/
const pathPattern = '(this|args|result|chunk)(\\.([A-Za-z0-9_$]+|[A-Za-z_$][A-Za-z0-9_$]*\\(\\)|\\*|-1))*'
/** The grammar of call-words.ts for editors, as deep as one writes it. */
export const wordsPattern = [1, 2, 3].reduce((inner) => {
  const term = `(${pathPattern}|'[^']*'|[0-9]+(\\.[0-9]+)?|true|false|undefined${inner && `|(${wordNames.join('|')})\\(${inner}\\)`})`
  const operator = Object.keys(operators).map((one) => one.replace(/[?|*+]/g, '\\$&'))
  return `${term}( (${operator.join('|')}) ${term})*`
}, '')
const wordsSchema = { $ref: '#/definitions/words' }
const wordSchema = { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_-]*$' }

/** A field of one scalar that `accepts` judges. */
export function scalar(
  text: string,
  expected: string,
  accepts: (value: string, node: Node) => string | boolean,
  schema: object = { type: 'string', minLength: 1 },
): Field<string> {
  return {
    text,
    expected,
    read: (node) => {
      const value = textOf(node)
      const judged = value !== undefined && accepts(value, node)
      if (value !== undefined && judged === true) return { value }
      return typeof judged === 'string' ? { wrong: node, help: judged } : { wrong: node }
    },
    schema: { ...schema },
  }
}

export function line(text: string): Field<string> {
  return scalar(text, 'a text', () => true)
}

export function word(text: string): Field<string> {
  return scalar(text, 'one word of letters, digits, _ and -', (value) => oneWord.test(value), wordSchema)
}

/** A word, or two with a dot between. */
export function scopeWord(text: string): Field<string> {
  const pattern = '^[A-Za-z_][A-Za-z0-9_-]*(\\.[A-Za-z_][A-Za-z0-9_-]*)?$'
  const accepts = (value: string) => value.split('.').length <= 2 && value.split('.').every((one) => oneWord.test(one))
  return scalar(text, 'one word of letters, digits, _ and -, or two such as llm.generate', accepts, {
    ...wordSchema,
    pattern,
  })
}

export function range(text: string): Field<string> {
  return scalar(text, 'a version range such as ">=1.2 <3"', (value) => {
    const { validRange } = vendored<Pick<typeof import('semver'), 'validRange'>>('semver')
    return validRange(value) !== null
  })
}

export function atPath(text: string): Field<string> {
  return scalar(text, 'names between dots, such as Store.prototype.search', (value, node) => {
    const wrong = whyNoWay(value)
    // Values of variables are not repeated in a message.
    return (
      wrong === undefined || (node.kind === 'scalar' && node.text === value && `is not a way to a function: ${wrong}`)
    )
  })
}

/** The way to what has the methods. */
export function pathStart(text: string): Field<string> {
  return scalar(text, 'names between dots, such as Store.prototype', (value, node) => {
    const wrong = whyNoWay(`${value}.method`)
    return wrong === undefined || (node.kind === 'scalar' && node.text === value && `is not a way to methods: ${wrong}`)
  })
}

/** What is wrong with an `at`, where something is. */
export function whyNoWay(at: string): string | undefined {
  try {
    compileAt(at)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** A scalar as words; a number and a boolean are themselves. */
function wordsOf(node: Node): string | number | boolean | undefined {
  if (node.kind !== 'scalar') return undefined
  const { value } = node
  if (typeof value === 'number' && Number.isFinite(value)) return value
  return typeof value === 'boolean' || (typeof value === 'string' && wordsIn(value) !== undefined) ? value : undefined
}

export function words(text: string): Field<string> {
  return scalar(text, 'words such as has(args.0.vector)', (value) => wordsIn(value) !== undefined, wordsSchema)
}

export function path(text: string): Field<string> {
  const accepts = (value: string) => {
    const word = wordsIn(value)
    return word !== undefined && isPlainPath(word)
  }
  return scalar(text, 'a path such as args.0.input', accepts, wordsSchema)
}

export function list(text: string): Field<readonly Node[]> {
  return {
    text,
    expected: 'a list of one or more',
    read: (node) => (node.kind === 'list' && node.items.length > 0 ? { value: node.items } : { wrong: node }),
    schema: { type: 'array', minItems: 1 },
  }
}

export function map(text: string): Field<readonly Entry[]> {
  return {
    text,
    expected: 'a map of one or more',
    read: (node) => (node.kind === 'map' && node.entries.length > 0 ? { value: node.entries } : { wrong: node }),
    schema: { type: 'object', minProperties: 1 },
  }
}

export function methods(text: string): Field<readonly string[]> {
  const one = scalar(text, '', (value) => /^[\w$]+$/.test(value))
  return {
    text,
    expected: 'a list of method names',
    read: (node) => {
      if (node.kind !== 'list') return { wrong: node }
      const wrong = node.items.find((item) => 'wrong' in one.read(item))
      return wrong ? { wrong } : { value: node.items.map((item) => textOf(item) as string) }
    },
    schema: { type: 'array', items: { type: 'string', pattern: '^[A-Za-z0-9_$]+$' } },
  }
}

/** A path each, for all of these keys. */
export function pathsOf<K extends string>(keys: readonly K[], text: string): Field<Readonly<Record<K, string>>> {
  const one = path('')
  return {
    text,
    expected: `a map of ${keys.join(' and ')} to paths`,
    read: (node) => {
      if (node.kind !== 'map' || node.entries.length !== keys.length) return { wrong: node }
      const wrong = node.entries.find(({ key, value }) => !keys.includes(key as K) || 'wrong' in one.read(value))
      if (wrong !== undefined) return { wrong: wrong.value }
      return {
        value: Object.fromEntries(node.entries.map(({ key, value }) => [key, textOf(value)])) as Record<K, string>,
      }
    },
    schema: {
      type: 'object',
      properties: Object.fromEntries(keys.map((key) => [key, one.schema])),
      required: keys,
      additionalProperties: false,
    },
  }
}

export function paths(text: string): Field<Readonly<Record<string, string>>> {
  const expected = 'a map of names to paths such as args.0.model, this.name, result.length or count(args.0)'
  return {
    text,
    expected,
    read: (node) => {
      if (node.kind !== 'map') return { wrong: node }
      const badKey = node.entries.find(({ key }) => !oneWord.test(key))
      if (badKey !== undefined) return { wrong: { kind: 'scalar', at: badKey.at, value: badKey.key, text: badKey.key } }
      const wrong = node.entries.find(({ value }) => wordsOf(value) === undefined)
      if (wrong !== undefined) return { wrong: wrong.value }
      return { value: Object.fromEntries(node.entries.map(({ key, value }) => [key, wordsOf(value) as string])) }
    },
    schema: {
      type: 'object',
      additionalProperties: { anyOf: [wordsSchema, { type: 'number' }, { type: 'boolean' }] },
    },
  }
}
