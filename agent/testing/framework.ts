import type { AsyncResource } from 'node:async_hooks'
import type { ModulePatch, Watched } from '../replace/patch.ts'
import type { TestRoot } from '../test-root.ts'

/** One test framework: which module to attach to, and how. One file each. */
export interface Framework {
  readonly library: string
  /** The module to attach to. */
  readonly module: string
  readonly file?: string
  readonly versions?: string
  /** Either is told of the module's exports, or replaces functions in it. */
  attach(tests: Tests): Pick<ModulePatch, 'seen'> | Pick<ModulePatch, 'patches'>
}

/** Where a test or suite stands. */
export interface Place {
  readonly library: string
  /** Its absolute path. */
  readonly file: string | undefined
  readonly line?: number | undefined
  /** The titles of the suites and tests around it, the outermost first. */
  readonly suites: readonly string[]
  /** Absent for what belongs to the file as a whole. */
  readonly title?: string | undefined
}

export interface Try extends Place {
  /** How often it was tried again before, because it failed. */
  readonly retry?: number
  /** 1 the first time, retries and repeats counted. */
  readonly attempt?: number
  /** The framework's number of its worker. */
  readonly worker?: number | undefined
}

export type Status = 'passed' | 'failed' | 'skipped' | 'todo'

export interface Outcome {
  readonly status: Status
  readonly error?: unknown
  readonly assertions?: number | undefined
}

/** A test under way. Nothing of it throws. */
export interface Running {
  /** The rest of the running callback, and all that it starts, is in the test. */
  enter(): void
  /** What runs in the scope of this resource is in the test. */
  keepIn(resource: AsyncResource): void
  /** Begins a hook of the test; gives what ends it. */
  hook(kind: HookKind): (error?: unknown) => void
  /** Begins a step of the test; gives what ends it. */
  step(of: Step): (outcome: StepOutcome) => void
  /** Its time is over; what became of it will be told by its end. */
  stop(): void
  end(outcome: Outcome): void
}

/** A part of a test that its framework tells by itself. */
export interface Step {
  /** The framework's word for it: `given`, `expect`. */
  readonly kind: string
  readonly title?: string | undefined
  readonly file?: string | undefined
  readonly line?: number | undefined
}

export interface StepOutcome {
  /** A framework may know more of them than of tests: `pending`, `undefined`. */
  readonly status: string
  readonly error?: unknown
}

export type HookKind = 'before' | 'after' | 'before_each' | 'after_each'

/** A hook of a suite or a file, which is in no test. */
export interface RunningHook extends Pick<TestRoot, 'run' | 'enter' | 'keepIn'> {
  end(error?: unknown): void
}

/** What patches modules, as a loader besides Node's tells of them. */
export interface Loader {
  /** A module of CommonJS that was evaluated. */
  commonjs(module: NodeJS.Module): void
  match(path: string): readonly number[]
  hand(hits: readonly number[], exports: unknown, path: string): unknown
  readonly watched: readonly Watched[]
  refused(refusal: { readonly index: number; readonly state: 'wrap_failed'; readonly detail: string }): void
}

/** What frameworks tell of their tests. */
export interface Tests {
  /** `subject` is the framework's own object of the test, which may be tried several times. */
  begin(subject: object, test: Try): Running
  hook(kind: HookKind, of: Place): RunningHook
  suite(of: Place, ended: Pick<Outcome, 'status'> & { readonly durationMs: number; readonly tests?: number }): void
  /** The same for one whose time the framework does not tell; gives what ends it. */
  startSuite(of: Place): (status: Status, tests: number) => void
  /** This thread has run all tests that it was given: it may be ended without a word. */
  ran(): void
  /** The processes of one run have the process that started them in common; `sees` is false where the agent is not in that. */
  startedBy(pid: number, sees?: boolean): void
  /** This process only hands tests out to others, which speak for themselves. */
  handsOut(): void
  /** For a framework that loads modules past Node. */
  loader(): Loader | undefined
  /** Keys of what the agent has put on `globalThis`, for a framework that runs tests in contexts of their own. */
  readonly doors: readonly symbol[]
  readonly warnOnce: (cause: string, message: string) => void
  /** Runs what must not reach the framework. */
  guard<R>(run: () => R): R | undefined
}
