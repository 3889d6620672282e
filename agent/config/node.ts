/** A value of the configuration with the place where it stands. `text` is what the file says, before substitution. */
export type Node = { readonly at: number } & (
  | { readonly kind: 'scalar'; readonly value: unknown; readonly text: string; readonly problem?: string }
  | { readonly kind: 'list'; readonly items: readonly Node[] }
  | { readonly kind: 'map'; readonly entries: readonly Entry[] }
)
export interface Entry {
  readonly key: string
  readonly at: number
  readonly value: Node
}

/** A key outside of the section. Its value is read no deeper than the keys of a map. */
export interface Outside extends Entry {
  readonly path: readonly string[]
}

export interface Document {
  /** The value of `runtime.profiling`. */
  readonly section: Node | undefined
  /** Where the section was looked for in vain, and the key that may have been meant for it. */
  readonly missing: { readonly at: number; readonly hint: string } | undefined
  /** What else may have been meant for it: the keys beside the section; where it is missing, all of the upper levels. */
  readonly outside: readonly Outside[]
  /** Keys that stand in one map more than once; the last is in force. */
  readonly repeated: readonly { readonly key: string; readonly at: number }[]
  /** `line:column`. */
  readonly location: (at: number) => string
}
