import type { Node } from './document.ts'

/** One option: its default, what it accepts, and the sentence that the options page shows. */
export interface Option<T> {
  readonly default: T
  readonly text: string
  /** What it must be, as a message says it. */
  readonly expected: string
  /** The value, or undefined where the node is not one. */
  readonly read: (node: Node) => T | undefined
  /** The node that an environment variable's text stands for; absent where the option is file-only. */
  readonly parse?: (text: string) => Node
  readonly schema: Readonly<Record<string, unknown>>
}

/** The type that an option's value has. */
export type Value<O> = O extends Option<infer T> ? T : never

const scalar = (value: unknown): Node => ({ kind: 'scalar', at: 0, value, text: String(value) })

export function boolean(initial: boolean, text: string): Option<boolean> {
  return {
    default: initial,
    text,
    expected: 'true or false',
    read: (node) => (node.kind === 'scalar' && typeof node.value === 'boolean' ? node.value : undefined),
    parse: (raw) => scalar({ true: true, 1: true, false: false, 0: false }[raw.toLowerCase()] ?? raw),
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
      if (node.kind !== 'scalar' || typeof node.value !== 'number' || !Number.isFinite(node.value)) return undefined
      const fits = node.value >= least && node.value <= (most ?? Infinity) && (!whole || Number.isInteger(node.value))
      return fits ? node.value : undefined
    },
    parse: (raw) => scalar(toNumber(raw)),
    schema: { type: whole ? 'integer' : 'number', minimum: least, ...(most === undefined ? {} : { maximum: most }) },
  }
}

/** `later` names values of the specification that this version does not have yet. */
export function choice<const T extends string>(
  initial: NoInfer<T>,
  values: readonly T[],
  text: string,
  later: readonly string[] = [],
): Option<T> {
  const wait = later.length > 0 ? ` (${later.join(', ')} is not in this version yet)` : ''
  return {
    default: initial,
    text,
    expected: `one of ${values.join(', ')}${wait}`,
    read: (node) => (node.kind === 'scalar' ? values.find((value) => value === node.value) : undefined),
    parse: scalar,
    schema: { enum: values },
  }
}

export function text(initial: string, sentence: string): Option<string> {
  return {
    default: initial,
    text: sentence,
    expected: 'a text',
    read: (node) => {
      if (node.kind !== 'scalar') return undefined
      return typeof node.value === 'string' && node.value !== '' ? node.value : undefined
    },
    parse: scalar,
    schema: { type: 'string', minLength: 1 },
  }
}

export function names(sentence: string): Option<readonly string[]> {
  return {
    default: [],
    text: sentence,
    expected: 'a list of names',
    read: (node) => {
      if (node.kind !== 'list') return undefined
      const values = node.items.map((item) =>
        item.kind === 'scalar' && typeof item.value === 'string' ? item.value : '',
      )
      return values.includes('') ? undefined : values
    },
    parse: (raw) => ({ kind: 'list', at: 0, items: raw.split(',').map((item) => scalar(item.trim())) }),
    schema: { type: 'array', items: { type: 'string', minLength: 1 } },
  }
}

export function numbersByName(sentence: string): Option<Readonly<Record<string, number>>> {
  return {
    default: {},
    text: sentence,
    expected: 'a map of names to numbers, 0 or more',
    read: (node) => {
      if (node.kind !== 'map') return undefined
      const found: [string, number][] = []
      for (const { key, value } of node.entries) {
        if (value.kind !== 'scalar' || typeof value.value !== 'number' || !(value.value >= 0)) return undefined
        found.push([key, value.value])
      }
      return Object.fromEntries(found)
    },
    parse: (raw) => ({
      kind: 'map',
      at: 0,
      entries: raw.split(',').map((item) => {
        const cut = item.lastIndexOf('=')
        return { key: item.slice(0, cut).trim(), at: 0, value: scalar(cut < 0 ? item : toNumber(item.slice(cut + 1))) }
      }),
    }),
    schema: { type: 'object', additionalProperties: { type: 'number', minimum: 0 } },
  }
}

const toNumber = (raw: string) => (raw.trim() === '' ? raw : Number(raw))
