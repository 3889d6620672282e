import { familyOf } from './targets.ts'

interface Thresholds {
  readonly slow_call_ms: number
  readonly by_target: Readonly<Record<string, number>>
}

/** The `slow_call_ms` that is in force for a scope; the most specific wins: scope, library, its family, target. */
export function thresholdOf(thresholds: Thresholds, scope: string, library: string, target: string): number {
  const { by_target, slow_call_ms } = thresholds
  for (const name of [scope, library, familyOf(library), target]) {
    const threshold = name !== undefined && Object.hasOwn(by_target, name) ? by_target[name] : undefined
    if (threshold !== undefined) return threshold
  }
  return slow_call_ms
}
