import { isMainThread } from 'node:worker_threads'
import { type Feature, type Pickle, placeOf } from './cucumber-place.ts'
import type { Framework, HookKind, Running, RunningHook, Status, StepOutcome, Tests } from './framework.ts'

/** One scenario with its tries, as cucumber 12 and 13 have it. */
interface CaseRunner {
  readonly eventBroadcaster: Broadcaster
  readonly pickle: Pickle
  readonly gherkinDocument?: { readonly feature?: Feature }
  readonly testCase: { readonly id: string; readonly testSteps: readonly TestStep[] }
  readonly skip?: boolean
}
interface TestStep {
  readonly id: string
  readonly hookId?: string
  readonly pickleStepId?: string
}
interface Class {
  readonly prototype: object
}
interface Broadcaster {
  emit: Fn
}
interface Result {
  readonly status: string
  readonly exception?: { readonly type?: string }
}

// biome-ignore lint/suspicious/noExplicitAny: the framework's functions
type Fn = (this: any, ...args: any[]) => any
type Listener = Readonly<Record<string, (told: never) => void>>

const library = '@cucumber/cucumber'
const versions = '>=12 <14'
/** The worst first. */
const statuses: Readonly<Record<string, Status>> = {
  FAILED: 'failed',
  AMBIGUOUS: 'failed',
  UNDEFINED: 'todo',
  PENDING: 'todo',
  SKIPPED: 'skipped',
  PASSED: 'passed',
}
const kinds: Readonly<Record<string, string>> = { Context: 'given', Action: 'when', Outcome: 'then' }
/** The scenarios under way, by what its events call them. */
const runners = new Map<string, CaseRunner>()

/**
 * Cucumber, by the events of what runs scenarios: one after the other, in each worker with `--parallel`, which is a process
 * in 12 and a thread in 13.
 */
export const cucumber: readonly Framework[] = [
  attachTo('lib/runtime/test_case_runner', versions, ({ default: runner }, tests) => {
    inFront(runner, 'run', tests, (of: CaseRunner) => {
      runners.set(of.testCase.id, of)
      follow(of.eventBroadcaster, tests)
    })
  }),
  attachTo('lib/runtime/worker', '>=12 <13', ({ Worker }, tests) => followHooks(Worker, tests)),
  attachTo('lib/runtime/executor', '>=13 <14', ({ Executor }, tests) => followHooks(Executor, tests)),
  attachTo('lib/runtime/parallel/adapter', versions, ({ ChildProcessAdapter, WorkerThreadsAdapter }, tests) => {
    inFront(ChildProcessAdapter, 'run', tests, tests.handsOut)
    inFront(WorkerThreadsAdapter, 'setup', tests, tests.handsOut)
  }),
]

function attachTo(
  file: string,
  ofVersions: string,
  attach: (exports: Partial<Record<string, Class>>, tests: Tests) => void,
): Framework {
  return {
    ...{ library, module: library, file, versions: ofVersions },
    attach: (tests) => ({ seen: (exports) => tests.guard(() => attach(exports as never, tests)) }),
  } as Framework
}

/** Of the whole run, told by the same events; which kind they are, no event says. */
function followHooks(of: Class | undefined, tests: Tests): void {
  inFront(of, 'runBeforeAllHooks', tests, (runner: CaseRunner) => {
    follow(runner.eventBroadcaster, tests).kind = 'before'
  })
  inFront(of, 'runAfterAllHooks', tests, (runner: CaseRunner) => {
    follow(runner.eventBroadcaster, tests).kind = 'after'
    // A thread is ended without a word.
    if (!isMainThread) tests.ran()
  })
}

/** Tells when a method is about to be called, as it is read: so that no frame of ours is in the stack of a hook or step. */
function inFront(of: Class | undefined, name: string, tests: Tests, told: (self: never) => void): void {
  const prototype = of?.prototype
  const found = prototype && Object.getOwnPropertyDescriptor(prototype, name)
  if (prototype === undefined || typeof found?.value !== 'function') return
  Object.defineProperty(prototype, name, {
    configurable: true,
    enumerable: found.enumerable ?? false,
    get(this: object) {
      if (this !== prototype) tests.guard(() => told(this as never))
      return found.value
    },
    set(this: object, value: unknown) {
      Object.defineProperty(this, name, { ...found, value })
    },
  })
}

interface Followed {
  kind: HookKind
}
const followed = new WeakMap<Broadcaster, Followed>()

function follow(broadcaster: Broadcaster, tests: Tests): Followed {
  const found = followed.get(broadcaster)
  if (found !== undefined) return found
  const made: Followed = { kind: 'before' }
  followed.set(broadcaster, made)
  if (process.env.CUCUMBER_WORKER_ID !== undefined && process.send !== undefined) tests.startedBy(process.ppid)
  const heard = createListener(made, tests)
  const { emit } = broadcaster
  broadcaster.emit = function (this: unknown, event, ...args) {
    if (event === 'envelope')
      tests.guard(() => {
        for (const [name, told] of Object.entries(args[0] ?? {})) heard[name]?.(told as never)
      })
    return Reflect.apply(emit, this, arguments)
  }
  return made
}

interface Open {
  readonly runner: CaseRunner
  readonly running: Running
  readonly results: Result[]
  endStep: (outcome: StepOutcome) => void
  hasRunSteps: boolean
}

function createListener(of: Followed, tests: Tests): Listener {
  const open = new Map<string, Open>()
  const hooks = new Map<string, RunningHook>()
  // The first process repeats what the others tell.
  const isOwn = (workerId: string | undefined) => workerId === process.env.CUCUMBER_WORKER_ID

  return {
    testRunHookStarted({ id, workerId }: { id: string; workerId?: string }) {
      if (!isOwn(workerId)) return
      const hook = tests.hook(of.kind, { library, file: undefined, suites: [] })
      hook.enter()
      hooks.set(id, hook)
    },
    testRunHookFinished({ testRunHookStartedId: id, result }: { testRunHookStartedId: string; result: Result }) {
      hooks.get(id)?.end(errorOf(result))
      hooks.delete(id)
    },
    testCaseStarted({
      id,
      testCaseId,
      attempt,
      workerId,
    }: Record<'id' | 'testCaseId' | 'workerId', string> & { attempt: number }) {
      if (!isOwn(workerId)) return
      const runner = runners.get(testCaseId)
      if (runner === undefined) return
      const worker = workerId === undefined ? {} : { worker: Number(workerId) }
      const running = tests.begin(runner, {
        ...placeOf(library, runner.pickle, runner.gherkinDocument?.feature),
        retry: attempt,
        attempt: attempt + 1,
        ...worker,
      })
      open.set(id, { runner, running, results: [], endStep() {}, hasRunSteps: false })
      running.enter()
    },
    testStepStarted({ testCaseStartedId, testStepId }: Record<'testCaseStartedId' | 'testStepId', string>) {
      const one = open.get(testCaseStartedId)
      const step = one?.runner.testCase.testSteps.find(({ id }) => id === testStepId)
      if (one === undefined || step === undefined) return
      one.running.enter()
      one.endStep = beginStep(one, step)
    },
    testStepFinished({ testCaseStartedId, testStepResult }: { testCaseStartedId: string; testStepResult: Result }) {
      const one = open.get(testCaseStartedId)
      one?.results.push(testStepResult)
      one?.endStep({ status: testStepResult.status.toLowerCase(), error: errorOf(testStepResult) })
    },
    testCaseFinished({ testCaseStartedId, willBeRetried }: { testCaseStartedId: string; willBeRetried: boolean }) {
      const one = open.get(testCaseStartedId)
      if (one === undefined) return
      open.delete(testCaseStartedId)
      if (!willBeRetried) runners.delete(one.runner.testCase.id)
      const worst = Object.keys(statuses).find((status) => one.results.some((result) => result.status === status))
      const error = one.results.find(({ status }) => status === worst)
      one.running.end({
        status: statuses[worst ?? ''] ?? (one.runner.skip ? 'skipped' : 'passed'),
        error: errorOf(error),
      })
    },
  }
}

function beginStep(one: Open, { hookId, pickleStepId }: TestStep): Open['endStep'] {
  if (hookId === undefined) {
    one.hasRunSteps = true
    const of = one.runner.pickle.steps.find(({ id }) => id === pickleStepId)
    return one.running.step({ kind: kinds[of?.type ?? ''] ?? 'step', title: of?.text })
  }
  const kind = one.hasRunSteps ? 'after_each' : 'before_each'
  const [endHook, endStep] = [one.running.hook(kind), one.running.step({ kind })]
  return (outcome) => {
    endHook()
    endStep(outcome)
  }
}

const errorOf = (result: Result | undefined) => result?.exception?.type
