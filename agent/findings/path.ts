import { selfMsOf } from './scopes.ts'
import type { Call, CallTree } from './tree.ts'

/** The time of a request, and what is known of who had it. */
export interface Laid {
  /** The record of the request itself. */
  readonly root: Call | undefined
  readonly durationMs: number
  /** The part of it that passed outside of all calls. */
  readonly ownMs: number
}

/**
 * Cuts the time of a request into pieces with one owner each, its critical path: back from the end, at each moment the
 * call that ended last before it, and within that the one nested in it. Of parallel calls the one that was waited for has
 * the time; so the pieces of all calls and `ownMs` are the duration, and no moment counts twice.
 */
export function layPath(tree: CallTree): Laid {
  const { calls } = tree
  const root = calls.find(({ record, depth }) => depth === 0 && record.kind !== undefined)
  const outermost = calls.filter((call) => call.depth === 0 && call !== root)
  const durationMs = root?.record.duration_ms ?? tree.durationMs
  const from = root?.startMs ?? 0
  // What it left behind, and calls whose caller has no record, stand beside it.
  const inner = root === undefined ? outermost : [...root.children, ...outermost]
  return { root, durationMs, ownMs: lay(inner, from, from + durationMs) }
}

/** Gives each call its pieces between two moments; gives what no call has. */
function lay(calls: readonly Call[], from: number, to: number): number {
  let at = to
  let gaps = 0
  const byEnd = calls.length > 1 ? [...calls].sort((a, b) => b.endMs - a.endMs || b.startMs - a.startMs) : calls
  for (const call of byEnd) {
    const end = Math.min(call.endMs, at)
    const start = Math.max(call.startMs, from)
    if (end <= start) continue
    gaps += at - end
    const own = call.children.length === 0 ? end - start : lay(call.children, start, end)
    // What nested calls took that left no record is nobody's.
    call.pathMs += Math.min(own, selfMsOf(call.record))
    at = start
  }
  return gaps + Math.max(0, at - from)
}
