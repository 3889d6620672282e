import { isMainThread } from 'node:worker_threads'
import type { Framework, Tests } from './framework.ts'
import { createListener, type Event, type State } from './jest-events.ts'
import { followModules, handImported, type Imports, type MakesRequire } from './jest-modules.ts'

// biome-ignore lint/suspicious/noExplicitAny: the framework's functions
type Fn = (this: any, ...args: any[]) => any

/** The context in which a file's tests run. */
interface Environment {
  readonly global?: object
  handleTestEvent?: Fn
}
/** One for each file, as jest-runtime 29 and 30 have it. */
interface Runtime extends MakesRequire, Imports {
  readonly _environment?: Environment
  readonly _testPath?: string
}

/**
 * jest, by its runtime: each file has one, which Node loads and which loads all that runs in the file's context. It is told
 * of tests as a `handleTestEvent` of the environment is, and hands over the modules that it has evaluated.
 */
export const jest: Framework = {
  library: 'jest',
  module: 'jest-runtime',
  file: 'build/index',
  versions: '>=29 <31',
  attach: (tests) => ({ seen: (exports) => tests.guard(() => findRuntimes(exports, tests)) }),
}

/** Its runner of before, which tells of no test; libraries are profiled with it all the same. */
export const jasmine: Framework = {
  library: 'jest',
  module: 'jest-jasmine2',
  versions: '>=29 <31',
  attach: ({ guard, warnOnce }) => ({
    seen: () =>
      guard(() => {
        // In each of its processes; this is the first one's, and that of all tests in band.
        if (process.env.JEST_WORKER_ID === '1')
          warnOnce(
            'jest jasmine2',
            "jest's runner jest-jasmine2 tells of no test: none is recorded, nor which test a call is in; use jest-circus, jest's default (`testRunner` in jest's configuration)",
          )
      }),
  }),
}

const found = new WeakSet<object>()

/** The constructor ends with a reset, which runs no code of the application. */
function findRuntimes(exports: unknown, tests: Tests): void {
  const { prototype } = (exports as { default: { prototype: { resetModules?: Fn } } }).default
  if (found.has(prototype)) return
  found.add(prototype)
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'resetModules')
  const original: Fn | undefined = descriptor?.value
  if (original === undefined) return void warn(tests)
  if (process.send !== undefined && isMainThread && process.env.JEST_WORKER_ID !== undefined)
    tests.startedBy(process.ppid)
  const replaced: Fn = function (this: Runtime) {
    const result = Reflect.apply(original, this, arguments)
    tests.guard(() => follow(this, tests))
    return result
  }
  Object.defineProperty(prototype, 'resetModules', { ...descriptor, value: replaced })
}

function follow(runtime: Runtime, tests: Tests): void {
  const { _environment: environment, _testPath: file } = runtime
  if (found.has(runtime)) return
  found.add(runtime)
  if (environment?.global === undefined || !followModules(runtime, tests)) return void warn(tests)
  openDoors(environment.global, tests)
  const heard = createListener(file, tests)
  const { handleTestEvent } = environment
  // With an `await` for each handler, one more is nothing that a test could see.
  const replaced: Fn = function (this: unknown, event: Event, state: State) {
    if (event.name === 'run_start' || event.name === 'test_start') tests.guard(() => handImported(runtime, tests))
    tests.guard(() => heard(event, state))
    return handleTestEvent === undefined ? undefined : Reflect.apply(handleTestEvent, this, arguments)
  }
  Object.defineProperty(environment, 'handleTestEvent', { value: replaced, configurable: true, writable: true })
}

/** The agent stands on Node's own `globalThis`: what runs in the context finds it on the context's. */
function openDoors(global: object, { doors }: Tests): void {
  for (const door of doors) {
    // Not a value: jest empties those when the context ends.
    const get = () => (globalThis as Record<symbol, unknown>)[door]
    Object.defineProperty(global, door, { get, configurable: true, enumerable: false })
  }
}

const warn = (tests: Tests): void =>
  tests.warnOnce('jest', 'the tests of this version of jest cannot be followed: none is recorded; please report it')
