import { isPromise } from 'node:util/types'
import { Script } from 'node:vm'
import type { HookKind, Outcome, Place, Running, Tests } from './framework.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's functions
type Fn = (this: any, ...args: any[]) => any

/** A suite, as jest-circus 29 and 30 have it. The outermost is the file, whose name is jest's. */
interface Suite {
  readonly name: string
  readonly mode?: string | null
  readonly parent?: Suite
  readonly hooks: readonly Hook[]
  readonly children: readonly (Suite | Test)[]
}
interface Test {
  readonly type: 'test'
  readonly name: string
  readonly parent: Suite
  readonly concurrent?: boolean
  readonly errors: readonly unknown[]
  readonly numPassingAsserts?: number
  fn?: Fn
}
interface Hook {
  readonly type: string
  readonly parent: Suite
  fn: Fn
}
export interface State {
  readonly rootDescribeBlock: Suite
  readonly currentlyRunningTest?: Test | null
}
export interface Event {
  readonly name: string
  readonly test?: Test
  readonly hook?: Hook
  readonly describeBlock?: Suite
  readonly error?: unknown
}

const library = 'jest'
const kinds: Readonly<Record<string, HookKind>> = {
  beforeAll: 'before',
  afterAll: 'after',
  beforeEach: 'before_each',
  afterEach: 'after_each',
}

/** A test or hook that is about to call its function. */
interface Called {
  enter(): void
  end?(error?: unknown): void
}

/** Of the tests of one file, which are told by the events of jest-circus. */
export function createListener(file: string | undefined, tests: Tests): (event: Event, state: State) => void {
  const open = new Map<Test, Running>()
  const attempts = new WeakMap<Test, number>()
  const errors = new WeakMap<Test, unknown>()
  const called = new WeakMap<Test | Hook, Called>()
  const suites = new Map<Suite, ReturnType<Tests['startSuite']>>()
  /** A hook after its tests has failed, which are over. */
  const failedSuites = new WeakSet<Suite>()
  const number = Number(process.env.JEST_WORKER_ID)
  const worker = Number.isInteger(number) ? { worker: number } : {}

  const begin = (test: Test) => {
    const attempt = (attempts.get(test) ?? 0) + 1
    attempts.set(test, attempt)
    errors.delete(test)
    const more = { ...worker, retry: attempt - 1, attempt }
    const running = tests.begin(test, { ...placeOf(test.parent), title: test.name, ...more })
    open.set(test, running)
    return running
  }
  const end = (test: Test | undefined, outcome: Outcome) => {
    if (test === undefined) return
    open.get(test)?.end(outcome)
    open.delete(test)
  }
  const failed = ({ test, error }: Event) => {
    if (test !== undefined && !errors.has(test)) errors.set(test, error)
  }
  const endHook = ({ hook, error }: Event) => {
    if (hook === undefined) return
    called.get(hook)?.end?.(error)
    called.delete(hook)
  }
  const watch = (suite: Suite) => {
    for (const hook of suite.hooks) enterWhenCalled(hook, () => called.get(hook))
    for (const child of suite.children) {
      if (isTest(child)) enterWhenCalled(child, () => called.get(child), early(child))
      else watch(child)
    }
  }
  /** Concurrent ones are called before they are told of, until 30.3; their order is that of a queue. */
  const early = (test: Test): Early | undefined =>
    test.concurrent !== true
      ? undefined
      : {
          isDue: () => !attempts.has(test),
          begin: () => void tests.guard(() => begin(test).enter()),
          made(result) {
            const stop = () => open.get(test)?.stop()
            if (isPromise(result)) Reflect.apply(then, result, [stop, stop])
            return result
          },
        }

  const heard: Readonly<Record<string, (event: Event, state: State) => void>> = {
    run_start: (_, { rootDescribeBlock }) => watch(rootDescribeBlock),
    run_describe_start({ describeBlock: suite }) {
      if (suite?.parent !== undefined) suites.set(suite, tests.startSuite(suitePlaceOf(suite)))
    },
    run_describe_finish({ describeBlock: suite }) {
      if (suite === undefined) return
      const isFailed = failedSuites.has(suite) || hasFailed(suite)
      suites.get(suite)?.(isFailed ? 'failed' : suite.mode === 'skip' ? 'skipped' : 'passed', testsOf(suite).length)
      suites.delete(suite)
    },
    test_start({ test }) {
      if (test !== undefined && !open.has(test)) begin(test)
    },
    test_skip: ({ test }) => end(test, { status: 'skipped' }),
    test_todo: ({ test }) => end(test, { status: 'todo' }),
    test_fn_start({ test }) {
      const running = test && open.get(test)
      if (test !== undefined && running !== undefined) called.set(test, running)
    },
    test_fn_failure: failed,
    test_done({ test }) {
      if (test === undefined) return
      called.delete(test)
      const assertions = test.concurrent ? undefined : test.numPassingAsserts
      if (test.errors.length === 0) end(test, { status: 'passed', assertions })
      else end(test, { status: 'failed', error: errorOf(errors.get(test) ?? test.errors[0]), assertions })
    },
    hook_start({ hook }, { currentlyRunningTest }) {
      const kind = kinds[hook?.type ?? '']
      if (hook === undefined || kind === undefined) return
      const running = kind.endsWith('each') ? currentlyRunningTest && open.get(currentlyRunningTest) : undefined
      if (running) called.set(hook, { enter: running.enter, end: running.hook(kind) })
      else if (!kind.endsWith('each')) called.set(hook, tests.hook(kind, suitePlaceOf(hook.parent)))
    },
    hook_success: endHook,
    hook_failure(event) {
      failed(event)
      if (event.hook?.type === 'afterAll') failedSuites.add(event.hook.parent)
      endHook({ ...event, error: errorOf(event.error) })
    },
  }

  return (event, state) => heard[event.name]?.(event, state)

  function placeOf(suite: Suite): Place {
    return { library, file, suites: titlesOf(suite) }
  }
  function suitePlaceOf(suite: Suite): Place {
    return suite.parent === undefined ? placeOf(suite) : { ...placeOf(suite.parent), title: suite.name }
  }
}

/** A test whose function jest calls before it tells of it. */
interface Early {
  isDue(): boolean
  begin(): void
  /** Gives the result of its function, and stops the test with it. */
  made(result: unknown): unknown
}

const { then } = Promise.prototype

/**
 * jest takes the function out of the test or hook right before it calls it: what is read then enters the context, and no
 * frame of ours stands in the stack.
 */
function enterWhenCalled(of: Test | Hook, called: () => Called | undefined, early?: Early): void {
  let fn = of.fn
  Object.defineProperty(of, 'fn', {
    ...{ enumerable: true, configurable: true },
    get() {
      if (early?.isDue() && fn !== undefined) return beginning(early, fn)
      called()?.enter()
      return fn
    },
    set(value: Fn | undefined) {
      fn = value
    },
  })
}

let make: ((early: Early, fn: Fn) => Fn) | undefined

/** The function of a script without a name, whose frame jest leaves out of the stacks that it prints. */
function beginning(early: Early, fn: Fn): Fn {
  make ??= new Script('(early, fn) => function () { early.begin(); return early.made(fn.apply(this, arguments)) }', {
    filename: '',
  }).runInThisContext() as NonNullable<typeof make>
  return make(early, fn)
}

const isTest = (one: Suite | Test): one is Test => !('children' in one)
const testsOf = (suite: Suite): Test[] => suite.children.filter(isTest)
const hasFailed = (suite: Suite): boolean =>
  suite.children.some((one) => (isTest(one) ? one.errors.length > 0 : hasFailed(one)))

function titlesOf(suite: Suite): string[] {
  return suite.parent === undefined ? [] : [...titlesOf(suite.parent), suite.name]
}

/** What was thrown; a text may hold anything. jest keeps an error with the place of its test. */
function errorOf(error: unknown): unknown {
  const [thrown, place] = Array.isArray(error) ? error : [error]
  const found = thrown ?? place
  return typeof found === 'object' && found !== null ? found : 'Error'
}
