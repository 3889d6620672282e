import type { Framework, HookKind, Outcome, Place, Running, RunningHook, Tests } from './framework.ts'

/** A test, suite or hook, as mocha 10 and 11 have it. */
interface Runnable {
  readonly title: string
  /** Of a hook, whose title names the test that it runs for. */
  readonly originalTitle?: string
  readonly type: string
  readonly file?: string
  readonly parent?: Suite
  readonly ctx?: { readonly currentTest?: Runnable }
  currentRetry?(): number
  retriedTest?(): Runnable | undefined
}
interface Suite {
  readonly title: string
  readonly root: boolean
  readonly file?: string
  readonly parent?: Suite
  readonly tests: readonly unknown[]
}
interface Runner {
  isParallelMode?(): boolean
}

// biome-ignore lint/suspicious/noExplicitAny: the framework's functions
type Fn = (this: any, ...args: any[]) => any

const library = 'mocha'
const kinds: Readonly<Record<string, HookKind>> = {
  'before all': 'before',
  'after all': 'after',
  'before each': 'before_each',
  'after each': 'after_each',
}

/** mocha, by the events of its runner: one test after the other, in each of its processes with `--parallel`. */
export const mocha: Framework = {
  library,
  module: 'mocha',
  file: 'lib/runner',
  versions: '>=10 <12',
  attach: (tests) => ({ seen: (exports) => tests.guard(() => follow(exports, tests)) }),
}

const followed = new WeakSet<object>()

function follow(exports: unknown, tests: Tests): void {
  const { prototype } = exports as { prototype: { emit: Fn } }
  if (followed.has(prototype)) return
  followed.add(prototype)
  if (process.env.MOCHA_WORKER_ID !== undefined) tests.startedBy(process.ppid)
  const heard = createListener(tests)
  const { emit } = prototype
  const replaced: Fn = function (this: Runner, event, ...args) {
    // The first process of several only repeats what the others tell.
    if (!this.isParallelMode?.()) tests.guard(() => heard[event as string]?.(args[0] as never, args[1]))
    return Reflect.apply(emit, this, arguments)
  }
  Object.defineProperty(prototype, 'emit', { value: replaced, configurable: true, writable: true })
}

type Listener = Readonly<Record<string, (of: never, error?: unknown) => void>>

function createListener(tests: Tests): Listener {
  /** Its hooks run after it has been told to be over: what comes next ends it. */
  let last: { readonly test: Runnable; readonly running: Running; outcome: Outcome | undefined } | undefined
  let hook: ((error?: unknown) => void) | undefined
  const suites = new Map<Suite, { readonly end: ReturnType<Tests['startSuite']>; failed: boolean }>()

  const endHook = (error?: unknown) => {
    hook?.(error)
    hook = undefined
  }
  const endLast = () => {
    const ended = last
    last = undefined
    ended?.running.end(ended.outcome ?? { status: 'failed' })
  }
  const begin = (test: Runnable) => {
    const retry = test.currentRetry?.() ?? 0
    const worker = Number(process.env.MOCHA_WORKER_ID)
    return tests.begin(test.retriedTest?.() ?? test, {
      ...placeOf(test),
      ...{ retry, attempt: retry + 1 },
      ...(Number.isInteger(worker) && { worker }),
    })
  }
  const settle = (outcome: Outcome) => {
    if (last !== undefined) last.outcome ??= outcome
  }

  return {
    suite(suite: Suite) {
      endLast()
      if (!suite.root) suites.set(suite, { end: tests.startSuite(suitePlaceOf(suite)), failed: false })
    },
    'suite end'(suite: Suite) {
      endLast()
      const found = suites.get(suite)
      suites.delete(suite)
      found?.end(found.failed ? 'failed' : 'passed', suite.tests.length)
    },
    test(test: Runnable) {
      endLast()
      const running = begin(test)
      last = { test, running, outcome: undefined }
      running.enter()
    },
    pass: () => settle({ status: 'passed' }),
    retry: (_test: Runnable, error: unknown) => settle({ status: 'failed', error }),
    pending(test: Runnable) {
      if (last?.test === test) return settle({ status: 'skipped' })
      endLast()
      // One that is still to be written is no other.
      begin(test).end({ status: 'skipped' })
    },
    fail(of: Runnable, error: unknown) {
      for (let one = of.parent; one !== undefined; one = one.parent) {
        const suite = suites.get(one)
        if (suite !== undefined) suite.failed = true
      }
      if (of.type === 'hook') endHook(error)
      settle({ status: 'failed', error })
    },
    hook(of: Runnable) {
      const kind = kinds[/"([\w ]+)" hook/.exec(of.originalTitle ?? of.title)?.[1] ?? '']
      if (kind === undefined) return
      if (kind.endsWith('each') && last !== undefined) {
        last.running.enter()
        hook = last.running.hook(kind)
        return
      }
      endLast()
      const running: RunningHook = tests.hook(kind, suitePlaceOf(of.parent))
      running.enter()
      hook = running.end
    },
    'hook end': () => endHook(),
    end() {
      endLast()
      tests.ran()
    },
  }
}

function placeOf(test: Runnable): Place {
  return { library, file: test.file, suites: titlesOf(test.parent), title: test.title }
}

/** Its root has all files, and no name. */
function suitePlaceOf(suite: Suite | undefined): Place {
  if (suite === undefined || suite.root) return { library, file: undefined, suites: [] }
  return { library, file: suite.file, suites: titlesOf(suite.parent), title: suite.title }
}

function titlesOf(suite: Suite | undefined): string[] {
  return suite === undefined || suite.root ? [] : [...titlesOf(suite.parent), suite.title]
}
