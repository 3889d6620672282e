import type { Call, Instrumentation, Method } from '../agent/model.ts'
import { duckdb } from './shared/dialects.ts'
import { numberOf } from './shared/kinds.ts'
import { compileStatements, type Values } from './shared/sql.ts'

// biome-ignore lint/suspicious/noExplicitAny: results and readers are read by shape
type Any = any

const kinds = [{ scope: 'search' }, { scope: 'upsert' }, { scope: 'query', target: 'database' }]
const writes = /^[\s(;]*(?:insert|update|delete|merge)\b/i
const reads = ['Read', 'ReadAll', 'ReadUntil']
/** What gives a result that is there, or its reader; each calls the ones before it. */
const whole = ['run', ...reads.flatMap((read) => [`runAnd${read}`, `streamAnd${read}`])]
const pending = reads.flatMap((read) => [`startThen${read}`, `startStreamThen${read}`])

interface Form {
  readonly sqlOf: (call: Call) => string | undefined
  readonly valuesOf: (call: Call) => Values
  readonly when?: (call: Call) => boolean
}

/** A reader knows what it has read, its result how many rows there are. */
function rowsOf({ result, ask }: Call, sql: string | undefined): unknown {
  if (writes.test(sql ?? '')) return ask(result, 'rowsChanged')
  return ask(result, 'rowCount') ?? (ask(result, 'currentRowCount') || ask((result as Any)?.result, 'rowCount'))
}

/** Rows of the chunks that a stream has handed out for each call. */
const streamed = new WeakMap<object, number>()
function countRows({ args, chunk, of, ask }: Call): number {
  const rows = (streamed.get(of(args)) ?? 0) + (numberOf(ask(chunk, 'rowCount')) ?? 0)
  streamed.set(of(args), rows)
  return rows
}

function methodsOf(way: string, names: readonly string[], { sqlOf, valuesOf, when = () => true }: Form): Method[] {
  const compile = (rows: (call: Call) => unknown) =>
    compileStatements({ dialect: duckdb, sqlOf, valuesOf, rowsOf: rows })
  const { searches, upserts, metadata } = compile((call) => rowsOf(call, sqlOf(call)))
  const [search, upsert, query] = [
    { scope: 'search', when: (call: Call) => when(call) && searches(call) },
    { scope: 'upsert', when: (call: Call) => when(call) && upserts(call) },
    { scope: 'query', target: 'database', when },
  ]
  const inFull = names.map((name) => ({ at: `${way}.${name}`, metadata, ends: { kind: 'return' } as const }))
  const stream = {
    at: `${way}.stream`,
    metadata: compile(() => undefined).metadata,
    chunk: { results: countRows },
  }
  return [...inFull, stream].flatMap((method) => [
    { ...method, ...search },
    { ...method, ...upsert },
    { ...method, ...query },
  ])
}

/** The texts of the statements that the application prepared, and what they were bound to. */
const texts = new WeakMap<object, string>()
const bound = new WeakMap<object, Record<string, unknown>>()
let last: { readonly connection: unknown; readonly prepared: unknown; readonly sql: unknown } | undefined

const bind = ({ self, of }: Call, values: object) =>
  void bound.set(of(self), Object.assign(bound.get(of(self)) ?? {}, values))

/** `prepare` awaits what `createPrepared` has just given it, so listening there too handles no rejection of others. */
function remember({ self, of }: Call): void {
  const { connection, prepared, sql } = last ?? {}
  last = undefined
  if (connection !== of(self) || !(prepared instanceof Promise) || typeof sql !== 'string') return
  prepared.then(
    (statement) => void texts.set(statement, sql),
    () => {},
  )
}

const noted = (at: string, note: (call: Call) => void): Method[] => kinds.map((kind) => ({ ...kind, at, note }))
const statement = 'DuckDBPreparedStatement.prototype'
const appender = 'DuckDBAppender.prototype'

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

const flushes = ['flushSync', 'closeSync'].flatMap((name): Method[] => {
  const rowsOf = ({ self, of }: Call) => written.get(of(self))?.rows
  const method = { at: `${appender}.${name}`, metadata: { batch_size: rowsOf } }
  const withVectors = ({ self, of }: Call) => {
    const { rows, vectors } = take(of(self))
    return rows > 0 && vectors
  }
  return [
    { ...method, scope: 'upsert', when: withVectors },
    { ...method, scope: 'query', target: 'database', when: (call) => Number(rowsOf(call)) > 0 },
  ]
})

export default {
  name: 'duckdb',
  module: '@duckdb/node-api',
  versions: '>=1.5 <2',
  target: 'vector_store',
  system: { db: 'duckdb', local: true },
  methods: [
    ...methodsOf('DuckDBConnection.prototype', [...whole, ...pending], {
      sqlOf: ({ args }) => (typeof args[0] === 'string' ? args[0] : undefined),
      // After the text, and with `…Until` after the number of rows.
      valuesOf: ({ args }) => ((typeof args[1] === 'number' ? args[2] : args[1]) ?? []) as Values,
    }),
    // A connection's own calls prepare statements, too; only those of `prepare` are the application's.
    ...methodsOf(statement, whole, {
      sqlOf: ({ self, of }) => texts.get(of(self)),
      valuesOf: ({ self, of }) => bound.get(of(self)) ?? {},
      when: ({ self, of }) => texts.has(of(self)),
    }),
    ...noted('DuckDBConnection.prototype.createPrepared', ({ self, args, result, of }) => {
      last = { connection: of(self), prepared: of(result), sql: args[0] }
    }),
    ...noted('DuckDBConnection.prototype.prepare', remember),
    ...noted(`${statement}.bind`, (call) => bind(call, call.args[0] as object)),
    ...['bindValue', 'bindInteger', 'bindBigInt'].flatMap((name) =>
      noted(`${statement}.${name}`, (call) => bind(call, { [(numberOf(call.args[0]) ?? 0) - 1]: call.args[1] })),
    ),
    ...noted(`${statement}.clearBindings`, ({ self, of }) => void bound.delete(of(self))),
    ...flushes,
    ...noted(`${appender}.endRow`, (call) => append(call, 1, false)),
    ...['appendArray', 'appendList'].flatMap((name) => noted(`${appender}.${name}`, (call) => append(call, 0, true))),
    ...noted(`${appender}.clear`, ({ self, of }) => void appended.delete(of(self))),
  ],
} satisfies Instrumentation
