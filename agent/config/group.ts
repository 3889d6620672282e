import type { Option, Value } from './option.ts'

/** Options and groups of them, by the keys of the file. */
export interface Group {
  readonly [key: string]: Option<unknown> | Group
}

/** The values of a group of options. */
export type Values<G> = {
  readonly [K in keyof G]: G[K] extends { read: unknown } ? Value<G[K]> : Values<G[K]>
}

/** True for an option, false for a group of options. */
export function isOption(entry: Option<unknown> | Group): entry is Option<unknown> {
  return typeof entry.read === 'function'
}
