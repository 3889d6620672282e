/** The kind of a value, as far as its declaration tells. `many` is one or a list of them. */
export type Kind = 'string' | 'number' | 'boolean' | 'function' | 'vector' | 'array' | 'many' | 'object' | 'unknown'

/** A parameter, or a property of one that is known by name: `args.1.limit`. */
export interface Slot {
  readonly path: string
  readonly name: string
  readonly kind: Kind
}

/** A function as its source tells of it. */
export interface Signature {
  readonly slots: readonly Slot[]
  /** The result, of a promise its value; `hits.length` if a list is inside. */
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
  /** The source of it: `src/store.js:12`. */
  readonly location?: string | undefined
  /** The reason to leave it out unless all are asked for. */
  readonly minor?: string | undefined
}

/** A function that no path leads to, with the reason. */
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
