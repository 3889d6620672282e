import type { ProfileRecord } from '../../model.ts'
import { type CallTree, treeOf, type Weighted } from './tree.ts'

/** Records that wait for others of their request: those of one are written together, at its end. */
const mostWaiting = 10_000
/** The agent itself keeps 256 of a request that is under way. */
const mostOfRequest = 1000
/** Requests that were looked at, to know their late records. */
const mostKnown = 50_000

interface Open {
  readonly calls: Weighted[]
  leftOut: number
}

/** Puts the records of each request together and gives each request once, and records without a trace one by one. */
export function createRequests(take: (tree: CallTree) => void) {
  const open = new Map<string, Open>()
  const known = new Set<string>()
  let waiting = 0
  let requests = 0
  let late = 0

  const finish = (key: string, { calls, leftOut }: Open) => {
    open.delete(key)
    waiting -= calls.length
    requests++
    known.add(key)
    if (known.size > mostKnown) known.delete(known.values().next().value as string)
    take(treeOf(calls, leftOut))
  }
  return {
    requests: () => requests,
    /** Records that came so long after the others of their request that it had been looked at. */
    late: () => late,
    add(record: ProfileRecord, weight: number): void {
      if (record.trace_id === undefined || record.span_id === undefined) {
        take(treeOf([{ record, weight }], 0))
        return
      }
      // One trace may lead to several requests to this service.
      const key = `${record.trace_id} ${record.request_id ?? ''}`
      if (known.has(key)) {
        late++
        return
      }
      const request = open.get(key) ?? { calls: [], leftOut: 0 }
      if (request.calls.length >= mostOfRequest) {
        request.leftOut++
        return
      }
      request.calls.push({ record, weight })
      waiting++
      // The one that was added to last is the last.
      open.delete(key)
      open.set(key, request)
      while (waiting > mostWaiting) finish(...(open.entries().next().value as [string, Open]))
    },
    end(): void {
      for (const [key, request] of [...open]) finish(key, request)
    },
  }
}
