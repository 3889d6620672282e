import type { Call } from '../../agent/model.ts'
import { numberOf } from './kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: queries are read by shape
type Any = any

/** What a query was made from: its table's name and all that it was told are in native code, or in another object. */
interface Known {
  readonly table?: unknown
  readonly limit?: unknown
  readonly filtered?: true
  readonly text?: true
  readonly query_len?: number
  readonly vectors?: number
  readonly dimensions?: number
  readonly ef?: unknown
  readonly nprobes?: unknown
  readonly refined?: unknown
}
const known = new WeakMap<object, Known>()

function learn(object: unknown, what: Known | undefined): void {
  if (typeof object === 'object' && object !== null) known.set(object, { ...known.get(object), ...what })
}

const knownOf = ({ self, of }: Call) => known.get(of(self))
const lengthOf = (text: unknown): Known => (typeof text === 'string' ? { query_len: text.length } : {})
/** The numbers of a vector that is there already; nothing of a promise. */
function vectorIn({ args: [vector] }: Call): Known {
  const { length } = (Array.isArray(vector) || ArrayBuffer.isView(vector) ? vector : {}) as { length?: number }
  return length === undefined ? {} : { dimensions: length }
}
const learns = (what: (call: Call) => Known) => (call: Call) => learn(call.of(call.self), what(call))

// Notes of what makes and changes queries.
export const fromTable = ({ self, args, result, of }: Call) => learn(of(result), { table: self, ...lengthOf(args[0]) })
export const fromQuery = (call: Call) => learn(call.of(call.result), knownOf(call))
export const nearest = (call: Call) => learn(call.of(call.result), { ...knownOf(call), vectors: 1, ...vectorIn(call) })
export const another = (call: Call) =>
  learn(call.of(call.result), { ...knownOf(call), vectors: (knownOf(call)?.vectors ?? 1) + 1 })
export const withText = learns(({ args }) => ({ text: true, ...lengthOf(args[0]) }))
export const withLimit = learns(({ args }) => ({ limit: args[0] }))
export const withFilter = learns(() => ({ filtered: true }))
export const withEf = learns(({ args }) => ({ ef: args[0] }))
export const withNprobes = learns(({ args }) => ({ nprobes: args[0] }))
export const withRefine = learns(({ args }) => ({ refined: args[0] }))

/** A plain query reads rows; one with a vector is of another class, one with a text has been told so. */
export function searches(call: Call): boolean {
  const kind = (call.self as Any)?.constructor?.name
  return (kind !== 'Query' && kind !== 'TakeQuery') || knownOf(call)?.text === true
}

/** By the kind of the index: neighbours, partitions, or rows that are read again for their whole vectors. */
function candidatesOf(call: Call): number | undefined {
  const { ef, nprobes, refined, limit } = knownOf(call) ?? {}
  const [factor, rows] = [numberOf(refined), numberOf(limit)]
  return numberOf(ef ?? nprobes) ?? (factor !== undefined && rows !== undefined ? factor * rows : undefined)
}

export const isOfOne = (call: Call) => (knownOf(call)?.vectors ?? 1) === 1
export const tableOf = (call: Call) => call.ask(knownOf(call)?.table, 'name')
export const ofQuery = {
  collection: tableOf,
  top_k: (call: Call) => knownOf(call)?.limit,
  filtered: (call: Call) => knownOf(call)?.filtered === true,
}
export const ofSearch = {
  ...ofQuery,
  // Of several vectors at once.
  batch_size: (call: Call) => ((knownOf(call)?.vectors ?? 1) > 1 ? knownOf(call)?.vectors : undefined),
  candidates: candidatesOf,
  dimensions: (call: Call) => knownOf(call)?.dimensions,
  query_len: (call: Call) => knownOf(call)?.query_len,
}
