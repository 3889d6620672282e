import { count, ms, percent } from '../../format.ts'
import { numberIn } from '../scopes.ts'
import { round } from '../tree.ts'
import type { Detector } from './detector.ts'
import { createByScope, keepWorse } from './evidence.ts'

const leastCalls = 3
/** Of the calls of the scope. */
const leastShare = 0.01

interface Tally {
  calls: number
  records: number
  retried: number
  attempts: number
  waitedMs: number
}

/** Calls that were made more than once before they came to an end. */
export function createRetries(): Detector {
  const scopes = createByScope<Tally>(() => ({
    ...{ calls: 0, records: 0, retried: 0, attempts: 0, waitedMs: 0 },
  }))

  return {
    look(tree) {
      for (const call of tree.calls) {
        const { record, weight } = call
        const tally = scopes.of(call)
        tally.calls += weight
        const attempts = numberIn(record.metadata, 'attempts')
        const waitedMs = numberIn(record.timing, 'retry_ms')
        if (attempts <= 1 && waitedMs === 0) continue
        tally.records++
        tally.retried += weight
        tally.attempts += Math.max(1, attempts - 1) * weight
        tally.waitedMs += waitedMs * weight
        keepWorse(tally, waitedMs + attempts, tree, call)
      }
    },
    findings: () =>
      scopes.findings(
        ({ name, library, tally: { calls, retried, attempts, waitedMs } }) => ({
          kind: 'retries',
          title: `${name} of ${library} often succeeds only after another try, or fails after several.`,
          evidence: [
            `${count(retried)} of ${count(calls)} calls (${percent(retried / calls)}) took ${count(attempts)} more tries`,
            ...(waitedMs > 0 ? [`${ms(waitedMs)} passed between the tries`] : []),
          ],
          advice:
            'Look at what the service answers to the first try: a limit (send less at once, or ask for more), a timeout ' +
            'that is too short, or a connection that it has closed.',
          saves: waitedMs > 0 ? `${ms(waitedMs)} between tries, and the tries themselves` : `${count(attempts)} tries`,
          ...(waitedMs > 0 && { saves_ms: round(waitedMs) }),
        }),
        ({ records, retried, calls }) => records >= leastCalls && retried / calls >= leastShare,
      ),
  }
}
