import { areBindings } from '../locate/bindings.ts'
import { claimConstructor, claimListener, isClaim, share } from './imitate.ts'
import type { Fn } from './patch.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's values pass here
type Any = any

/** One wrapper where it stands. */
export interface Applied {
  readonly owner: unknown
  readonly wrapper: Fn
  readonly original: Fn
  readonly before: PropertyDescriptor | undefined
  readonly on: () => boolean
}

/** The patches that are applied, so that they can be taken off again. No holder is kept alive by this. */
export interface Patches {
  add(holder: object, key: PropertyKey, applied: Applied): void
  /** The owner's wrapper that is in there: on top, or under another agent's. */
  in(holder: object, key: PropertyKey, owner: unknown): Applied | undefined
  /** Takes off each wrapper that is off and on top; what is under another's stays, and passes calls through. */
  release(): void
}

export function createPatches(): Patches {
  const patches = new WeakMap<object, Map<PropertyKey, Applied[]>>()
  const holders = new Set<WeakRef<object>>()

  const sweep = (visit: (holder: object, keys: Map<PropertyKey, Applied[]>) => void) => {
    for (const ref of holders) {
      const holder = ref.deref()
      const keys = holder && patches.get(holder)
      if (holder !== undefined && keys !== undefined) visit(holder, keys)
      if (holder !== undefined && keys !== undefined && keys.size > 0) continue
      if (holder !== undefined) patches.delete(holder)
      holders.delete(ref)
    }
  }

  return {
    add(holder, key, applied) {
      let keys = patches.get(holder)
      if (keys === undefined) {
        // Modules that an application loads anew, again and again, leave dead references.
        if (holders.size > 0 && holders.size % 1000 === 0) sweep(() => {})
        keys = new Map()
        patches.set(holder, keys)
        holders.add(new WeakRef(holder))
      }
      keys.set(key, [...(keys.get(key) ?? []), applied])
    },
    in: (holder, key, owner) =>
      patches
        .get(holder)
        ?.get(key)
        ?.find((applied) => applied.owner === owner),
    release() {
      sweep((holder, keys) => {
        for (const [key, stacked] of keys) {
          for (let top = stacked.at(-1); top !== undefined; top = stacked.at(-1)) {
            if (top.on() || !takeOff(holder, key, top)) break
            stacked.pop()
          }
          if (stacked.length === 0) keys.delete(key)
        }
      })
    },
  }
}

/** The property before it is replaced, as `takeOff` puts it back. */
export function before(holder: Any, key: PropertyKey): PropertyDescriptor | undefined {
  return areBindings(holder) ? { value: holder[key] } : Object.getOwnPropertyDescriptor(holder, key)
}

/** Puts the former property back, if ours is still on top; true when it did. Never throws. */
function takeOff(holder: Any, key: PropertyKey, { wrapper, original, before }: Applied): boolean {
  try {
    if (areBindings(holder)) {
      if (holder[key] !== wrapper) return false
      holder[key] = before?.value
    } else {
      const descriptor = Object.getOwnPropertyDescriptor(holder, key)
      if (descriptor === undefined || descriptor.value !== wrapper) return false
      if (before === undefined) {
        if (!Reflect.deleteProperty(holder, key)) return false
      } else if (!Reflect.defineProperty(holder, key, descriptor.configurable ? before : { value: before.value }))
        return false
    }
    share(wrapper, original)
    claimConstructor(original, wrapper)
    if (isClaim(original)) claimListener(original, wrapper)
    return true
  } catch {
    return false
  }
}
