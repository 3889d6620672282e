/**
 * A value of the configuration with the place where it stands. `text` is what the file says, before substitution, and
 * `filled` after it.
 */
export type Node = { readonly at: number } & (
  | {
      readonly kind: 'scalar'
      readonly value: unknown
      readonly text: string
      readonly filled?: string
      readonly problem?: string
    }
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
  /** Set if there is no section: where it should be, and the key that may have been meant for it. */
  readonly missing: { readonly at: number; readonly hint: string } | undefined
  /** Keys that may be meant for the section: those beside it; if it is missing, all of the upper levels. */
  readonly outside: readonly Outside[]
  /** Keys that stand in one map more than once; the last is in force. */
  readonly repeated: readonly { readonly key: string; readonly at: number }[]
  /** `line:column`. */
  readonly location: (at: number) => string
}

/** A scalar's text, where it is one and not empty. */
export function textOf(node: Node): string | undefined {
  return node.kind === 'scalar' && typeof node.value === 'string' && node.value !== '' ? node.value : undefined
}

/** A scalar's number, where it is one. */
export function finite(node: Node): number | undefined {
  return node.kind === 'scalar' && typeof node.value === 'number' && Number.isFinite(node.value)
    ? node.value
    : undefined
}

/** True for a node without a value: `targets:`, or a variable that is not set. */
export function isEmpty(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null && node.problem === undefined
}

/** The value of a map's key. */
export function childOf(node: Node, key: string): Node | undefined {
  return node.kind === 'map' ? node.entries.find((entry) => entry.key === key)?.value : undefined
}
