import type { Call } from '../../agent/model.ts'
import { objectsOf } from './kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: parameters are read by shape
type Any = any

const vectorOf = (params: Any): string => (typeof params?.vector_query === 'string' ? params.vector_query : '')
/** `v:([…], k: 10, ef: 50)`; the vector before it may be long. */
const numberIn = (params: Any, name: string) => {
  const [, number] = new RegExp(String.raw`\b${name}\s*:\s*(\d+)`).exec(vectorOf(params).slice(-200)) ?? []
  return number === undefined ? undefined : Number(number)
}
const searchesOf = ({ args }: Call) => objectsOf((args[0] as Any)?.searches)

export const byVector = ({ args }: Call) => vectorOf(args[0]) !== ''
/** What all searches of a batch share is its second argument. */
export const byVectorInBatch = (call: Call) =>
  vectorOf(call.args[1]) !== '' || searchesOf(call).some((params) => vectorOf(params) !== '')

export const topK = ({ args: [params] }: Call) =>
  numberIn(params, 'k') ?? (params as Any)?.per_page ?? (params as Any)?.limit
export const candidates = ({ args }: Call) => numberIn(args[0], 'ef')
/** Where a batch's searches are all of the same one. */
export const sameCollection = (call: Call) => {
  const names = new Set(searchesOf(call).map(({ collection }) => collection ?? (call.args[1] as Any)?.collection))
  return names.size === 1 ? [...names][0] : undefined
}
