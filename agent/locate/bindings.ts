import { isProxy } from 'node:util/types'
import type { Step } from './path.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's values pass here
type Any = any

/** Why a user's module has no facade, though an export that has to be set can't be. */
export type Unwrapped = 'circle' | 'live' | 'entry' | 'unknown'

/** Why an export that has to be set can't be. */
export type Fixed = 'const' | 'elsewhere' | 'unnamed'

/** The values that the line at a module's end hands over. */
export interface Handed {
  /** Set an export's binding in the module itself. */
  readonly setters: Readonly<Record<string, (value: unknown) => void>>
  /** The name of each export in the module. */
  readonly locals: Readonly<Record<string, string>>
  readonly fixed: Readonly<Record<string, Fixed>>
  readonly unwrapped?: Unwrapped | undefined
}

interface State extends Handed {
  /** Two names of one binding are one function: by which of them it is set. */
  readonly taken: Map<string, string>
}

const states = new WeakMap<object, State>()
const known = new WeakMap<object, object>()

/** The exports of a module as an object that can be assigned to: it sets the module's own bindings. */
export function bindingsOf(namespace: Any, handed: Handed): object {
  const made = known.get(namespace)
  if (made !== undefined) return made
  const read = (key: string | symbol) => {
    try {
      return namespace[key]
    } catch {
      return undefined // An export of another module in the circle, which is not evaluated yet.
    }
  }
  const exports = new Proxy(Object.create(null), {
    get: (_, key) => read(key),
    has: (_, key) => key in namespace,
    ownKeys: () => Reflect.ownKeys(namespace),
    getOwnPropertyDescriptor: (_, key) =>
      key in namespace ? { value: read(key), writable: true, enumerable: true, configurable: true } : undefined,
    set(_, key, value) {
      // An export that can't be set stays, as in import-in-the-middle's Proxy: to try is no fault.
      try {
        if (typeof key === 'string') handed.setters[key]?.(value)
      } catch {}
      return true
    },
  })
  known.set(namespace, exports)
  states.set(exports, { ...handed, taken: new Map() })
  return exports
}

/** True when a module's namespace has been handed over by the line at its end. */
export const isHanded = (namespace: unknown) =>
  typeof namespace === 'object' && namespace !== null && known.has(namespace)

/**
 * Exports whose bindings can be set by assigning to them: those of `bindingsOf`, and import-in-the-middle's Proxy over
 * an object without prototype.
 */
export function areBindings(exports: Any): boolean {
  return isProxy(exports) && Object.getPrototypeOf(exports) === null
}

/** Why an export can't be set; `alias` where it is another name of one that is set already. */
export type Unset = Fixed | 'alias' | 'late' | 'unset'

export function whyUnset(exports: Any, key: string | symbol): Unset | undefined {
  const state = states.get(exports)
  if (state === undefined) return undefined
  const name = String(key)
  const local = state.locals[name]
  if (local === undefined || state.setters[name] === undefined) return state.fixed[name] ?? 'unset'
  const by = state.taken.get(local) ?? name
  if (by !== name) return 'alias'
  try {
    state.setters[name]?.(exports[key])
  } catch {
    return 'const'
  }
  state.taken.set(local, name)
  return undefined
}

/** True when the export at which a path begins has no value yet, though its module has been evaluated. */
export function isLate(exports: Any, [first]: readonly Step[]): boolean {
  if (!states.has(exports) || first?.kind !== 'get') return false
  return first.name in exports && exports[first.name] === undefined
}

/** The message for an export that can't be set. */
export function unsetMessage(exports: Any, unset: Unset, at: string): string {
  const why = states.get(exports)?.unwrapped
  return `${at} can't be hooked${why === undefined ? '' : ` in ${unwrappedModules[why]}`}: ${reasons[unset]}`
}

const unwrappedModules: Readonly<Record<Unwrapped, string>> = {
  circle: 'a circle of imports that is used while it is evaluated',
  live: 'a module with exports that change later',
  entry: "the application's entry file",
  unknown: 'this module',
}

const reasons: Readonly<Record<Unset, string>> = {
  const: 'it is a const, which nothing can set; write it as a function, or with let',
  elsewhere: 'it is an export of another file; name that file as the module',
  unnamed: 'a default export without a name has nothing to set; give it one: export default function name() {}',
  late: 'it gets its value only after its module has been evaluated; mark its calls by hand',
  unset: 'nothing can set it; write it as a function, or with let',
  alias: 'it is another name of one that is profiled',
}
