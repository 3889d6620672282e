import { count, counted, ms, percent } from '../../format.ts'
import { round } from '../tree.ts'
import type { Detector } from './detector.ts'
import { createByScope, keepWorse } from './evidence.ts'

/** Clients' names for the error of a service that wants fewer requests: RateLimitError, ThrottlingException. */
const named = /rate_?limit|throttl|too_?many_?requests|quota_?exceeded|resource_?exhausted|slow_?down|limit_?exceeded/i
const leastRecords = 2

interface Tally {
  calls: number
  records: number
  refused: number
  takenMs: number
  readonly classes: Set<string>
}

/** Calls that a service refused because there were too many. */
export function createRateLimits(): Detector {
  const scopes = createByScope<Tally>(() => ({
    ...{ calls: 0, records: 0, refused: 0, takenMs: 0 },
    classes: new Set<string>(),
  }))

  return {
    look(tree) {
      for (const call of tree.calls) {
        const { record, weight, children } = call
        const tally = scopes.of(call)
        tally.calls += weight
        const { error } = record
        // The client's error comes out of the framework's call too.
        if (error === undefined || !named.test(error) || children.some((child) => child.record.error === error))
          continue
        tally.records++
        tally.refused += weight
        tally.takenMs += record.duration_ms * weight
        if (tally.classes.size < 3) tally.classes.add(error)
        keepWorse(tally, record.duration_ms, tree, call)
      }
    },
    findings: () =>
      scopes.findings(
        ({ name, library, tally: { calls, refused, takenMs, classes } }) => ({
          kind: 'rate_limits',
          title: `${library} refuses calls because there are too many at once.`,
          evidence: [
            `${count(refused)} of ${count(calls)} calls of ${name} (${percent(refused / calls)}) failed with ${[...classes].join(', ')}`,
          ],
          advice:
            'Limit how many calls are under way at a time, put several inputs into one call, or have the limit raised by ' +
            'the service.',
          saves: `${counted(refused, 'failed call')} and the ${ms(takenMs)} that they took`,
          saves_ms: round(takenMs),
        }),
        ({ records }) => records >= leastRecords,
      ),
  }
}
