import type { Import, PackageSet } from '../application.ts'
import type { Exchange } from '../openai-server.ts'

export type Facts = Readonly<Record<string, unknown>>

/**
 * The scope, a call of it, and what was really done, by the record's keys: read from the last of the call's exchanges
 * and all of them, or an expression over the `result` that an engine handed out and what it held `before` and `after`.
 */
export type Row = readonly [scope: string, call: string, really: string | Really]
export type Really = (last: Exchange, all: readonly Exchange[]) => Facts

export interface Rows {
  /** A stand-in; without one the engine runs in the application. */
  readonly server?: () => Promise<{
    readonly url: string
    readonly exchanges?: readonly Exchange[]
    close(): Promise<void>
  }>
  readonly imports: readonly Import[]
  /** Statements that make what the rows call, with `url`. */
  readonly setUp: string
  /** Asks the engine itself what it holds: an expression. */
  readonly held?: string
  readonly rows: readonly Row[]
  readonly end?: string
  /** Where a version runs with what stands in that set alone. */
  readonly packages?: PackageSet
}

export type Family = Readonly<Record<string, Rows>>

// biome-ignore lint/suspicious/noExplicitAny: each service's own words
export type Any = any

export const texts = `['private one', 'private two']`
export const asked = `messages: [{ role: 'user', content: 'private' }]`
/** How many stand in all these lists. */
export const sum = (lists: readonly Any[][]): number => lists.reduce((all, { length }) => all + length, 0)
/** The numbers of a vector, as a list or as the base64 of floats. */
export const widthOf = (vector: Any): number =>
  typeof vector === 'string' ? Buffer.from(vector, 'base64').length / 4 : vector.length
/** Of a call that was refused. */
export const status: Really = (last) => ({ status: last.status })
