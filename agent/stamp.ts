import { isProxy } from 'node:util/types'

/** One kind of value that is kept with objects. */
export interface Stamp<T> {
  of(object: object): T | undefined
  put(object: object, value: T): void
}

/**
 * Keeps a value with an object as long as that lives, where nobody can see it: as a private field. A WeakMap that gets
 * an entry with each call costs the garbage collector microseconds for each, so it has those alone that can't be extended.
 */
export function createStamp<T>(): Stamp<T> {
  let others: WeakMap<object, T> | undefined
  class Stamped extends Itself {
    #value: T

    constructor(object: object, value: T) {
      super(object)
      this.#value = value
    }

    static of(object: object): T | undefined {
      return #value in object ? object.#value : others?.get(object)
    }

    static put(object: object, value: T): void {
      if (#value in object) object.#value = value
      // `isExtensible` would run a proxy's trap; the field is put on the proxy itself.
      else if (isProxy(object) || Object.isExtensible(object)) new Stamped(object, value)
      else {
        others ??= new WeakMap()
        others.set(object, value)
      }
    }
  }
  return { of: Stamped.of, put: Stamped.put }
}

/** Its constructor returns the object that it is passed, to which a subclass then adds its field. */
class Itself {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: that is the way to give another's object a private field
    return object
  }
}
