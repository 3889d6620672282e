import type { Config } from './config/schema.ts'
import { isTargeted } from './filter/targets.ts'
import { thresholdOf } from './filter/threshold.ts'
import type { Ledger } from './ledger.ts'
import { requestLibrary, requestScope } from './manifest.ts'
import type { Point } from './model.ts'

/** The point of incoming HTTP requests themselves, by the configuration. */
export function requestPoint({ targets, thresholds }: Config, ledger: Ledger): Point {
  const [target] = requestScope.split('.') as [string]
  return {
    name: requestScope,
    library: requestLibrary,
    target,
    read: undefined,
    when: undefined,
    counts: ledger.counts(requestLibrary, requestScope),
    slow_call_ms: thresholdOf(thresholds, requestScope, requestLibrary, target),
    on: isTargeted(targets, requestScope, requestLibrary),
  }
}
