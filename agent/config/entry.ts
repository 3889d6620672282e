import { isPlainPath, operators, wordNames, wordsIn } from '../call-words.ts'
import { vendored } from '../chunk.ts'
import { compileAt } from '../locate/path.ts'
import { waitKinds } from '../model/method.ts'
import { ends } from './ends.ts'
import type { Node } from './node.ts'
import { boolean, choice, type Field, textOf } from './option.ts'

/** The keys of a map, which of them must be there, and what each holds. */
export type Shape = Readonly<Record<string, Field<unknown> & { readonly required?: true }>>

const oneWord = /^(?!__proto__$)[A-Za-z_][\w-]*$/
const pathPattern = '(this|args|result|chunk)(\\.([A-Za-z0-9_$]+|[A-Za-z_$][A-Za-z0-9_$]*\\(\\)|\\*|-1))*'
/** The grammar of call-words.ts for editors, as deep as one writes it. */
export const wordsPattern = [1, 2, 3].reduce((inner) => {
  const term = `(${pathPattern}|'[^']*'|[0-9]+(\\.[0-9]+)?|true|false|undefined${inner && `|(${wordNames.join('|')})\\(${inner}\\)`})`
  const operator = Object.keys(operators).map((one) => one.replace(/[?|*+]/g, '\\$&'))
  return `${term}( (${operator.join('|')}) ${term})*`
}, '')
const wordsSchema = { $ref: '#/definitions/words' }
const bindsPattern = '^(functions|args\\.[0-9]+)$'
const wordSchema = { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_-]*$' }

const observe = choice(
  'beside',
  ['chain', 'beside'],
  'How a native promise is observed. `chain`: each call makes one of its own, which nothing else handles or keeps; the caller gets one that is chained to it, and Node reports one that nobody handles. `beside`: the caller gets the very promise, which others may share, and Node does not report its rejection. By default `chain` for an `async` function, `beside` for any other.',
)

/** An entry of `instrumentations:`, the same as a library's built-in file. */
export const entryShape = {
  name: { ...word('What `targets` calls it, and the `library` of its records.'), required: true },
  module: {
    ...line('What the application imports: a package, or a file as a path relative to the configuration file.'),
    required: true,
  },
  file: line('A file inside the package, without extension, where the entry does not export what is meant.'),
  versions: range('The versions of the package to profile; absent means all.'),
  target: { ...word('The first half of the scope name, and what `targets` matches.'), required: true },
  framework: boolean(
    false,
    'True where its calls hold calls of other libraries, of the same scope, which tell of the same tokens: these count. See "Tokens count once" in libraries.md.',
  ),
  observe,
  methods: { ...list('The functions to profile, and those in which work waits.'), required: true },
} satisfies Shape

/** One of an entry's `methods`. */
export const methodShape = {
  at: atPath('The way from the exports to the function; see "The words of `at`".'),
  channel: line('A tracing channel that the library publishes itself, instead of `at`.'),
  scope: { ...word('The second half of the scope name: `search` gives `vector_store.search`.'), required: true },
  target: word("Where it differs from the entry's."),
  file: line("Where it differs from the entry's."),
  versions: range("The versions that have this function; absent means all that the entry's allow."),
  metadata: paths(
    'What to keep of a call, by path; see "The words of metadata". Strings are kept: name no texts or keys.',
  ),
  chunk: paths(
    'For a streamed result: what to keep of its chunks, by path, such as `chunk.usage.tokens`; the last that has it counts, or with `sum(chunk.usage.tokens)` all of them together.',
  ),
  when: words(
    'Profile only the calls of which this is true, as `has(args.0.vector)`; the first of the same `at` that fits counts.',
  ),
  token: words(
    'Which chunks of a streamed result hold a piece of the answer, as `has(chunk.delta)`; the first gives `time_to_first_token_ms`.',
  ),
  counted: words('Which chunks of a streamed result are counted and timed, as `has(chunk.row)`; absent means all.'),
  failed: words(
    'How a result that is returned says that the call failed: its error, name or number, as `result.error`; also read from each chunk where it names one.',
  ),
  inputs: path(
    'What is embedded, by path: a text, a list of texts, or tokens, as `args.0.input`. Read only with `find_repeats`, hashed, and kept nowhere.',
  ),
  ends: ends(
    'How a call ends, where its result does not tell; of several in a list, the first that fits. See "How a call ends".',
  ),
  known: choice(
    'this',
    ['this', 'args.0', 'args.1'],
    'What functions with `wait` know the call by: its object, or one that it is passed.',
  ),
  waits: boolean(false, 'Whether it waits for a connection from its begin, until one of them knows that it has one.'),
  wait: choice(
    'acquire',
    waitKinds,
    'Not profiled: the function is called while a call waits for a connection. See "Waiting for a connection".',
  ),
  part: boolean(
    false,
    'In an entry with `framework: true`: called within another of its methods that has the same scope, it is a part of that call, and no other.',
  ),
  observe,
  settles: methods('Earlier for `ends` of the kinds `thenable` and `stream`; `[]` for `return`.'),
  callback: choice('last', ['last', 'then'], 'Earlier for `ends` of the kinds `callback` and `then`.'),
} satisfies Shape

/** One of an entry's `methods` that is not profiled: it keeps work for later. */
export const queueShape = {
  at: { ...methodShape.at, required: true },
  binds: {
    ...scalar(
      'With `requests: true`: what it is given to run later runs in the request that gave it. `args.0` is its first argument, `functions` each that is a function.',
      'functions, or an argument such as args.0',
      (value) => new RegExp(bindsPattern).test(value),
      { type: 'string', pattern: bindsPattern },
    ),
    required: true,
  },
  file: methodShape.file,
  versions: methodShape.versions,
} satisfies Shape

/** A field of one scalar that `accepts` judges. */
function scalar(
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

function line(text: string): Field<string> {
  return scalar(text, 'a text', () => true)
}

function word(text: string): Field<string> {
  return scalar(text, 'one word of letters, digits, _ and -', (value) => oneWord.test(value), wordSchema)
}

function range(text: string): Field<string> {
  return scalar(text, 'a version range such as ">=1.2 <3"', (value) => {
    const { validRange } = vendored<Pick<typeof import('semver'), 'validRange'>>('semver')
    return validRange(value) !== null
  })
}

function atPath(text: string): Field<string> {
  return scalar(text, 'names between dots, such as Store.prototype.search', (value, node) => {
    try {
      compileAt(value)
      return true
    } catch (error) {
      // Values of variables are not repeated in a message.
      return node.kind === 'scalar' && node.text === value && `is no way to a function: ${(error as Error).message}`
    }
  })
}

/** A scalar as words; a number and a boolean are themselves. */
function wordsOf(node: Node): string | number | boolean | undefined {
  if (node.kind !== 'scalar') return undefined
  const { value } = node
  if (typeof value === 'number' && Number.isFinite(value)) return value
  return typeof value === 'boolean' || (typeof value === 'string' && wordsIn(value) !== undefined) ? value : undefined
}

function words(text: string): Field<string> {
  return scalar(text, 'words such as has(args.0.vector)', (value) => wordsIn(value) !== undefined, wordsSchema)
}

function path(text: string): Field<string> {
  const accepts = (value: string) => {
    const word = wordsIn(value)
    return word !== undefined && isPlainPath(word)
  }
  return scalar(text, 'a path such as args.0.input', accepts, wordsSchema)
}

function list(text: string): Field<readonly Node[]> {
  return {
    text,
    expected: 'a list of one or more',
    read: (node) => (node.kind === 'list' && node.items.length > 0 ? { value: node.items } : { wrong: node }),
    schema: { type: 'array', minItems: 1 },
  }
}

function methods(text: string): Field<readonly string[]> {
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

function paths(text: string): Field<Readonly<Record<string, string>>> {
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
