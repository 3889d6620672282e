/** What a value is, as far as its declaration tells. `many` is one or a list of them. */
export type Kind = 'string' | 'number' | 'boolean' | 'function' | 'vector' | 'array' | 'many' | 'object' | 'unknown'

/** A parameter, or a property of one that is known by name: `args.1.limit`. */
export interface Slot {
  readonly path: string
  readonly name: string
  readonly kind: Kind
}

/** What a function's source says of it. */
export interface Signature {
  readonly slots: readonly Slot[]
  /** What it gives, a promise's value; `hits.length` where a list is inside. */
  readonly returns: { readonly kind: Kind; readonly list?: string | undefined }
  /** Calls nothing and waits for nothing, so that there is nothing to measure. */
  readonly small: boolean
  readonly callback: boolean
}

/** A function that a way leads to. */
export interface Candidate {
  readonly at: string
  readonly name: string
  /** The class or object that has it. */
  readonly holder?: string | undefined
  readonly signature: Signature
  /** Where it is written: `src/store.js:12`. */
  readonly location?: string | undefined
  /** Why it is left out unless all are asked for. */
  readonly minor?: string | undefined
}

/** What no way leads to, and why. */
export interface Unreachable {
  readonly name: string
  readonly location?: string | undefined
  readonly why: string
}

/** All that was found in a file or package. */
export interface Survey {
  readonly candidates: readonly Candidate[]
  readonly unreachable: readonly Unreachable[]
  /** Sentences that are true of all of it. */
  readonly notes: readonly string[]
}

export const noSignature: Signature = { slots: [], returns: { kind: 'unknown' }, small: false, callback: false }
