import type { HookKind, Running, Tests } from './framework.ts'
import { placeOf, type Task } from './vitest-tasks.ts'

// biome-ignore lint/suspicious/noExplicitAny: the framework's and the application's functions
export type Fn = (this: any, ...args: any[]) => any
type Hooks = Record<string, Fn[]>
/** Those of its exports that are used. */
export interface Exports {
  readonly getHooks?: (suite: Task) => Hooks | undefined
}

const kinds: Readonly<Record<string, HookKind>> = {
  beforeAll: 'before',
  afterAll: 'after',
  beforeEach: 'before_each',
  afterEach: 'after_each',
}

/** Times the hooks of a file's suites. They are kept by what vitest has put on them, so the wrapper has that, too. */
export function wrapHooks(
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
