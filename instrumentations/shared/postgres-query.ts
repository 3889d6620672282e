import type { Call } from '../../agent/model.ts'
import { pgvector } from './dialects.ts'
import { listOf, textOf } from './kinds.ts'
import { compileStatements } from './sql.ts'
import { cellOf } from './sql-scores.ts'

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

const compile = (accepts: (call: Call) => boolean) =>
  compileStatements({
    dialect: pgvector,
    sqlOf: ({ self }) => written(self).text,
    valuesOf: ({ self }) => written(self).values,
    cell: cellOf(
      ({ result }) => result,
      ({ result }) => (result as Any)?.columns,
    ),
    // Of several statements the last; a cursor's function sees portions, of which the last says nothing.
    results: 'number(is(this.cursorFn) == false && number(result.count ?? result.-1.count))',
    accepts,
  }).scopes

const iterated = new WeakSet<object>()

/** A query, which `handle` runs: neither started nor cancelled before, not the driver's own question about types. */
export const handled = compile(({ self, of }) => {
  const { executed, cancelled, handler } = (self ?? {}) as Any
  return !executed && !cancelled && handler?.name !== 'execute' && !iterated.has(of(self))
})

/** One that is read by iterating what `cursor()` returned, which is then the call. */
export const cursor = compile(({ self, args, of }) => {
  if (typeof args[0] === 'function' || typeof args[1] === 'function') return false
  iterated.add(of(self))
  return true
})
