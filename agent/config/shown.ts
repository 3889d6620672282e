import type { Node } from './node.ts'

/** What a message says of a field. */
export interface Said {
  /** The accepted value as a message says it: `a number from 0 to 1`. */
  readonly expected: string
  /** No message shows its value. */
  readonly secret?: boolean
}

/** Says what is wrong with a node. It quotes the file's text, never the value of a variable. */
export function mistake(field: Said, { wrong, help }: { wrong: Node; help?: string }): string {
  const { expected } = field
  if (field.secret) return `must be ${expected}`
  if (wrong.kind === 'scalar' && wrong.problem !== undefined) return `can't be used: ${wrong.problem}`
  return help ?? `must be ${expected}, not ${shown(wrong)}`
}

/** An option's value as a message shows it. */
export function shownValue({ secret, default: initial }: Said & { readonly default: unknown }, value: unknown): string {
  if (!secret) return JSON.stringify(value)
  return value === initial ? 'none' : "the file's"
}

/** A key as a message shows it: on one line, and not the whole of a long one. */
export function shownKey(key: string): string {
  return /^[\w.$-]{1,60}$/.test(key) ? key : JSON.stringify(key.slice(0, 60))
}

/** What stands there instead. */
export function shown(node: Node): string {
  if (node.kind !== 'scalar') return `a ${node.kind}`
  if (node.value === null) return 'nothing'
  const source = JSON.stringify(node.text.slice(0, 60))
  return typeof node.value === 'string' ? `the text ${source}` : source.slice(1, -1)
}
