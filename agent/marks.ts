import type { Marks } from './api.ts'
import { marksKey } from './api.ts'
import { isTargeted } from './filter/targets.ts'
import { thresholdOf } from './filter/threshold.ts'
import type { Counts, Metadata, Point } from './model.ts'
import { keep } from './scope/read.ts'
import type { Scopes } from './scope/wrap.ts'

/** The library of hand-marked scopes, in records and in `targets`. */
export const markedLibrary = 'app'

interface MarkParts {
  readonly scopes: Scopes
  readonly counts: (library: string, scope: string) => Counts
  readonly targets: readonly string[]
  readonly thresholds: Parameters<typeof thresholdOf>[0]
  readonly includeMetadata: boolean
}

/** Opens the door for `@crossbridge/agent/api` in this thread; gives the scopes that were marked by hand so far. */
export function publishMarks({ scopes, counts, targets, thresholds, includeMetadata }: MarkParts): () => string[] {
  const points = new Map<string, Point>()
  const pointOf = (name: string): Point => {
    const known = points.get(name)
    if (known !== undefined) return known
    const point: Point = {
      name,
      library: markedLibrary,
      read: undefined,
      when: undefined,
      settles: undefined,
      callback: false,
      counts: counts(markedLibrary, name),
      slow_call_ms: thresholdOf(thresholds, name, markedLibrary, name.split('.', 1)[0] ?? name),
      on: isTargeted(targets, name, markedLibrary),
    }
    points.set(name, point)
    return point
  }

  const marks: Marks = {
    begin(name) {
      const point = pointOf(String(name))
      return point.on ? scopes.begin(point, undefined, []) : undefined
    },
    describe(scope, metadata) {
      if (!includeMetadata) return
      const kept: Metadata = { ...scope.metadata }
      for (const [key, value] of Object.entries(metadata)) {
        const found = keep(value, true)
        if (found !== undefined) kept[key] = found
      }
      scope.metadata = kept
    },
    follow: scopes.follow,
    end: scopes.end,
  }
  Object.defineProperty(globalThis, marksKey, { value: marks, configurable: true })
  return () => [...points.keys()]
}
