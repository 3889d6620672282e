import { layPath } from '../path.ts'
import { numberIn } from '../scopes.ts'
import type { Call, CallTree } from '../tree.ts'

/**
 * A request as detectors look at it. What one of them accounts for, it takes, so that no time is two findings; they look
 * in the order of how much they tell.
 */
export interface RequestTime {
  readonly tree: CallTree
  /** The record of the request itself. */
  readonly root: Call | undefined
  /** All calls in it. */
  readonly calls: readonly Call[]
  /** Requests that it stands for. */
  readonly weight: number
  readonly durationMs: number
  /** The part of it whose owner is known. */
  readonly pathMs: number
  /** Time that passed outside of all calls, and that no cause accounts for yet. */
  ownLeftMs: number
  /** True if a record of each of its calls is there: else nothing is known of the time outside of them. */
  readonly isWhole: boolean
}

/** Lays the path of a request, so that its time can be taken. */
export function openRequest(tree: CallTree): RequestTime {
  const { root, durationMs, ownMs } = layPath(tree)
  const calls = root === undefined ? tree.calls : tree.calls.filter((call) => call !== root)
  for (const call of calls) call.leftMs = call.pathMs
  const told = numberIn(root?.record, 'calls')
  const { isRequest } = tree
  const path = pathOf(calls)
  return {
    tree,
    root,
    calls,
    weight: tree.calls[0]?.weight ?? 1,
    // Between calls of no request there is no time that anybody waits for.
    durationMs: isRequest ? durationMs : path,
    pathMs: isRequest ? path + ownMs : path,
    ownLeftMs: isRequest ? ownMs : 0,
    isWhole: tree.leftOut === 0 && told <= calls.length,
  }
}

const pathOf = (calls: readonly Call[]) => calls.reduce((sum, { pathMs }) => sum + pathMs, 0)

/** What is not taken of a request's time. */
export const timeLeft = ({ calls, ownLeftMs, durationMs, pathMs }: RequestTime): number =>
  durationMs - pathMs + ownLeftMs + calls.reduce((sum, { leftMs }) => sum + leftMs, 0)

/** Takes so much of a call's time on the path as is left; gives how much that is. */
export function take(call: Call, ms: number): number {
  const taken = Math.max(0, Math.min(call.leftMs, ms))
  call.leftMs -= taken
  return taken
}

/** The same of the time outside of calls. */
export function takeOwn(request: RequestTime, ms: number): number {
  const taken = Math.max(0, Math.min(request.ownLeftMs, ms))
  request.ownLeftMs -= taken
  return taken
}

/** The part of a phase of a call that is on the path: all of it, where the whole call is. */
export function phaseOnPath({ record, pathMs }: Call, ms: number): number {
  return record.duration_ms > 0 ? ms * Math.min(1, pathMs / record.duration_ms) : 0
}
