import { subscribe } from 'node:diagnostics_channel'
import { isMainThread } from 'node:worker_threads'
import { compileAt } from '../locate/path.ts'
import type { Framework, HookKind, Outcome, Place, Running, Tests } from './framework.ts'

/** A test or suite, as @vitest/runner 3 and 4 have it. */
interface Task {
  readonly name: string
  readonly type: string
  readonly mode: string
  readonly file: { readonly filepath: string }
  readonly suite?: Task
  readonly filepath?: string
  readonly concurrent?: boolean
  readonly location?: { readonly line: number }
  readonly tasks?: readonly Task[]
  readonly result?: {
    readonly state?: string
    readonly pending?: boolean
    readonly duration?: number
    readonly errors?: readonly { readonly name?: string }[]
  }
}
interface Attempt {
  readonly retry: number
  readonly repeats: number
}

const first: Attempt = { retry: 0, repeats: 0 }

// biome-ignore lint/suspicious/noExplicitAny: the framework's and the application's functions
type Fn = (this: any, ...args: any[]) => any
type Hooks = Record<string, Fn[]>
/** Those of its exports that are used. */
interface Exports {
  readonly getHooks?: (suite: Task) => Hooks | undefined
}
type Runner = Record<string, Fn | undefined>

const library = 'vitest'
const kinds: Readonly<Record<string, HookKind>> = {
  beforeAll: 'before',
  afterAll: 'after',
  beforeEach: 'before_each',
  afterEach: 'after_each',
}

/** vitest, by the runner object that it hands to `startTests` in each of its workers. */
export const vitest: Framework = {
  library,
  module: '@vitest/runner',
  versions: '>=3 <5',
  attach(tests) {
    let exports: Exports = {}
    const wrap = (original: Fn): Fn =>
      function startTests(this: unknown, ...args) {
        tests.guard(() => follow(args[1] as Runner, exports, tests))
        return Reflect.apply(original, this, args)
      }
    return {
      patches: () => [
        {
          at: 'startTests',
          path: compileAt('startTests'),
          from(found: Exports) {
            exports = found
            return found
          },
          wrap,
          on: () => true,
        },
      ],
    }
  },
}

const module = { library, module: 'vitest', versions: '>=3 <5' }

/**
 * Its pools that evaluate modules in contexts of their own, `@vitest/runner` among them: nothing that Node loads tells of
 * tests. It is reported once in a run: by the threads of a process together, of processes by the first of 3, which have
 * numbers from 1 on, and with 4 by the one that starts them.
 */
export const vitestVm: readonly Framework[] = ['vmThreads', 'vmForks'].map((pool) => ({
  ...module,
  file: `dist/workers/${pool}`,
  attach: (tests) => {
    const isFile = (path: unknown) => typeof path === 'string' && endOf(pool).test(path)
    const tell = () =>
      tests.warnOnce(
        'vitest vm',
        `vitest's pool ${pool} loads modules past Node's loader: no test is recorded, and no call in one; use the pool forks or threads (\`pool\` in vitest's configuration, or --pool=forks)`,
      )
    if (!isMainThread && isFile(process.argv[1])) tell()
    else if (isMainThread && pool === 'vmForks') onSpawn((args) => args.some(isFile) && tell())
    return {
      seen: () => {
        if (!isMainThread || process.env.VITEST_WORKER_ID === '1') tell()
      },
    }
  },
}))

const endOf = (pool: string) => new RegExp(`[\\\\/]vitest[\\\\/]dist[\\\\/]workers[\\\\/]${pool}\\.js$`)

/** A process has its arguments right after it is told of. */
function onSpawn(told: (args: readonly string[]) => void): void {
  subscribe('child_process', (message) => {
    const { process } = message as { readonly process?: { readonly spawnargs?: readonly string[] } }
    queueMicrotask(() => told(process?.spawnargs ?? []))
  })
}

const followed = new WeakSet<object>()

function follow(runner: Runner, { getHooks }: Exports, tests: Tests): void {
  if (followed.has(runner)) return
  followed.add(runner)
  const open = new Map<Task, Running>()
  const attempts = new WeakMap<Task, number>()
  const asserted = new WeakMap<Task, number | undefined>()
  const startedBy = process.env.VITEST_POOL_ID === undefined ? undefined : process.ppid
  // Threads are in the process that has started them.
  if (process.send !== undefined && startedBy !== undefined) tests.startedBy(startedBy)
  const end = (task: Task, outcome: Outcome) => {
    open.get(task)?.end({ ...outcome, assertions: asserted.get(task) })
    open.delete(task)
  }
  const begin = (task: Task, { retry }: Attempt) => {
    const attempt = (attempts.get(task) ?? 0) + 1
    attempts.set(task, attempt)
    const worker = Number(process.env.VITEST_POOL_ID)
    const more = Number.isInteger(worker) ? { worker } : {}
    const running = tests.begin(task, { ...placeOf(task), retry, attempt, ...more })
    open.set(task, running)
    return running
  }

  before(runner, 'onBeforeRunFiles', (files: readonly Task[]) => {
    for (const file of files) wrapHooks(file, getHooks, (task) => open.get(task), tests)
  })
  before(runner, 'onBeforeTryTask', (task: Task, attempt: Attempt) => {
    // Tried again: it has failed, unless it is to be repeated.
    if (open.has(task)) end(task, attempt.retry > 0 ? { status: 'failed', error: errorOf(task) } : outcomeOf(task))
    begin(task, attempt).enter()
  })
  before(runner, 'onAfterTryTask', (task: Task) => asserted.set(task, assertionsOf(task)))
  before(runner, 'onTaskFinished', (task: Task) => {
    // Nothing is told of the end of a test that skips itself.
    if (task.result?.pending === true) end(task, { status: 'skipped' })
  })
  before(runner, 'onBeforeRunTask', (task: Task) => {
    if (task.mode !== 'run' && task.mode !== 'queued') begin(task, first).end(outcomeOf(task))
  })
  before(runner, 'onAfterRunTask', (task: Task) => end(task, outcomeOf(task)))
  before(runner, 'onAfterRunFiles', (files: readonly Task[]) => {
    for (const file of files) skip(file)
    tests.ran()
  })
  before(runner, 'onAfterRunSuite', (suite: Task) => {
    const durationMs = suite.result?.duration ?? 0
    const of = placeOf(suite)
    tests.suite(of, { status: outcomeOf(suite).status, durationMs, tests: suite.tasks?.length ?? 0 })
  })

  /** Tells of those that were never begun: their suite is skipped, or its hook has failed. */
  function skip(task: Task): void {
    if (task.type === 'test' && !attempts.has(task))
      begin(task, first).end({ status: task.mode === 'todo' ? 'todo' : 'skipped' })
    for (const one of task.tasks ?? []) skip(one)
  }

  function before(on: Runner, name: string, told: (...args: never[]) => void): void {
    const original = on[name]
    on[name] = function (this: unknown, ...args) {
      tests.guard(() => told(...(args as never[])))
      return original === undefined ? undefined : Reflect.apply(original, this, args)
    }
  }
}

/** Times the hooks of a file's suites. They are kept by what vitest has put on them, so the wrapper has that, too. */
function wrapHooks(
  suite: Task,
  getHooks: Exports['getHooks'],
  runningOf: (task: Task) => Running | undefined,
  tests: Tests,
): void {
  const hooks = getHooks?.(suite) ?? {}
  for (const [name, kind] of Object.entries(kinds)) {
    const list = hooks[name]
    if (!Array.isArray(list)) continue
    for (const [i, hook] of list.entries()) list[i] = wrapped(hook, kind)
  }
  for (const task of suite.tasks ?? []) if (task.type === 'suite') wrapHooks(task, getHooks, runningOf, tests)

  function wrapped(hook: Fn, kind: HookKind): Fn {
    const timed: Fn = function (this: unknown, ...args) {
      const task = args[0]?.task as Task | undefined
      const running = task && runningOf(task)
      if (running !== undefined)
        return ending(
          Reflect.apply(hook, this, args),
          tests.guard(() => running.hook(kind)),
        )
      if (kind !== 'before' && kind !== 'after') return Reflect.apply(hook, this, args)
      const one = tests.guard(() => tests.hook(kind, placeOf(suite)))
      if (one === undefined) return Reflect.apply(hook, this, args)
      return ending(
        one.run(() => Reflect.apply(hook, this, args)),
        one.end,
      )
    }
    return Object.defineProperties(timed, Object.getOwnPropertyDescriptors(hook))
  }
}

/** Tells of the end, and gives what the hook gave. */
async function ending(result: unknown, ended: ((error?: unknown) => void) | undefined): Promise<unknown> {
  try {
    const value = await result
    ended?.()
    return value
  } catch (error) {
    ended?.(error)
    throw error
  }
}

function placeOf(task: Task): Place {
  const suites: string[] = []
  for (let one = task.suite; one !== undefined && one.filepath === undefined; one = one.suite) suites.unshift(one.name)
  const title = task.filepath === undefined ? { title: task.name } : {}
  return { library, file: task.file.filepath, line: task.location?.line, suites, ...title }
}

function outcomeOf(task: Task): Outcome {
  if (task.mode === 'todo') return { status: 'todo' }
  const state = task.result?.state
  if (task.mode === 'skip' || state === 'skip' || state === 'todo') return { status: 'skipped' }
  return state === 'fail' ? { status: 'failed', error: errorOf(task) } : { status: 'passed' }
}

/** Those of the `expect` that all tests share: of concurrent ones nobody's. */
function assertionsOf({ concurrent }: Task): number | undefined {
  const shared = globalThis as Record<symbol, unknown>
  const states = shared[Symbol.for('matchers-object')]
  const state = states instanceof WeakMap ? states.get(shared[Symbol.for('expect-global')] as object) : undefined
  return concurrent ? undefined : state?.assertionCalls
}

const errorOf = (task: Task): string => task.result?.errors?.at(-1)?.name ?? 'Error'
