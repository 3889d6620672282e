import type { Call } from '../../agent/model.ts'
import { listOf, textOf } from './kinds.ts'

/** A request's path is one text, `query/namespace`, `reset?all`; of a search a list, `search`, `index`. */
function pathOf({ args }: Call): string {
  const request = args[0] as { path?: readonly unknown[] | null } | null | undefined
  return listOf(request?.path).map(textOf).join('/')
}

/** Which request it is: the first part of its path. */
export const asks = (command: RegExp) => (call: Call) => command.test(pathOf(call).split(/[/?]/)[0] ?? '')

/** The second part: an index of a search, or a namespace, of which there is none for the default one. */
export const segmentOf = (call: Call): string | undefined => /^[^/?]+\/([^?]+)/.exec(pathOf(call))?.[1]

const ids = 'args.0.body.ids.length'
const found = 'result.result.vectors ?? result.result'
/** What reads by ids or in turn, and what deletes. */
export const reads = [
  {
    scope: 'fetch',
    when: asks(/^(?:fetch|range)$/),
    metadata: { batch_size: ids, top_k: 'args.0.body.limit', results: `trues(${found})` },
  },
  { scope: 'delete', when: asks(/^delete$/), metadata: { batch_size: ids, results: 'result.result.deleted' } },
  { scope: 'delete', when: asks(/^(?:reset|delete-namespace)$/) },
]
