import type { Call, Instrumentation, Method } from '../agent/model.ts'
import { pgvector } from './shared/dialects.ts'
import { listOf, textOf } from './shared/kinds.ts'
import { compileStatements } from './shared/sql.ts'

// biome-ignore lint/suspicious/noExplicitAny: a query and what is put into it are read by shape
type Any = any

const isQuery = (value: Any) => Array.isArray(value?.strings) && typeof value.handler === 'function'

/** The statement as it is sent, or, before that, as its parts will make it. */
function written(query: Any): { readonly text: string; readonly values: readonly unknown[] } {
  if (typeof query?.string === 'string') return { text: query.string, values: query.parameters ?? [] }
  if (!query?.tagged) return { text: textOf(listOf(query?.strings)[0]), values: listOf(query?.args) }
  const values: unknown[] = []
  const whole = ({ strings, args }: Any): string =>
    listOf(strings).reduce(
      (text, part, i) => (i === 0 ? textOf(part) : text + partOf(listOf(args)[i - 1]) + textOf(part)),
      '',
    )
  const partOf = (value: Any): string => {
    if (isQuery(value)) return whole(value)
    if (Array.isArray(value) && isQuery(value[0])) return value.map(partOf).join(' ')
    if (value?.constructor?.name === 'Identifier') return textOf(value.value)
    if (value?.constructor?.name !== 'Builder')
      return `$${values.push(value?.constructor?.name === 'Parameter' ? value.value : value)}`
    const row = Array.isArray(value.first) ? value.first[0] : value.first
    if (typeof row !== 'object' || row === null) return ''
    const columns = listOf(value.rest).length > 0 && !Array.isArray(row) ? value.rest.flat() : Object.keys(row)
    for (const column of columns) values.push(row[textOf(column)])
    return ''
  }
  return { text: whole(query), values }
}

/** Of several statements the last; a cursor's function sees portions, of which the last says nothing. */
function rowsOf({ self, result }: Call): unknown {
  if ((self as Any)?.cursorFn) return undefined
  const last = (result as Any)?.count === undefined && Array.isArray(result) ? result.at(-1) : result
  return (last as Any)?.count
}

const { searches, upserts, metadata } = compileStatements({
  dialect: pgvector,
  sqlOf: ({ self }) => written(self).text,
  valuesOf: ({ self }) => written(self).values,
  rowsOf,
})

/** Read by iterating what `cursor()` returned, which is then the call. */
const iterated = new WeakSet<object>()
const iterates = ({ self, args, of }: Call) => {
  if (typeof args[0] === 'function' || typeof args[1] === 'function') return false
  iterated.add(of(self))
  return true
}

/** Neither started nor cancelled before, not the driver's own question about types, not read by a cursor. */
const starts = ({ self, of }: Call) => {
  const { executed, cancelled, handler } = (self ?? {}) as Any
  return !executed && !cancelled && handler?.name !== 'execute' && !iterated.has(of(self))
}

/** Nothing runs until it is asked for, and all ways to ask lead through `handle`. */
const methodsOf = (file: string): Method[] => {
  const query = {
    file,
    at: 'Query.prototype.handle',
    ends: { kind: 'methods', done: 'resolve', failed: 'reject', of: 'this' },
    metadata,
  } as const
  const cursor = { file, at: 'Query.prototype.cursor', metadata } as const
  return [
    { ...query, scope: 'search', when: (call) => starts(call) && searches(call) },
    { ...query, scope: 'upsert', when: (call) => starts(call) && upserts(call) },
    { ...query, scope: 'query', target: 'database', when: starts },
    { ...cursor, scope: 'search', when: (call) => iterates(call) && searches(call) },
    { ...cursor, scope: 'upsert', when: (call) => iterates(call) && upserts(call) },
    { ...cursor, scope: 'query', target: 'database', when: iterates },
  ]
}

export default {
  name: 'postgres',
  module: 'postgres',
  versions: '>=3.4 <4',
  target: 'vector_store',
  system: { db: 'postgresql' },
  methods: [...methodsOf('src/query'), ...methodsOf('cjs/src/query')],
  // What takes rows is called where the connection was made.
  queues: ['src/query', 'cjs/src/query'].flatMap((file) =>
    ['cursor', 'forEach'].map((name) => ({ file, at: `Query.prototype.${name}`, binds: 'functions' })),
  ),
} satisfies Instrumentation
