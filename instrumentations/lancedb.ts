import type { Call, Instrumentation } from '../agent/model.ts'
import { numberOf } from './shared/kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: queries and tables are the library's own objects
type Any = any

/** What a query was made from: its table's name and its limit are in native code, or in another object. */
interface Known {
  readonly table?: unknown
  readonly limit?: unknown
  readonly text?: boolean
}
const known = new WeakMap<object, Known>()

function learn(object: unknown, what: Known | undefined): void {
  if (typeof object === 'object' && object !== null) known.set(object, { ...known.get(object), ...what })
}

const knownOf = ({ self, of }: Call) => known.get(of(self))
const fromTable = ({ self, result, of }: Call) => learn(of(result), { table: self })
const fromQuery = (call: Call) => learn(call.of(call.result), knownOf(call))
const withText = ({ self, of }: Call) => learn(of(self), { text: true })

/** A plain query reads rows; one with a vector is of another class, one with a text has been told so. */
function searches(call: Call): boolean {
  const kind = (call.self as Any)?.constructor?.name
  return (kind !== 'Query' && kind !== 'TakeQuery') || knownOf(call)?.text === true
}

const found = {
  collection: (call: Call) => call.ask(knownOf(call)?.table, 'name'),
  top_k: (call: Call) => knownOf(call)?.limit,
  results: ({ result }: Call) => rowsOf(result),
}
// `toArray` goes through `toArrow`; a stream ends with its reader.
const ways = ['toArrow', 'execute', '@@asyncIterator'].flatMap((name) => [
  { at: `QueryBase.prototype.${name}`, scope: 'search', when: searches, metadata: found },
  { at: `QueryBase.prototype.${name}`, scope: 'fetch', metadata: found },
])

/** Rows in an array or in an Arrow table, as its batches have them: the sum is a getter. */
function rowsOf(data: unknown): number | undefined {
  if (Array.isArray(data)) return data.length
  const batches = (data as Any)?.batches
  return Array.isArray(batches)
    ? batches.reduce((sum, batch) => sum + (numberOf(batch?.data?.length) ?? 0), 0)
    : undefined
}

const both = ['search', 'fetch']
const noted = (at: string, note: (call: Call) => void, file?: string) =>
  both.map((scope) => ({ at, scope, note, ...(file && { file }) }))

const table = 'dist/table'
const connection = 'dist/connection'
const builders = ['whenMatchedUpdateAll', 'whenNotMatchedInsertAll', 'whenNotMatchedBySourceDelete']

export default {
  name: 'lancedb',
  module: '@lancedb/lancedb',
  versions: '>=0.30 <0.40',
  target: 'vector_store',
  system: { db: 'lancedb', local: true },
  methods: [
    ...ways,
    ...['query', 'search', 'takeOffsets', 'takeRowIds'].flatMap((name) =>
      noted(`LocalTable.prototype.${name}`, fromTable, table),
    ),
    ...noted('Query.prototype.nearestTo', fromQuery),
    ...noted('VectorQuery.prototype.addQueryVector', fromQuery),
    ...noted('Query.prototype.nearestToText', withText),
    ...noted('Query.prototype^.fullTextSearch', withText),
    ...noted('Query.prototype^.limit', ({ self, args, of }) => learn(of(self), { limit: args[0] })),

    {
      file: table,
      at: 'LocalTable.prototype.add',
      scope: 'upsert',
      metadata: { collection: 'this.name()', batch_size: ({ args }) => rowsOf(args[0]) },
    },
    {
      file: table,
      at: 'LocalTable.prototype.update',
      scope: 'upsert',
      metadata: { collection: 'this.name()', results: 'result.rowsUpdated' },
    },
    { file: table, at: 'LocalTable.prototype.delete', scope: 'delete', metadata: { collection: 'this.name()' } },
    { file: table, at: 'LocalTable.prototype.mergeInsert', scope: 'upsert', note: fromTable },
    ...builders.map((name) => ({ at: `MergeInsertBuilder.prototype.${name}`, scope: 'upsert', note: fromQuery })),
    {
      at: 'MergeInsertBuilder.prototype.execute',
      scope: 'upsert',
      metadata: { collection: found.collection, batch_size: ({ args }) => rowsOf(args[0]) },
    },
    {
      file: connection,
      at: 'LocalConnection.prototype.createTable',
      scope: 'upsert',
      metadata: {
        collection: ({ args }) => (typeof args[0] === 'string' ? args[0] : (args[0] as Any)?.name),
        batch_size: ({ args }) => rowsOf(typeof args[0] === 'string' ? args[1] : (args[0] as Any)?.data),
      },
    },
  ],
} satisfies Instrumentation
