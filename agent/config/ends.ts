import { wordsIn } from '../call-words.ts'
import type { Ends } from '../model.ts'
import type { Node } from './node.ts'
import { textOf } from './node.ts'
import type { Field, Reading } from './option.ts'

type Kind = Ends['kind']
/** The other keys of each kind: a name, a list of them, or words. */
const parts: Readonly<Record<Kind, readonly string[]>> = {
  callback: [],
  // biome-ignore lint/suspicious/noThenProperty: a kind's name
  then: [],
  catch: [],
  return: [],
  cursor: ['portions?'],
  portion: ['last'],
  asked: ['by', 'at?'],
  handed: ['to'],
  further: ['by', 'last'],
  closing: [],
  thenable: ['methods'],
  stream: ['at'],
  events: ['done', 'failed', 'row?'],
  methods: ['done', 'failed', 'of?'],
  rows: ['through', 'next', 'done', 'failed'],
}
const kinds = Object.keys(parts) as Kind[]
const objects = ['this', 'args.0']
const optional: Readonly<Record<string, string>> = {
  'of?': 'and of, this or args.0',
  'at?': 'and at, a property',
  'row?': 'and row, an event',
  'portions?': 'at most portions, words',
}
const name = /^[A-Za-z_$][\w$]*$/
const nameSchema = { type: 'string', pattern: '^[A-Za-z_$][A-Za-z0-9_$]*$' }
const listSchema = { type: 'array', minItems: 1, items: nameSchema }

/** `ends`: one way in which a call ends, or several. */
export function ends(text: string): Field<Ends | readonly Ends[]> {
  return {
    text,
    expected: 'how the call ends, such as { kind: callback } or { kind: stream, at: body }, or a list of such',
    read: (node) => {
      if (node.kind !== 'list') return oneOf(node)
      const found: Ends[] = []
      for (const item of node.items) {
        const reading = oneOf(item)
        if (!('value' in reading)) return reading
        found.push(reading.value)
      }
      return found.length > 0 ? { value: found } : { wrong: node }
    },
    schema: { $ref: '#/definitions/ends' },
  }
}

function oneOf(node: Node): Reading<Ends> {
  const entries = node.kind === 'map' ? node.entries : []
  const said = new Map(entries.map(({ key, value }) => [key, value]))
  const before = said.has('kind') ? undefined : earlierOf(said)
  if (before !== undefined) return { value: before }
  const kindNode = said.get('kind')
  const kind = kinds.find((one) => kindNode !== undefined && textOf(kindNode) === one)
  if (kind === undefined)
    return kindNode === undefined
      ? { wrong: node }
      : { wrong: kindNode, help: `has an unknown kind; it must be one of ${kinds.join(', ')}` }
  const known = parts[kind].map((part) => part.replace('?', ''))
  const values = entries.flatMap(({ key, value }) => (key === 'kind' ? [] : [[key, partOf(key, value)] as const]))
  const odd = values.find(([key, value]) => !known.includes(key) || value === undefined)
  const missing = parts[kind].find((part) => !part.endsWith('?') && !said.has(part))
  if (odd === undefined && missing === undefined) return { value: { kind, ...Object.fromEntries(values) } as Ends }
  const wrong = (odd && said.get(odd[0])) ?? node
  const has = parts[kind].length === 0 ? 'nothing else' : parts[kind].map((part) => optional[part] ?? part).join(', ')
  return { wrong, help: `of the kind ${kind} has ${has}${odd ? `, not this ${odd[0]}` : `; ${missing} is missing`}` }
}

function partOf(key: string, node: Node): string | readonly string[] | undefined {
  if (key === 'methods') {
    const names = node.kind === 'list' ? node.items.map(textOf) : []
    return names.length > 0 && names.every((one) => one !== undefined && name.test(one))
      ? (names as string[])
      : undefined
  }
  const text = textOf(node)
  if (text === undefined) return undefined
  const fits =
    key === 'last' || key === 'portions'
      ? wordsIn(text) !== undefined
      : key === 'of'
        ? objects.includes(text)
        : name.test(text)
  return fits ? text : undefined
}

/** As it was written before there were kinds. */
function earlierOf(said: ReadonlyMap<string, Node>): Ends | undefined {
  const words = Object.fromEntries([...said].map(([key, value]) => [key, textOf(value)]))
  const { done, failed, of, through, next = '', ...others } = words
  if (done === undefined || failed === undefined || Object.keys(others).length > 0) return undefined
  if (![done, failed, through ?? 'x', next || 'x'].every((one) => name.test(one))) return undefined
  if (through !== undefined) return { kind: 'rows', through, next, done, failed }
  if (of === 'result') return { kind: 'events', done, failed }
  if (of === undefined) return said.has('of') ? undefined : { kind: 'methods', done, failed }
  return of === 'this' || of === 'args.0' ? { kind: 'methods', of, done, failed } : undefined
}

/** Joins `ends` with `settles` and `callback`, which said the same before there were kinds. */
export function endsOf(
  callback: 'last' | 'then' | undefined,
  settles: readonly string[] | undefined,
  ends: Ends | readonly Ends[] | undefined,
): Ends | readonly Ends[] | undefined {
  if (callback === undefined && settles === undefined) return ends
  return [
    ...(callback === undefined ? [] : [{ kind: callback === 'last' ? 'callback' : 'then' } as const]),
    ...(settles === undefined
      ? []
      : settles.length === 0
        ? [{ kind: 'return' } as const]
        : [{ kind: 'thenable', methods: settles } as const, ...settles.map((at) => ({ kind: 'stream', at }) as const)]),
    ...(ends === undefined ? [] : [ends].flat()),
  ]
}

const schemas: Readonly<Record<string, object>> = {
  methods: listSchema,
  'of?': { enum: objects },
  last: { $ref: '#/definitions/words' },
  'portions?': { $ref: '#/definitions/words' },
}
const earlierSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['done', 'failed'],
  properties: {
    done: nameSchema,
    failed: nameSchema,
    of: { enum: [...objects, 'result'] },
    through: nameSchema,
    next: nameSchema,
  },
}
const oneSchema = {
  anyOf: [
    ...kinds.map((kind) => ({
      type: 'object',
      additionalProperties: false,
      required: ['kind', ...parts[kind].filter((part) => !part.endsWith('?'))],
      properties: {
        kind: { const: kind },
        ...Object.fromEntries(parts[kind].map((part) => [part.replace('?', ''), schemas[part] ?? nameSchema])),
      },
    })),
    earlierSchema,
  ],
}

export const endsSchema = { anyOf: [oneSchema, { type: 'array', minItems: 1, items: oneSchema }] }
