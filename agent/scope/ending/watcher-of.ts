import type { Pipeline, Scope } from '../../call.ts'
import { chunkOf, leaveOutSingle } from '../chunk.ts'
import { runInside } from '../inside.ts'
import { within } from '../nesting.ts'
import type { Watcher } from './watcher.ts'

/** How many scopes are open, and how many have begun: the two tell how many were open at any time during one of them. */
export interface Overlap {
  open: number
  begun: number
}

type End = (scope: Scope, result: unknown, thrown: boolean, reason: unknown) => void

/** Watches a result at which the application looks later, or never: until it does, the scope counts as unobserved. */
export function createWatcherOf(pipeline: Pipeline, overlap: Overlap, end: End): (scope: Scope) => Watcher {
  const { now } = pipeline

  return function watcherOf(scope) {
    const { counts, observe, unreported } = scope.point
    const { cursor: isCursor = false, rows } = scope.point.ends ?? {}
    let parked = false
    let looked = false
    let begunBefore = 0
    let idleSince: number | undefined
    const watcher: Watcher = {
      park() {
        if (parked || scope.ended) return
        parked = true
        counts.open--
        counts.unobserved++
        overlap.open--
        if (looked) begunBefore = overlap.begun
        else overlap.begun--
        if (scope.memory !== undefined) pipeline.measure?.pause(scope.memory)
        // Rows that come to observers are on their way before anybody asks.
        if (!isCursor && !(looked && rows !== undefined)) return
        idleSince = now()
        scope.span?.pause(scope.start)
      },
      look(restart) {
        if (!parked || scope.ended) return
        parked = false
        counts.unobserved--
        counts.open++
        if (!looked) scope.others = overlap.open - overlap.begun++
        else if (overlap.begun !== begunBefore) {
          // Scopes that began while this one was parked have not counted it; and it must not count itself.
          overlap.begun++
          scope.others--
        }
        looked = true
        overlap.open++
        if (scope.memory !== undefined) {
          if (restart) scope.memory = pipeline.measure?.begin()
          else pipeline.measure?.resume(scope.memory)
        }
        if (restart) {
          scope.span?.restart()
          scope.start = now()
          scope.idleMs = 0
        } else if (idleSince !== undefined) {
          scope.idleMs += now() - idleSince
          scope.span?.resume()
        }
      },
      run: isCursor
        ? runInside(scope.point, scope)
        : scope.point.nests
          ? within(scope.nest, scope.span?.run)
          : scope.span?.run,
      timed: isCursor,
      chunk: chunkOf(scope, now, pipeline.includeMetadata, pipeline.fault),
      end(result) {
        watcher.look(false)
        if (isCursor) leaveOutSingle(scope)
        end(scope, result, false, undefined)
      },
      fail(error) {
        watcher.look(false)
        if (isCursor) leaveOutSingle(scope)
        end(scope, undefined, true, error)
      },
      observe,
      unreported,
    }
    return watcher
  }
}
