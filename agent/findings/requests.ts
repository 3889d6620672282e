import { type CallTree, treeOf, type Weighted } from './tree.ts'

/** Records that wait for others of their request: those of one are written together, at its end. */
const mostWaiting = 10_000
/** The agent itself keeps 256 of a request that is under way. */
const mostOfRequest = 1000
/** Requests that were looked at, to know their late records: these at least, and at most twice as many. */
const leastKnown = 25_000

interface Open {
  readonly key: string
  readonly traceId: string
  readonly requestId: string | undefined
  readonly calls: Weighted[]
  leftOut: number
}

/** Puts the records of each request together and gives each request once, and records without a trace one by one. */
export function createRequests(take: (tree: CallTree) => void, most = mostOfRequest) {
  const open = new Map<string, Open>()
  let [known, knownBefore] = [new Set<string>(), new Set<string>()]
  let last: Open | undefined
  let [waiting, requests, traces, late] = [0, 0, 0, 0]

  const finish = ({ key, calls, leftOut }: Open) => {
    open.delete(key)
    if (last?.key === key) last = undefined
    waiting -= calls.length
    traces++
    known.add(key)
    if (known.size >= leastKnown) [known, knownBefore] = [new Set(), known]
    const tree = treeOf(calls, leftOut)
    if (tree.isRequest) requests++
    take(tree)
  }
  /** The request of these ids, which becomes the one that was added to last; undefined where it is over. */
  const requestOf = (traceId: string, requestId: string | undefined): Open | undefined => {
    if (last?.traceId === traceId && last.requestId === requestId) return last
    // One trace may lead to several requests to this service.
    const key = `${traceId} ${requestId ?? ''}`
    if (known.has(key) || knownBefore.has(key)) return undefined
    last = open.get(key) ?? { key, traceId, requestId, calls: [], leftOut: 0 }
    open.delete(key)
    open.set(key, last)
    return last
  }

  return {
    requests: () => requests,
    /** Requests, and calls outside of any, with what is nested in them. */
    traces: () => traces,
    /** Records that came so long after the others of their request that it had been looked at. */
    late: () => late,
    add(call: Weighted): void {
      const { trace_id, span_id, request_id } = call.record
      if (trace_id === undefined || span_id === undefined) {
        take(treeOf([call], 0))
        return
      }
      const request = requestOf(trace_id, request_id)
      if (request === undefined) {
        late++
        return
      }
      if (request.calls.length >= most) {
        request.leftOut++
        return
      }
      request.calls.push(call)
      waiting++
      while (waiting > mostWaiting) finish(open.values().next().value as Open)
    },
    /** Gives the request that has waited longest for more records; false where there is none. */
    finishOldest(): boolean {
      const [oldest] = open.values()
      if (oldest !== undefined) finish(oldest)
      return oldest !== undefined
    },
    end(): void {
      for (const request of [...open.values()]) finish(request)
    },
  }
}
