import { suggest } from '../suggest.ts'
import { finite, type Node, textOf } from './node.ts'
import { type Said, shown } from './shown.ts'

/** A value, or the node that is wrong; `help` where more can be said than what is expected. */
export type Reading<T> = { readonly value: T } | { readonly wrong: Node; readonly help?: string }

/** The accepted values of one place in the file. */
export interface Field<T> extends Said {
  /** The sentence that the options page shows. */
  readonly text: string
  readonly read: (node: Node) => Reading<T>
  readonly schema: Readonly<Record<string, unknown>>
}

/** A field with a default, which the environment can set too. */
export interface Option<T> extends Field<T> {
  readonly default: T
  /** Used for a wrong value, if that is not the default. */
  readonly instead?: T
  /** The node that a variable's text stands for. */
  readonly parse: (text: string) => Node
  /** Parts whose places in the file are reported one by one: `budgets.0`. */
  readonly partsOf?: (node: Node) => readonly Node[]
  /** The types of output or alert that it belongs to; absent means all. */
  readonly types?: readonly string[]
  /** Its type can't do without it. */
  readonly required?: true
  /** The change that a variable may still make where the file is locked; absent means none. */
  readonly tighter?: Tighter
}

/** The ways in which a variable may tighten what a locked file says; lock.ts describes each. */
export type Tighter =
  | 'off'
  | 'lower'
  | 'lower, not to 0'
  | 'higher'
  | 'each higher'
  | 'narrower'
  | 'fewer'
  | { readonly only: string }

/** The type that a field's value has. */
export type Value<F> = F extends Field<infer T> ? T : never

const scalar = (value: unknown, text: string): Node => ({ kind: 'scalar', at: 0, value, text })
const verbatim = (raw: string) => scalar(raw, raw)
const toNumber = (raw: string) => scalar(raw.trim() === '' ? raw : Number(raw), raw)
const words = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])

export function boolean(initial: boolean, text: string): Option<boolean> {
  return {
    default: initial,
    text,
    expected: 'true or false',
    read: (node) =>
      node.kind === 'scalar' && typeof node.value === 'boolean' ? { value: node.value } : { wrong: node },
    parse: (raw) => scalar(words.get(raw.toLowerCase()) ?? raw, raw),
    schema: { type: 'boolean' },
  }
}

export function number(initial: number, text: string, least: number, most?: number, whole = false): Option<number> {
  const bounds = most === undefined ? `, ${least} or more` : ` from ${least} to ${most}`
  return {
    default: initial,
    text,
    expected: `a ${whole ? 'whole ' : ''}number${bounds}`,
    read: (node) => {
      const value = finite(node)
      const fits = value !== undefined && value >= least && value <= (most ?? Infinity)
      return fits && (!whole || Number.isInteger(value)) ? { value } : { wrong: node }
    },
    parse: toNumber,
    schema: { type: whole ? 'integer' : 'number', minimum: least, ...(most === undefined ? {} : { maximum: most }) },
  }
}

export function choice<const T extends string>(initial: NoInfer<T>, values: readonly T[], text: string): Option<T> {
  const expected = values.length === 1 ? `${values[0]}` : `one of ${values.join(', ')}`
  return {
    default: initial,
    text,
    expected,
    read: (node) => {
      const given = textOf(node) ?? ''
      const value = values.find((one) => one === given)
      if (value !== undefined) return { value }
      const [hint] = suggest(given, values)
      const help = `must be ${expected}, not ${shown(node)}; did you mean ${hint}?`
      return hint === undefined ? { wrong: node } : { wrong: node, help }
    },
    parse: verbatim,
    schema: { enum: values },
  }
}

/** One whose default is empty may be empty in the file too. */
export function text(initial: string, sentence: string): Option<string> {
  const mayBeEmpty = initial === ''
  return {
    default: initial,
    text: sentence,
    expected: 'a text',
    read: (node) => {
      const value = mayBeEmpty && node.kind === 'scalar' && node.value === '' ? '' : textOf(node)
      return value === undefined ? { wrong: node } : { value }
    },
    parse: verbatim,
    schema: mayBeEmpty ? { type: 'string' } : { type: 'string', minLength: 1 },
  }
}

/** A text that no message shows: a key, or a URL that may hold one. Empty unless set; else of `least` characters or more. */
export function secret(sentence: string, least = 1): Option<string> {
  const plain = text('', sentence)
  return {
    ...plain,
    expected: least > 1 ? `a text of ${least} characters or more` : plain.expected,
    read: (node) => {
      const reading = plain.read(node)
      return 'value' in reading && reading.value !== '' && reading.value.length < least ? { wrong: node } : reading
    },
    secret: true,
  }
}

/** `also` gives the name that a name means besides itself. */
export function names(
  sentence: string,
  also: (name: string) => string | undefined = () => undefined,
): Option<readonly string[]> {
  return {
    default: [],
    text: sentence,
    expected: 'a list of names',
    read: (node) => {
      if (node.kind !== 'list') return { wrong: node }
      const wrong = node.items.find((item) => textOf(item) === undefined)
      if (wrong !== undefined) return { wrong }
      const given = node.items.map((item) => textOf(item) as string)
      return {
        value: withMeant(
          given,
          given.flatMap((name) => also(name) ?? []),
        ),
      }
    },
    parse: (raw) => ({ kind: 'list', at: 0, items: splitList(raw).map(verbatim) }),
    schema: { type: 'array', items: { type: 'string', minLength: 1 } },
  }
}

/** The same; where several names mean one, the lowest of their numbers counts for it, unless it has its own. */
export function numbersByName(
  sentence: string,
  also: (name: string) => string | undefined = () => undefined,
): Option<Readonly<Record<string, number>>> {
  return {
    default: {},
    text: sentence,
    expected: 'a map of names to numbers, 0 or more',
    read: (node) => {
      if (node.kind !== 'map') return { wrong: node }
      const wrong = node.entries.find(({ value }) => !((finite(value) ?? -1) >= 0))
      if (wrong !== undefined) return { wrong: wrong.value }
      const given = node.entries.map(({ key, value }) => [key, finite(value) as number] as const)
      const meant = given
        .flatMap(([name, number]) => [[also(name), number] as const])
        .filter(([name]) => name !== undefined)
        .sort(([, a], [, b]) => b - a)
      return { value: Object.fromEntries([...meant, ...given]) }
    },
    parse: (raw) => ({
      kind: 'map',
      at: 0,
      entries: splitList(raw).map((item) => {
        const cut = item.lastIndexOf('=')
        const value = cut < 1 ? verbatim(item) : toNumber(item.slice(cut + 1))
        return { key: item.slice(0, Math.max(cut, 0)).trim(), at: 0, value }
      }),
    }),
    schema: { type: 'object', additionalProperties: { type: 'number', minimum: 0 } },
  }
}

/** An option that has no default. */
export const needed = (option: Option<string>): Option<string> & { readonly required: true } => ({
  ...option,
  required: true,
  schema: { ...option.schema, minLength: 1 },
})

export const tighter = <O extends Option<unknown>>(how: Tighter, option: O): O => ({ ...option, tighter: how })

const withMeant = (given: readonly string[], meant: readonly string[]) =>
  meant.length === 0 ? given : [...new Set([...given, ...meant])]

const splitList = (raw: string) => raw.split(',').flatMap((item) => item.trim() || [])
