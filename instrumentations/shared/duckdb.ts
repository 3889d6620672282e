import type { Call } from '../../agent/model.ts'
import { duckdb } from './dialects.ts'
import { listOf, numberOf, textOf } from './kinds.ts'
import { compileStatements, noted, type Values } from './sql.ts'

// biome-ignore lint/suspicious/noExplicitAny: results and readers are read by shape
type Any = any

interface Form {
  readonly sqlOf: (call: Call) => unknown
  readonly valuesOf: (call: Call) => Values
  readonly accepts?: (call: Call) => boolean
}

const writes = /^[\s(;]*(?:insert|update|delete|merge)\b/i

/** A reader knows what it has read, its result how many rows there are. */
function rowsOf({ result, ask }: Call, sql: unknown): unknown {
  if (writes.test(textOf(sql))) return ask(result, 'rowsChanged')
  return ask(result, 'rowCount') ?? (ask(result, 'currentRowCount') || ask((result as Any)?.result, 'rowCount'))
}

/** Of a reader, in what it has read; a result that is yet to be read has none. */
function cell({ result, ask }: Call, name: string, place: 0 | -1): unknown {
  const rows = numberOf(ask(result, 'currentRowCount')) ?? 0
  const column = rows > 0 ? listOf(ask(result, 'columnNames')).indexOf(name) : -1
  return column < 0 ? undefined : ask(result, 'value', column, place === 0 ? 0 : rows - 1)
}

/** Statements whose result is there, or its reader; and those whose chunks, read one by one, tell their rows. */
const formsOf = (form: Form) => ({
  whole: compileStatements({ dialect: duckdb, ...form, cell, results: (call) => rowsOf(call, form.sqlOf(call)) })
    .scopes,
  stream: compileStatements({ dialect: duckdb, ...form, results: 'undefined' }).scopes,
})

/** What a connection is asked to run. */
export const onConnection = formsOf({
  sqlOf: ({ args }) => args[0],
  // After the text, and with `…Until` after the number of rows.
  valuesOf: ({ args }) => ((typeof args[1] === 'number' ? args[2] : args[1]) ?? []) as Values,
})

/** The texts of the statements that the application prepared, and what they were bound to. */
const texts = new WeakMap<object, string>()
const bound = new WeakMap<object, Record<string, unknown>>()
let last: { readonly connection: unknown; readonly prepared: unknown; readonly sql: unknown } | undefined

/** A connection's own calls prepare statements, too; only those of `prepare` are the application's. */
export const onStatement = formsOf({
  sqlOf: ({ self, of }) => texts.get(of(self)),
  valuesOf: ({ self, of }) => bound.get(of(self)) ?? {},
  accepts: ({ self, of }) => texts.has(of(self)),
})

/** `prepare` awaits what `createPrepared` has just given it, so listening there too handles no rejection of others. */
export const preparing = {
  createPrepared: noted(({ self, args, result, of }) => {
    last = { connection: of(self), prepared: of(result), sql: args[0] }
  }),
  prepare: noted(({ self, of }) => {
    const { connection, prepared, sql } = last ?? {}
    last = undefined
    if (connection !== of(self) || !(prepared instanceof Promise) || typeof sql !== 'string') return
    prepared.then(
      (statement) => void texts.set(statement, sql),
      () => {},
    )
  }),
}

const bind = ({ self, of }: Call, values: object) =>
  void bound.set(of(self), Object.assign(bound.get(of(self)) ?? {}, values))
const bindOne = noted((call) => bind(call, { [(numberOf(call.args[0]) ?? 0) - 1]: call.args[1] }))

export const binding = {
  bind: noted((call) => bind(call, call.args[0] as object)),
  bindValue: bindOne,
  bindInteger: bindOne,
  bindBigInt: bindOne,
  clearBindings: noted(({ self, of }) => void bound.delete(of(self))),
}

/** What an appender holds, and what the call that is running writes of it. */
interface Rows {
  readonly rows: number
  readonly vectors: boolean
}
const none: Rows = { rows: 0, vectors: false }
const appended = new WeakMap<object, Rows>()
const written = new WeakMap<object, Rows>()
function append({ self, of }: Call, rows: number, vectors: boolean): void {
  const before = appended.get(of(self)) ?? none
  appended.set(of(self), { rows: before.rows + rows, vectors: vectors || before.vectors })
}
function take(self: object): Rows {
  const rows = appended.get(self) ?? none
  appended.delete(self)
  written.set(self, rows)
  return rows
}
const appendVector = noted((call) => append(call, 0, true))

export const appending = {
  endRow: noted((call) => append(call, 1, false)),
  appendArray: appendVector,
  appendList: appendVector,
  clear: noted(({ self, of }) => void appended.delete(of(self))),
}

/** Rows that a flush writes. */
export const rowsFlushed = ({ self, of }: Call) => written.get(of(self))?.rows
export function flushesVectors({ self, of }: Call): boolean {
  const { rows, vectors } = take(of(self))
  return rows > 0 && vectors
}
export const flushes = (call: Call) => Number(rowsFlushed(call)) > 0
