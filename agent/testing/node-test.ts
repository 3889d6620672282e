import { type AsyncResource, createHook } from 'node:async_hooks'
import type { Framework, HookKind, Outcome, Place, Running, RunningHook, Tests } from './framework.ts'

/** A test, suite or hook, as Node's runner has it: alike in 20, 22, 24 and 26, where it stands in internal/test_runner/test. */
interface NodeTest extends AsyncResource {
  readonly name: string
  readonly parent: NodeTest | null
  readonly parentTest?: NodeTest | null
  readonly loc?: { readonly file?: string; readonly line?: number }
  readonly entryFile?: string
  readonly reportedType?: string
  readonly hookType?: string
  readonly startTime: unknown
  readonly passed: boolean
  readonly skipped: boolean
  readonly isTodo: boolean
  readonly error: { readonly cause?: unknown; readonly failureType?: string } | null
  readonly subtests: readonly unknown[]
  readonly plan?: { readonly actual?: number } | null
  duration(): number
  getRunArgs(): { readonly ctx: object }
  getReportDetails(): unknown
}

// biome-ignore lint/suspicious/noExplicitAny: methods of Node's own classes
type Method = (this: any, ...args: any[]) => any

const kinds: Readonly<Record<string, HookKind>> = {
  before: 'before',
  after: 'after',
  beforeEach: 'before_each',
  afterEach: 'after_each',
}

/**
 * Node's runner. Its tracing channel (Node 26) tells neither suites nor what was skipped, and begins behind the hooks; so
 * the class of its tests is found by the first one that is made, and of its methods those are replaced that call no code of
 * the application: none of our frames stands in a failed test's stack.
 */
export const nodeTest: Framework = {
  library: 'node:test',
  module: 'node:test',
  attach: (tests) => ({ seen: () => tests.guard(() => findClass(tests)) }),
}

let isFound = false
const classes = ['Test', 'Suite', 'TestHook', 'FileTest']

function findClass(tests: Tests): void {
  if (isFound) return
  isFound = true
  const found = createHook({
    init(_id, type, _trigger, resource) {
      // The application may call a resource of its own so.
      if (type !== 'Test' || !classes.includes(resource.constructor.name)) return
      found.disable()
      tests.guard(() => replaceIn(resource, tests))
    },
  }).enable()
}

/** What `node --test` is started with by `--import` it only passes on to its processes; by `--require` it has it, too. */
const isRequired = () =>
  /(^|\s)(-r|--require)[\s=]\S*(@crossbridge[\\/]agent|register\.mjs)/.test(
    [...process.execArgv, process.env.NODE_OPTIONS].join(' '),
  )

function replaceIn(resource: object, tests: Tests): void {
  let owner: object | null = resource
  while (owner !== null && !Object.hasOwn(owner, 'getReportDetails')) owner = Object.getPrototypeOf(owner)
  const abort = owner && Object.getOwnPropertySymbols(owner).find(({ description }) => description === 'kShouldAbort')
  if (owner === null || abort === null || abort === undefined || !Object.hasOwn(owner, 'getRunArgs')) {
    tests.warnOnce(
      'node:test',
      `the tests of node:test can't be followed in Node ${process.versions.node}: no test is recorded; please report it`,
    )
    return
  }
  if (process.env.NODE_TEST_CONTEXT?.startsWith('child')) tests.startedBy(process.ppid, isRequired())
  follow(owner, abort, tests)
}

interface Followed {
  /** Until it is over: Node keeps each test until the last one is. */
  running: Running | undefined
}

function follow(owner: object, abort: symbol, tests: Tests): void {
  const followed = new WeakMap<NodeTest, Followed>()
  /** By the context that is handed to a test and its hooks. */
  const byContext = new WeakMap<object, Followed>()
  const hookClasses = new WeakSet<object>()

  const begin = (test: NodeTest) => {
    const running = tests.begin(test, placeOf(test))
    const begun: Followed = { running }
    followed.set(test, begun)
    running.keepIn(test)
    return begun
  }
  const isFile = (test: NodeTest) => test.constructor.name === 'FileTest'

  // At its begin, before its hooks.
  leaf(owner, 'getRunArgs', (test: NodeTest, args: { readonly ctx: object }) => {
    if (test.parent === null || test.startTime === null || isFile(test)) return
    byContext.set(args.ctx, followed.get(test) ?? begin(test))
  })
  // At its end, after its hooks; asked for again when it is reported.
  leaf(owner, 'getReportDetails', (test: NodeTest) => {
    if (test.parent === null || isFile(test)) return
    const found = followed.get(test)
    if (found !== undefined && found.running === undefined) return
    const running = found?.running
    if (found === undefined) followed.set(test, { running })
    else found.running = undefined
    if (test.reportedType === 'suite')
      tests.suite(placeOf(test), {
        status: outcomeOf(test).status,
        durationMs: test.duration(),
        tests: test.subtests.length,
      })
    // Else what was cancelled before it began.
    else (running ?? tests.begin(test, placeOf(test))).end(outcomeOf(test))
  })
  leaf(owner, abort, (hook: NodeTest) => {
    if (hook.hookType === undefined) return
    const own = Object.getPrototypeOf(hook)
    if (hookClasses.has(own) || own === owner) return
    hookClasses.add(own)
    followHooks(own, byContext, tests)
  })
}

type Ends = (error: unknown) => void

function followHooks(own: object, byContext: WeakMap<object, Followed>, tests: Tests): void {
  // Concurrent tests have a hook in common.
  const open = new WeakMap<NodeTest, Ends[]>()

  leaf(own, 'getRunArgs', (hook: NodeTest, args: { readonly ctx?: object } | undefined) => {
    const kind = kinds[hook.hookType ?? '']
    if (kind === undefined) return
    const running = args?.ctx && byContext.get(args.ctx)?.running
    const one = running ?? tests.hook(kind, hookPlaceOf(hook))
    one.keepIn(hook)
    const ends: Ends = running === undefined ? (one as RunningHook).end : running.hook(kind)
    open.set(hook, [...(open.get(hook) ?? []), ends])
  })
  leaf(own, 'postRun', (hook: NodeTest) => {
    const [ends, ...others] = open.get(hook) ?? []
    open.set(hook, others)
    ends?.(hook.error === null ? undefined : causeOf(hook.error))
  })

  /** The suite's, or the file's where the root has it. */
  function hookPlaceOf(hook: NodeTest): Place {
    const of = hook.parentTest ?? null
    if (of !== null && of.parent !== null) return placeOf(of)
    return { library: nodeTest.library, file: fileOf(of ?? hook) ?? hook.loc?.file, suites: [] }
  }
}

/** Replaces a method by one that does the same, then tells of it. */
function leaf(owner: object, name: string | symbol, told: (self: NodeTest, result: never) => void): void {
  const found = Object.getOwnPropertyDescriptor(owner, name)
  const original = found?.value as Method
  const replaced: Method = function (...args) {
    const result = Reflect.apply(original, this, args)
    try {
      told(this, result as never)
    } catch {
      // Guarded where it can fail; a getter of a later Node's class is no reason to fail a test.
    }
    return result
  }
  Object.defineProperty(owner, name, { ...found, value: replaced })
}

function placeOf(test: NodeTest): Place {
  const suites: string[] = []
  for (let one = test.parent; one !== null && one.parent !== null; one = one.parent) suites.unshift(one.name)
  return { library: nodeTest.library, file: fileOf(test), line: test.loc?.line, suites, title: test.name }
}

/** The file that was run, of which Node 20 says nothing: a test may be made by a function elsewhere. */
function fileOf(test: NodeTest): string | undefined {
  return test.entryFile ?? process.argv[1] ?? test.loc?.file
}

function outcomeOf(test: NodeTest): Outcome {
  if (test.skipped) return { status: 'skipped' }
  const assertions = test.plan?.actual
  const error = test.passed || test.error === null ? undefined : causeOf(test.error)
  if (test.isTodo) return { status: 'todo', error }
  return { status: test.passed ? 'passed' : 'failed', error, assertions }
}

/** What the test has thrown, or why it failed else (`testTimeoutFailure`). */
function causeOf({ cause, failureType }: { readonly cause?: unknown; readonly failureType?: string }): unknown {
  return typeof cause === 'object' && cause !== null ? cause : (failureType ?? 'Error')
}
