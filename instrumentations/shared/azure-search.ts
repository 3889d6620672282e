import type { Call } from '../../agent/model.ts'
import { numberOf, objectsOf } from './kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: requests and replies are read by shape
type Any = any

/** A batch in which there is nothing but deletes. */
export function onlyDeletes({ args }: Call): boolean {
  const actions = objectsOf((args[0] as Any)?.actions)
  return actions.length > 0 && actions.every(({ __actionType }) => __actionType === 'delete')
}

const failuresIn = ({ result }: Call) => objectsOf((result as Any)?.results).filter((one) => one.succeeded === false)
/** The actions of a batch that failed. */
export const failedItems = (call: Call) => failuresIn(call).length || undefined
/** The number of the first of them, where all did. */
export function failureOf(call: Call): unknown {
  const [first, ...rest] = failuresIn(call)
  const failed = first !== undefined && rest.length + 1 === objectsOf((call.result as Any)?.results).length
  return failed ? { status: numberOf(first.statusCode) } : undefined
}

const nearIn = (options: Any) => numberOf(options?.vectorSearchOptions?.queries?.[0]?.kNearestNeighborsCount)
/** The page that is asked for; without words to find, of what is near there are not more than `k`. */
export function topK({ args: [text, options] }: Call): number | undefined {
  const [near, page] = [nearIn(options), numberOf((options as Any)?.top)]
  const isNear = near !== undefined && (!text || text === '*')
  return isNear && (page === undefined || near < page) ? near : page
}
/** The neighbours that are looked at, where they are not the page. */
export function candidates(call: Call): number | undefined {
  const near = nearIn(call.args[1])
  return near === topK(call) ? undefined : near
}
