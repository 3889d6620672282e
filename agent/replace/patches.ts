import { areBindings } from '../locate/bindings.ts'
import { claimConstructor, claimListener, isClaim, share } from './imitate.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's values pass here
type Any = any
type Fn = (...args: Any[]) => Any

/** One wrapper in its place. */
export interface Layer {
  readonly owner: unknown
  readonly wrapper: Fn
  readonly original: Fn
  readonly before: PropertyDescriptor | undefined
  readonly on: () => boolean
}

/** Where wrappers stand, so that they can be taken off again. No holder is kept alive by this. */
export interface Spots {
  add(holder: object, key: PropertyKey, layer: Layer): void
  /** The owner's wrapper that is in there: on top, or under another agent's. */
  in(holder: object, key: PropertyKey, owner: unknown): Layer | undefined
  /** Takes off each wrapper that is off and on top; what is under another's stays, and passes calls through. */
  release(): void
}

export function createSpots(): Spots {
  const spots = new WeakMap<object, Map<PropertyKey, Layer[]>>()
  const holders = new Set<WeakRef<object>>()

  const sweep = (visit: (holder: object, keys: Map<PropertyKey, Layer[]>) => void) => {
    for (const ref of holders) {
      const holder = ref.deref()
      const keys = holder && spots.get(holder)
      if (holder !== undefined && keys !== undefined) visit(holder, keys)
      if (holder !== undefined && keys !== undefined && keys.size > 0) continue
      if (holder !== undefined) spots.delete(holder)
      holders.delete(ref)
    }
  }

  return {
    add(holder, key, layer) {
      let keys = spots.get(holder)
      if (keys === undefined) {
        // Modules that an application loads anew, again and again, leave dead references.
        if (holders.size > 0 && holders.size % 1000 === 0) sweep(() => {})
        keys = new Map()
        spots.set(holder, keys)
        holders.add(new WeakRef(holder))
      }
      keys.set(key, [...(keys.get(key) ?? []), layer])
    },
    in: (holder, key, owner) =>
      spots
        .get(holder)
        ?.get(key)
        ?.find((layer) => layer.owner === owner),
    release() {
      sweep((holder, keys) => {
        for (const [key, layers] of keys) {
          for (let top = layers.at(-1); top !== undefined; top = layers.at(-1)) {
            if (top.on() || !takeOff(holder, key, top)) break
            layers.pop()
          }
          if (layers.length === 0) keys.delete(key)
        }
      })
    },
  }
}

/** What stood there before `put`, as `takeOff` needs it. */
export function before(holder: Any, key: PropertyKey): PropertyDescriptor | undefined {
  return areBindings(holder) ? { value: holder[key] } : Object.getOwnPropertyDescriptor(holder, key)
}

/** Puts back what was there, where ours is still on top; whether it did. Never throws. */
function takeOff(holder: Any, key: PropertyKey, { wrapper, original, before }: Layer): boolean {
  try {
    if (areBindings(holder)) {
      if (holder[key] !== wrapper) return false
      holder[key] = before?.value
    } else {
      const own = Object.getOwnPropertyDescriptor(holder, key)
      if (own === undefined || own.value !== wrapper) return false
      if (before === undefined) {
        if (!Reflect.deleteProperty(holder, key)) return false
      } else if (!Reflect.defineProperty(holder, key, own.configurable ? before : { value: before.value })) return false
    }
    share(wrapper, original)
    claimConstructor(original, wrapper)
    if (isClaim(original)) claimListener(original, wrapper)
    return true
  } catch {
    return false
  }
}
