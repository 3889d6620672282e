import { createCases } from './case.ts'
import type { HookKind, Place, Tests } from './framework.ts'
import { createIdentity, runIdOf } from './identity.ts'
import type { TestsParts } from './parts.ts'
import { createRoots } from './root.ts'
import type { Ended as RunEnded } from './run-end.ts'
import { createTell } from './tell.ts'
import { createTotals, totalled } from './totals.ts'

/** Makes the records of tests, from what their framework tells. */
export function createTests(parts: TestsParts) {
  const { options, output, now, pid, fault, tryAcquire } = parts
  let runId = runIdOf(pid)
  let reach: RunEnded['reach'] = 'run'
  let handsOut = false

  const guard = <R>(run: () => R): R | undefined => {
    try {
      return run()
    } catch (error) {
      fault(error)
      return undefined
    }
  }
  const identity = createIdentity(parts.folder, options.include_titles)
  const totals = createTotals(now)
  const telling = createTell(parts, () => runId)
  const { tell, recordOf } = telling
  const rootOf = createRoots(parts, telling, totals.of)
  const cases = createCases({ ...parts, identity, tell: telling, totalsOf: totals.of, rootOf, guard })

  const hook = (kind: HookKind, of: Place) => {
    const { library } = of
    const testId = identity.idOf(of)
    const { root, end } = rootOf(testId, library)
    let ended = false
    const finish = (error: unknown) => {
      if (ended) return
      ended = true
      const { durationMs, requests, addTo } = end()
      if (!tryAcquire()) {
        totals.of(library).leftOut++
        return
      }
      const metadata = { ...identity.metadataOf(of), hook: kind }
      const http = options.capture.http && requests > 0 ? { http_requests: requests } : {}
      const record = recordOf('test.hook', library, durationMs, { ...metadata, ...http }, error)
      record.test_id = testId
      addTo(record)
      tell(record)
    }
    const { run, enter, keepIn } = root
    return { run, enter, keepIn, end: (error?: unknown) => void guard(() => finish(error)) }
  }
  const suite: Tests['suite'] = (of, { status, durationMs, tests }) =>
    void guard(() => {
      const metadata = { ...identity.metadataOf(of), status, ...(tests !== undefined && { tests }) }
      const record = recordOf('test.suite', of.library, durationMs, metadata)
      record.test_id = identity.idOf(of)
      tell(record)
    })
  /** What this thread had of the run. */
  const ran = () => {
    for (const [library, of] of totals.take())
      guard(() => tell(recordOf('test.run', library, now() - of.since, totalled(of))))
  }

  const tests: Tests = {
    begin: cases.begin,
    hook,
    suite,
    startSuite(of) {
      const since = now()
      return (status, tests) => suite(of, { status, tests, durationMs: now() - since })
    },
    ran() {
      ran()
      guard(() => output.settle?.())
    },
    startedBy: (by, sees = true) => {
      runId = runIdOf(by)
      reach = sees ? 'none' : 'process'
    },
    handsOut: () => {
      handsOut = true
    },
    loader: parts.loader,
    doors: parts.doors,
    warnOnce: parts.warnOnce,
    guard,
  }
  return {
    tests,
    handsOut: () => handsOut,
    /** At exit. */
    end(): RunEnded {
      cases.end()
      ran()
      output.flush()
      output.exit?.()
      return { runId, reach, hasTests: cases.hasTests() }
    },
  }
}
