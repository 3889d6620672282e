import type { Outcome, Place } from './framework.ts'

export const library = 'vitest'

/** A test or suite, as @vitest/runner 3 and 4 have it. */
export interface Task {
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
export function placeOf(task: Task): Place {
  const suites: string[] = []
  for (let one = task.suite; one !== undefined && one.filepath === undefined; one = one.suite) suites.unshift(one.name)
  const title = task.filepath === undefined ? { title: task.name } : {}
  return { library, file: task.file.filepath, line: task.location?.line, suites, ...title }
}

export function outcomeOf(task: Task): Outcome {
  if (task.mode === 'todo') return { status: 'todo' }
  const state = task.result?.state
  if (task.mode === 'skip' || state === 'skip' || state === 'todo') return { status: 'skipped' }
  return state === 'fail' ? { status: 'failed', error: errorOf(task) } : { status: 'passed' }
}

/** Those of the `expect` that all tests share: of concurrent ones nobody's. */
export function assertionsOf({ concurrent }: Task): number | undefined {
  const shared = globalThis as Record<symbol, unknown>
  const states = shared[Symbol.for('matchers-object')]
  const state = states instanceof WeakMap ? states.get(shared[Symbol.for('expect-global')] as object) : undefined
  return concurrent ? undefined : state?.assertionCalls
}

export const errorOf = (task: Task): string => task.result?.errors?.at(-1)?.name ?? 'Error'
