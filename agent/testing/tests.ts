import type { Ended, Measure } from '../call.ts'
import { className } from '../class-name.ts'
import type { Budget } from '../config/budgets.ts'
import type { Counts, Metadata, Output, ProfileRecord } from '../model.ts'
import type { Fate, TestRoot, TestRoots } from '../test-root.ts'
import { createMarks } from './budgets.ts'
import type { HookKind, Outcome, Place, Running, Status, StepOutcome, Tests, Try } from './framework.ts'
import { createIdentity, runIdOf } from './identity.ts'
import type { Ended as RunEnded } from './run-end.ts'
import { createTally } from './tally.ts'

/** The part of the section `test_execution` that is used here. */
interface Options {
  readonly mode: string
  readonly level: string
  readonly capture: {
    readonly test_lifecycle: boolean
    readonly commands: boolean
    readonly http: boolean
    readonly assertions: boolean
  }
  readonly include_titles: boolean
  readonly budgets: readonly Budget[]
  readonly thresholds: { readonly slow_call_ms: number; readonly memory_mb: number }
}

export interface TestsParts {
  readonly options: Options
  /** Files are told from here on. */
  readonly folder: string
  readonly roots: () => TestRoots | undefined
  readonly output: Output
  /** Admits a record of a call or hook. */
  readonly tryAcquire: () => boolean
  readonly countsOf: (library: string, scope: string) => Counts
  readonly emitted: () => void
  readonly measure: Measure | undefined
  readonly now: () => number
  readonly dateNow: () => number
  readonly pid: number
  readonly threadId: number
  readonly loader: Tests['loader']
  readonly doors: Tests['doors']
  readonly warnOnce: (cause: string, message: string) => void
  readonly fault: (error: unknown) => void
}

type Totals = { [K in Status]: number } & { retries: number; since: number; leftOut: number; files: Set<unknown> }

/** Makes the records of tests, from what their framework tells. */
export function createTests(parts: TestsParts) {
  const { options, output, now, dateNow, pid, threadId, warnOnce, fault } = parts
  const { capture, thresholds } = options
  const { idOf, testIdOf, metadataOf, stepOf, fileOf } = createIdentity(parts.folder, options.include_titles)
  const marksOf = createMarks(options.budgets)
  const open = new Set<Running>()
  const totals = new Map<string, Totals>()
  /** By the framework's own object of a test. */
  const statuses = new WeakMap<object, Status>()
  let runId = runIdOf(pid)
  let reach: RunEnded['reach'] = 'run'
  let hasTests = false
  let handsOut = false

  const guard = <R>(run: () => R): R | undefined => {
    try {
      return run()
    } catch (error) {
      fault(error)
      return undefined
    }
  }
  const totalsOf = (library: string) => {
    const found = totals.get(library) ?? {
      ...{ passed: 0, failed: 0, skipped: 0, todo: 0, retries: 0, since: now(), leftOut: 0, files: new Set() },
    }
    totals.set(library, found)
    return found
  }
  const write = (record: ProfileRecord, context?: unknown): Fate => {
    const taken = output.write(record, context)
    if (taken) parts.emitted()
    return taken ? 'emitted' : 'dropped'
  }
  /** A record of the test run itself. */
  const tell = (name: string, library: string, made: Made) => {
    if (!capture.test_lifecycle) return
    const { durationMs, error, metadata, ...more } = made
    const counts = parts.countsOf(library, name)
    counts.seen++
    const record: ProfileRecord = {
      name,
      duration_ms: rounded(durationMs),
      timestamp: Math.round(dateNow() - durationMs) / 1000,
      library,
      ...(error !== undefined && { error: nameOf(error) }),
      ...{ concurrent: 0, pid, thread_id: threadId },
      metadata,
      ...more,
      run_id: runId,
    }
    counts[write(record)]++
  }
  /** Of the calls in a test, those that are slow or fail leave a record. */
  const takeFor = (testId: string, library: string, add: (record: ProfileRecord) => void) => {
    return (record: ProfileRecord, { failed, durationMs }: Ended, context: unknown): Fate => {
      add(record)
      const isSlow = durationMs >= thresholds.slow_call_ms
      if (!capture.commands || !(isSlow || failed)) return 'under_threshold'
      if (!parts.tryAcquire()) {
        totalsOf(library).leftOut++
        return 'limited'
      }
      const { exceeded: _, ...plain } = record
      const exceeded = isSlow && thresholds.slow_call_ms > 0 ? { exceeded: ['slow_call_ms'] } : {}
      return write({ ...plain, ...exceeded, test_id: testId }, context)
    }
  }
  const rootOf = (testId: string, library: string) => {
    const tally = createTally()
    const root = parts.roots()?.begin(options.mode === 'full', takeFor(testId, library, tally.add)) ?? withoutRoot(now)
    const end = () => {
      const { durationMs, selfMs, calls, timing } = root.end()
      const requests = tally.requests() + (timing.requests ?? 0)
      const usage = tally.usage()
      return {
        http: capture.http && requests > 0 ? { http_requests: requests } : {},
        made: {
          durationMs,
          ...{ trace_id: root.traceId, span_id: root.spanId, kind: 'test' as const, calls },
          ...{ self_ms: rounded(selfMs), timing },
          ...(usage.length > 0 && { usage }),
        },
      }
    }
    return { root, end }
  }

  const begin = (subject: object, test: Try): Running => {
    const { library, retry = 0, attempt = 1, worker } = test
    const testId = testIdOf(subject, test)
    const { root, end } = rootOf(testId, library)
    const memory = options.level === 'detailed' ? parts.measure?.begin() : undefined
    const concurrent = open.size
    const setup = { before_ms: 0, after_ms: 0 }
    const running: Running = {
      enter: () => void guard(root.enter),
      keepIn: (resource) => void guard(() => root.keepIn(resource)),
      hook(kind) {
        const since = now()
        return () => {
          setup[kind.startsWith('before') ? 'before_ms' : 'after_ms'] += now() - since
        }
      },
      step(of) {
        const since = now()
        return (outcome) => void guard(() => tellStep(of, now() - since, outcome))
      },
      stop: () => void guard(stop),
      end: (outcome) => void guard(() => finish(outcome)),
    }
    const tellStep = (of: Parameters<Running['step']>[0], durationMs: number, { status, error }: StepOutcome) => {
      if (!parts.tryAcquire()) {
        totalsOf(library).leftOut++
        return
      }
      tell('test.step', library, { durationMs, error, metadata: { ...stepOf(of), status }, test_id: testId })
    }
    let stopped: ReturnType<typeof end> | undefined
    const stop = () => {
      stopped ??= end()
      return stopped
    }
    const finish = ({ status, error, assertions }: Outcome) => {
      if (!open.delete(running)) return
      const { http, made } = stop()
      const spent = memory && parts.measure?.end(memory)
      const isBulky = spent !== undefined && spent.memoryMb >= thresholds.memory_mb
      const counted = totalsOf(library)
      const before = statuses.get(subject)
      // Tried again: the last time is what counts.
      if (before !== undefined) {
        counted[before]--
        counted.retries++
      }
      // In another process than the try before it.
      else if (retry > 0) counted.retries++
      statuses.set(subject, status)
      counted[status]++
      counted.files.add(test.file)
      hasTests = true
      const { file, suites, title } = test
      const marks = marksOf({ file: fileOf(file), titles: [...suites, title ?? ''] })
      tell('test.case', library, {
        ...made,
        error,
        concurrent,
        ...(isBulky && { exceeded: ['memory_mb'] }),
        ...(spent && { peak_memory_mb: rounded(spent.memoryMb), cpu_ms: rounded(spent.cpuMs) }),
        metadata: {
          ...metadataOf(test),
          ...{ status, retry, attempt },
          ...(worker !== undefined && { worker }),
          ...{ before_ms: rounded(setup.before_ms), after_ms: rounded(setup.after_ms) },
          ...http,
          ...(marks !== '' && { budgets: marks }),
          ...(capture.assertions && assertions !== undefined && { assertions }),
        },
        test_id: testId,
      })
    }
    totalsOf(library)
    open.add(running)
    return running
  }

  const hook = (kind: HookKind, of: Place) => {
    const testId = idOf(of)
    const { root, end } = rootOf(testId, of.library)
    let ended = false
    return {
      run: root.run,
      enter: root.enter,
      keepIn: root.keepIn,
      end: (error?: unknown) =>
        void guard(() => {
          if (ended) return
          ended = true
          const { http, made } = end()
          if (!parts.tryAcquire()) {
            totalsOf(of.library).leftOut++
            return
          }
          const metadata: Metadata = { ...metadataOf(of), hook: kind, ...http }
          tell('test.hook', of.library, { ...made, error, metadata, test_id: testId })
        }),
    }
  }

  /** What this thread had of the run. */
  const ran = () => {
    for (const [library, { since, leftOut, files, retries, ...counts }] of totals) {
      const count = Object.values(counts).reduce((sum, one) => sum + one, 0)
      const metadata = {
        ...{ tests: count, ...counts, files: files.size },
        ...(retries > 0 && { retries }),
        ...(leftOut > 0 && { records_left_out: leftOut }),
      }
      guard(() => tell('test.run', library, { durationMs: now() - since, metadata }))
    }
    totals.clear()
  }

  const suite: Tests['suite'] = (of, { status, durationMs, tests }) =>
    void guard(() =>
      tell('test.suite', of.library, {
        ...{ durationMs, test_id: idOf(of) },
        metadata: { ...metadataOf(of), status, ...(tests !== undefined && { tests }) },
      }),
    )
  const tests: Tests = {
    begin,
    hook,
    suite,
    startSuite(of) {
      const since = now()
      return (status, tests) => suite(of, { status, tests, durationMs: now() - since })
    },
    ran,
    startedBy: (by, sees = true) => {
      runId = runIdOf(by)
      reach = sees ? 'none' : 'process'
    },
    handsOut: () => {
      handsOut = true
    },
    loader: parts.loader,
    doors: parts.doors,
    warnOnce,
    guard,
  }
  return {
    tests,
    handsOut: () => handsOut,
    /** At exit: what is still open will not end. */
    end(): RunEnded {
      for (const running of [...open]) running.end({ status: 'failed', error: new Unfinished() })
      ran()
      output.flush()
      output.exit?.()
      return { runId, reach, hasTests }
    },
  }
}

type Made = { readonly durationMs: number; readonly error?: unknown; readonly metadata: Metadata } & Partial<
  Omit<ProfileRecord, 'name' | 'library' | 'error' | 'metadata' | 'duration_ms'>
>

/** Stands for the end of the process; a key, since names of classes are shortened. */
const { Unfinished } = { Unfinished: class {} }

/** A framework may keep no more of an error than its name. */
const nameOf = (error: unknown) => (typeof error === 'string' ? error.slice(0, 128) : className(error))

/** Of a test that begins while profiling is off. */
function withoutRoot(now: () => number): TestRoot {
  const since = now()
  return {
    ...{ traceId: '', spanId: '', run: (fn) => fn(), enter() {}, keepIn() {} },
    end: () => ({ durationMs: now() - since, selfMs: now() - since, calls: 0, timing: { blocked_ms: 0 } }),
  }
}

const rounded = (value: number) => Math.round(value * 100) / 100
