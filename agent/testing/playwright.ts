import type { Framework, HookKind, Outcome, Place, Running, RunningHook, StepOutcome, Tests, Try } from './framework.ts'

/** A test under way in a worker process, as Playwright Test has it. */
interface TestInfo {
  readonly testId: string
  readonly titlePath: readonly string[]
  readonly file: string
  readonly line: number
  readonly retry: number
  readonly parallelIndex: number
  readonly repeatEachIndex: number
  readonly project: { readonly name?: string }
  readonly _timeoutManager?: object
}
interface Worker {
  readonly _currentTest?: TestInfo | null
}
interface Failure {
  readonly message?: string
}
interface StepBegun {
  readonly stepId: string
  readonly parentStepId?: string
  readonly title: string
  readonly category: string
  readonly location?: { readonly file: string; readonly line: number }
}
interface Ended {
  readonly status: string
  readonly expectedStatus: string
  readonly errors: readonly Failure[]
  readonly annotations: readonly { readonly type: string }[]
}

// biome-ignore lint/suspicious/noExplicitAny: the framework's functions
type Fn = (this: any, ...args: any[]) => any

const library = '@playwright/test'
const suiteHooks: Readonly<Record<string, HookKind>> = { 'beforeAll hook': 'before', 'afterAll hook': 'after' }

const module = { library, module: 'playwright', versions: '>=1.64 <2' }

/** Playwright Test, by what a worker process tells the one that has started it: one test after the other. */
export const playwright: readonly Framework[] = [
  {
    ...module,
    file: 'lib/common/index',
    attach: (tests) => ({ seen: (exports) => tests.guard(() => attachTo(exports, tests)) }),
  },
  // It reads the files of the tests, too.
  { ...module, file: 'lib/runner/index', attach: (tests) => ({ seen: () => tests.handsOut() }) },
]

const replaced = new WeakSet<object>()

function attachTo(exports: unknown, tests: Tests): void {
  const { prototype } = (exports as { ProcessRunner: { prototype: Record<string, Fn> } }).ProcessRunner
  if (replaced.has(prototype)) return
  replaced.add(prototype)
  const heard = createListener(tests)
  const { dispatchEvent } = prototype
  if (dispatchEvent === undefined) return
  const value: Fn = function (this: Worker, method, params) {
    tests.guard(() => heard[method as string]?.(params as never, this._currentTest ?? undefined))
    return Reflect.apply(dispatchEvent, this, arguments)
  }
  Object.defineProperty(prototype, 'dispatchEvent', { value, configurable: true, writable: true })
}

type Listener = Readonly<Record<string, (told: never, info: TestInfo | undefined) => void>>
/** A worker has one test at a time. */
interface Current {
  readonly running: Running
  /** The hook of a suite that runs in it. */
  hook: RunningHook | undefined
  assertions: number
  readonly ends: Map<string, (outcome: StepOutcome) => void>
}

function createListener(tests: Tests): Listener {
  let current: Current | undefined

  return {
    testBegin(_told: never, info) {
      if (info === undefined) return
      tests.startedBy(process.ppid)
      current = { running: tests.begin(info, tryOf(info)), hook: undefined, assertions: 0, ends: new Map() }
      current.running.enter()
      keepContext(info._timeoutManager, () => current)
    },
    stepBegin(step: StepBegun, info) {
      if (current === undefined) return
      const kind = suiteHooks[step.title]
      if (step.category === 'hook' && kind !== undefined && info !== undefined)
        current.ends.set(step.stepId, beginHook(current, kind, { ...placeOf(info), ...step.location }, tests))
      else current.ends.set(step.stepId, beginStep(current, step))
    },
    stepEnd({ stepId, error }: { stepId: string; error?: Failure }) {
      const end = current?.ends.get(stepId)
      current?.ends.delete(stepId)
      end?.({ status: error === undefined ? 'passed' : 'failed', ...(error && { error: errorOf(error) }) })
    },
    testEnd(ended: Ended) {
      const assertions = current?.assertions
      current?.running.end({ ...outcomeOf(ended), assertions })
      current = undefined
    },
  }
}

function beginHook(current: Current, kind: HookKind, place: Place, tests: Tests): (outcome: StepOutcome) => void {
  const hook = tests.hook(kind, place)
  current.hook = hook
  hook.enter()
  return ({ error }) => {
    hook.end(error)
    current.hook = undefined
    current.running.enter()
  }
}

/** What is around all hooks and fixtures tells their time; what Playwright's own functions do may have an address as its title. */
function beginStep(
  current: Current,
  { parentStepId, title, category, location }: StepBegun,
): (outcome: StepOutcome) => void {
  const { running } = current
  if (category === 'hook' && parentStepId === undefined) {
    running.enter()
    return running.hook(title === 'Before Hooks' ? 'before_each' : 'after_each')
  }
  if (category === 'expect') {
    current.assertions++
    return () => {}
  }
  return running.step({ kind: category, title: category === 'pw:api' ? undefined : title, ...location })
}

/**
 * A suite's hook runs within its first test, and what awaits it was begun in the hook's context: so the right one is set
 * where Playwright sets the timeout, before each function of the application.
 */
function keepContext(manager: object | undefined, currentOf: () => Current | undefined): void {
  const prototype = manager && Object.getPrototypeOf(manager)
  const original: Fn | undefined = prototype?._updateTimeout
  if (original === undefined || replaced.has(prototype)) return
  replaced.add(prototype)
  prototype._updateTimeout = function (this: unknown, ...args: unknown[]) {
    const current = currentOf()
    ;(current?.hook ?? current?.running)?.enter()
    return Reflect.apply(original, this, args)
  }
}

function tryOf(info: TestInfo): Try {
  const { retry, parallelIndex, repeatEachIndex } = info
  return {
    ...placeOf(info),
    title: info.titlePath.at(-1),
    retry,
    attempt: retry + repeatEachIndex + 1,
    worker: parallelIndex,
  }
}

/** A test of several projects is one in each. */
function placeOf({ titlePath, file, line, project: { name } }: TestInfo): Place {
  const suites = titlePath.slice(1, -1)
  return { library, file, line, suites: name ? [name, ...suites] : suites }
}

function outcomeOf({ status, expectedStatus, errors, annotations }: Ended): Outcome {
  if (status === 'skipped') return { status: annotations.some(({ type }) => type === 'fixme') ? 'todo' : 'skipped' }
  if (status === expectedStatus) return { status: 'passed' }
  return { status: 'failed', error: status === 'failed' ? errorOf(errors[0]) : status }
}

/** Its class stands before its message, which is all that Playwright keeps. */
const errorOf = (failure: Failure | undefined) =>
  /^[A-Za-z_$][\w$]*(?=: |$)/.exec(failure?.message ?? '')?.[0] ?? 'Error'
