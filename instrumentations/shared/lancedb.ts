import type { Call } from '../../agent/model.ts'

/** What a query was made from: its table's name and its limit are in native code, or in another object. */
interface Known {
  readonly table?: unknown
  readonly limit?: unknown
  readonly text?: boolean
}
const known = new WeakMap<object, Known>()

function learn(object: unknown, what: Known | undefined): void {
  if (typeof object === 'object' && object !== null) known.set(object, { ...known.get(object), ...what })
}

const knownOf = ({ self, of }: Call) => known.get(of(self))

// Notes of what makes and changes queries.
export const fromTable = ({ self, result, of }: Call) => learn(of(result), { table: self })
export const fromQuery = (call: Call) => learn(call.of(call.result), knownOf(call))
export const withText = ({ self, of }: Call) => learn(of(self), { text: true })
export const withLimit = ({ self, args, of }: Call) => learn(of(self), { limit: args[0] })

/** A plain query reads rows; one with a vector is of another class, one with a text has been told so. */
export function searches(call: Call): boolean {
  const kind = (call.self as { constructor?: { name?: unknown } } | null | undefined)?.constructor?.name
  return (kind !== 'Query' && kind !== 'TakeQuery') || knownOf(call)?.text === true
}

export const tableOf = (call: Call) => call.ask(knownOf(call)?.table, 'name')
export const limitOf = (call: Call) => knownOf(call)?.limit
