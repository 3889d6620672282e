import type { Call } from '../../agent/model.ts'
import { listOf, textOf } from './kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: requests are read by shape
type Any = any

const requestOf = ({ args }: Call): Any => args[0] ?? {}
const searchesByVector = (params: Any) =>
  [params?.hybrid, params?.hybridEmbedder, params?.vector, params?.media].some(Boolean)

/** Which request it is, by its path in the index: `search`, `documents/fetch`. */
export const asks = (path: RegExp) => (call: Call) =>
  path.test(textOf(requestOf(call).path).replace(/^indexes\/[^/]+\//, ''))

const [asksSearch, asksBatch] = [asks(/^search$/), asks(/^multi-search$/)]
export const byVector = (call: Call) =>
  asksSearch(call) && searchesByVector(requestOf(call).body ?? requestOf(call).params)
export const byVectorInBatch = (call: Call) =>
  asksBatch(call) && listOf((requestOf(call).body ?? requestOf(call).params)?.queries).some(searchesByVector)

export const collection = (call: Call) => /^indexes\/([^/]+)/.exec(textOf(requestOf(call).path))?.[1]
