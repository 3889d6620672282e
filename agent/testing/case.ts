import { createMarks } from './budgets.ts'
import type { HookKind, Outcome, Running, Step, StepOutcome, Try } from './framework.ts'
import type { Identity, Known } from './identity.ts'
import type { TestsParts } from './parts.ts'
import type { Root, RootEnded } from './root.ts'
import { rounded, type Tell } from './tell.ts'
import type { Totals } from './totals.ts'

interface CaseParts extends TestsParts {
  readonly identity: Identity
  readonly tell: Tell
  readonly totalsOf: (library: string) => Totals
  readonly rootOf: (testId: string, library: string) => Root
  readonly guard: <R>(run: () => R) => R | undefined
}

/** Makes the record of each time that a test is run. */
export function createCases(parts: CaseParts) {
  const { options, identity, totalsOf, rootOf, guard, now, tryAcquire } = parts
  const { tell, recordOf } = parts.tell
  const { capture, thresholds } = options
  const measure = options.level === 'detailed' ? parts.measure : undefined
  const marksOf = createMarks(options.budgets)
  const open = new Set<Running>()
  let hasTests = false

  const begin = (subject: object, test: Try): Running => {
    const { library } = test
    const known = identity.testOf(subject, test)
    const { root, end } = rootOf(known.id, library)
    const memory = measure?.begin()
    const concurrent = open.size
    let beforeMs = 0
    let afterMs = 0
    let stopped: RootEnded | undefined
    const stop = () => {
      stopped ??= end()
      return stopped
    }
    const running: Running = {
      enter: () => void guard(root.enter),
      keepIn: (resource) => void guard(() => root.keepIn(resource)),
      hook(kind) {
        const since = now()
        return () => {
          if (isBefore(kind)) beforeMs += now() - since
          else afterMs += now() - since
        }
      },
      step(of) {
        const since = now()
        return (outcome) => void guard(() => tellStep(known, library, of, now() - since, outcome))
      },
      stop: () => void guard(stop),
      end: (outcome) => void guard(() => finish(outcome)),
    }
    const finish = (outcome: Outcome) => {
      if (!open.delete(running)) return
      const ended = stop()
      const spent = memory && measure?.end(memory)
      count(known, test, outcome)
      const { status, error, assertions } = outcome
      const metadata = identity.metadataOf(test)
      metadata.status = status
      metadata.retry = test.retry ?? 0
      metadata.attempt = test.attempt ?? 1
      if (test.worker !== undefined) metadata.worker = test.worker
      metadata.before_ms = rounded(beforeMs)
      metadata.after_ms = rounded(afterMs)
      if (capture.http && ended.requests > 0) metadata.http_requests = ended.requests
      const marks = marksOf({ file: identity.fileOf(test.file), titles: [...test.suites, test.title ?? ''] })
      if (marks !== '') metadata.budgets = marks
      if (capture.assertions && assertions !== undefined) metadata.assertions = assertions
      const record = recordOf('test.case', library, ended.durationMs, metadata, error)
      record.concurrent = concurrent
      record.test_id = known.id
      ended.addTo(record)
      if (spent !== undefined) {
        if (spent.memoryMb >= thresholds.memory_mb) record.exceeded = ['memory_mb']
        record.peak_memory_mb = rounded(spent.memoryMb)
        record.cpu_ms = rounded(spent.cpuMs)
      }
      tell(record)
    }
    totalsOf(library)
    open.add(running)
    return running
  }

  /** Tried again: the last time is what counts. */
  const count = (known: Known, { library, file, retry = 0 }: Try, { status }: Outcome) => {
    const totals = totalsOf(library)
    if (known.status !== undefined) totals.counts[known.status]--
    // The second: in another process than the try before it.
    if (known.status !== undefined || retry > 0) totals.retries++
    known.status = status
    totals.counts[status]++
    totals.files.add(file)
    hasTests = true
  }
  const tellStep = (known: Known, library: string, of: Step, durationMs: number, { status, error }: StepOutcome) => {
    if (!tryAcquire()) {
      totalsOf(library).leftOut++
      return
    }
    const record = recordOf('test.step', library, durationMs, { ...identity.stepOf(of), status }, error)
    record.test_id = known.id
    tell(record)
  }

  return {
    begin,
    hasTests: () => hasTests,
    /** At exit: what is still open will not end. */
    end() {
      for (const running of [...open]) running.end({ status: 'failed', error: new Unfinished() })
    },
  }
}

const isBefore = (kind: HookKind) => kind === 'before' || kind === 'before_each'

/** Stands for the end of the process; a key, since names of classes are shortened. */
const { Unfinished } = { Unfinished: class {} }
