import type { Call } from '../../agent/model.ts'
import { listOf, objectsOf } from './kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: requests are read by shape
type Any = any

/** The operations of a batch of updates by name: `{ upsert: {…} }`, and over gRPC `{ operation: { case, value } }`. */
const operationsIn = ({ args }: Call): readonly (readonly [name: string, asked: Any])[] =>
  objectsOf((args[0] as Any)?.operations ?? (args[1] as Any)?.operations).flatMap((one) =>
    one.operation === undefined ? Object.entries(one) : [[String(one.operation?.case), one.operation?.value]],
  )

/** Points that an operation names, in the forms of both protocols; nothing of those that a filter finds. */
function pointsOf(asked: Any): number {
  const selector = asked?.pointsSelector ?? asked?.points ?? asked
  return listOf(selector?.pointsSelectorOneOf?.value?.ids ?? asked?.batch?.ids ?? asked?.points).length
}

/** The points of all operations of a batch of updates. */
const pointsIn = (call: Call) => operationsIn(call).reduce((sum, [, asked]) => sum + pointsOf(asked), 0) || undefined

/** A batch of updates in which nothing is written. */
function onlyDeletes(call: Call): boolean {
  const operations = operationsIn(call)
  return operations.length > 0 && operations.every(([name]) => /^(?:delete|clear)/.test(name))
}

const all = { scope: 'upsert', metadata: { batch_size: pointsIn } }
export const updates = [{ ...all, scope: 'delete', when: onlyDeletes }, all]

/** Tokens of the texts that the server embedded, for all its models. */
export function tokensOf({ result }: Call): number | undefined {
  const models = Object.values((result as Any)?.usage?.inference?.models ?? {}) as Any[]
  return models.length > 0 ? models.reduce((sum, one) => sum + Number(one?.tokens), 0) : undefined
}
