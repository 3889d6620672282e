import type { Watch } from '../process/meanwhile.ts'
import type { TestRoots } from '../test-root.ts'
import { enter, keepIn, type Store, within } from './context.ts'
import { beginOwn } from './span.ts'

/** A test is a request of its own, wherever it begins: in another test's code too. */
export function createTestRoots(now: () => number, watch: () => Watch) {
  const open = new Set<Store>()

  const roots: TestRoots = {
    begin(whole, take) {
      const { request, root } = beginOwn('test', whole, now, watch)
      request.take = take
      open.add(root)
      let leave: (() => void) | undefined
      return {
        traceId: root.traceId,
        spanId: root.spanId,
        run: (fn) => within(root, fn),
        enter: () => enter(root),
        keepIn(resource) {
          const undo = keepIn(resource, root)
          leave ??= undo
        },
        end() {
          const at = now()
          const durationMs = at - request.begunAt
          open.delete(root)
          // Node has each test until the last one is over: it would have ours, too.
          leave?.()
          root.end(durationMs, at)
          request.ended = { at, emitted: true }
          const { selfMs, timing } = root
          return { durationMs, selfMs, timing, calls: request.calls }
        },
      }
    },
  }
  return {
    roots,
    /** The only one that is open: then all that runs is for it, a server in the same process too. */
    lone: (): Store | undefined => (open.size === 1 ? open.values().next().value : undefined),
  }
}
