import type { WeakScores } from '../config/weak-score.ts'
import type { ProfileRecord } from '../model.ts'
import { leastRequests } from './detectors/finding.ts'
import { createFindings } from './findings.ts'
import { createLoose } from './loose.ts'
import type { Finding } from './model.ts'
import { createRequests } from './requests.ts'
import { type ScopeTotals, verbOf } from './scopes.ts'
import { createWeak } from './weak.ts'

/** What records show while more of them come, in bounded memory. */
export interface Watch {
  add(record: ProfileRecord): void
  /** Looks at the request that has waited longest for more records; false where none waits. */
  finishOldest(): boolean
  /** Of all records so far, the largest share first. */
  found(): readonly Finding[]
  /** Requests that were looked at; calls where there are none. */
  requests(): number
}

/** Names that somebody made up are not to fill the memory. */
const mostScopes = 500
const notCalls = new Set(['agent', 'probe', 'system'])

interface WatchOptions {
  /** Of one request so many calls are looked at: some detectors hold each against each. */
  readonly mostCalls?: number
  /** `thresholds.weak_score`. */
  readonly weakScores?: WeakScores
}

export function createWatch({ mostCalls, weakScores = {} }: WatchOptions = {}): Watch {
  const scopes = new Map<string, ScopeTotals>()
  const weak = createWeak(weakScores)
  const findings = createFindings(true, weak)
  const looseFindings = createFindings(false, weak)
  const loose = createLoose(looseFindings.look, mostCalls)
  const requests = createRequests((tree) => (tree.isRequest ? findings.look(tree) : loose.add(tree)), mostCalls)
  const scopeOf = ({ name, library }: ProfileRecord): ScopeTotals | undefined => {
    const key = `${library} ${name}`
    const known = scopes.get(key)
    if (known !== undefined || scopes.size >= mostScopes) return known
    const made = { name, library, verb: verbOf(name), calls: 0 }
    scopes.set(key, made)
    return made
  }
  const either = () => (findings.records() >= leastRequests || looseFindings.records() === 0 ? findings : looseFindings)

  return {
    add(record) {
      const scope = notCalls.has(record.library) ? undefined : scopeOf(record)
      if (scope === undefined) return
      const weight = 1 / (record.sample_rate ?? 1)
      scope.calls += weight
      requests.add({ record, scope, weight, cost: 0 })
    },
    finishOldest: requests.finishOldest,
    found() {
      requests.end()
      loose.end()
      // It begins at any moment: the first requests that it sees are not the first of their process.
      return either()
        .all()
        .findings.filter(({ kind }) => kind !== 'cold_start')
    },
    requests: () => either().records(),
  }
}
