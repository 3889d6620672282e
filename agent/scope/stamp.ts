/** What is kept with an object. */
export interface Stamp<T> {
  of(object: object): T | undefined
  /** The object must be extensible. */
  put(object: object, value: T): void
}

/**
 * Keeps a value with an object as long as that lives, where nobody can see it: as a private field. A WeakMap that gets
 * an entry with each call costs the garbage collector microseconds for each.
 */
export function createStamp<T>(): Stamp<T> {
  class Stamped extends Itself {
    #value: T

    constructor(object: object, value: T) {
      super(object)
      this.#value = value
    }

    static of(object: object): T | undefined {
      return #value in object ? object.#value : undefined
    }
  }
  return { of: Stamped.of, put: (object, value) => void new Stamped(object, value) }
}

/** What is constructed is the given object, to which a subclass then adds its field. */
class Itself {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: that is the way to give another's object a private field
    return object
  }
}
