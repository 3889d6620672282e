import { compileAt } from '../locate/path.ts'
import type { Framework, Outcome, Running, Tests } from './framework.ts'
import { type Exports, type Fn, wrapHooks } from './vitest-hooks.ts'
import { assertionsOf, errorOf, library, outcomeOf, placeOf, type Task } from './vitest-tasks.ts'

interface Attempt {
  readonly retry: number
  readonly repeats: number
}

const first: Attempt = { retry: 0, repeats: 0 }

type Runner = Record<string, Fn | undefined>

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
