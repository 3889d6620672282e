import type { Call, Instrumentation, Method } from '../agent/model.ts'
import { pgvector } from './shared/dialects.ts'
import { compileStatements } from './shared/sql.ts'

interface Rows {
  readonly rows?: readonly unknown[]
  readonly affectedRows?: number
}

/** Of several statements the last; one that writes gives no rows. */
function rowsOf({ result }: Call): number | undefined {
  const last: Rows | undefined = Array.isArray(result) ? result.at(-1) : result
  return last?.rows?.length || last?.affectedRows || last?.rows?.length
}

interface Template {
  readonly strings: readonly string[]
  readonly values: readonly unknown[]
}
/** What may be put into a template: a piece of text, another template, a value. */
type Piece = { readonly str?: string; readonly _templateType?: 'part' | 'container' } & Partial<Template>

/** A template as it will be sent. */
function written({ strings, values }: Template): { readonly text: string; readonly values: readonly unknown[] } {
  const bound: unknown[] = []
  const textOf = (template: Template): string =>
    template.strings.reduce((text, part, i) => text + pieceOf(template.values[i - 1]) + part)
  const pieceOf = (value: unknown): string => {
    const piece = value as Piece | null | undefined
    if (piece?._templateType === 'part') return String(piece.str)
    if (piece?._templateType === 'container') return textOf(piece as Template)
    return `$${bound.push(value)}`
  }
  return { text: textOf({ strings, values }), values: bound }
}

const templateOf = ({ args }: Call): Template | undefined =>
  Array.isArray(args[0]) && args[0].length > 0 ? { strings: args[0], values: Array.from(args).slice(1) } : undefined

function sqlOf(call: Call): string | undefined {
  const template = templateOf(call)
  if (template !== undefined) return written(template).text
  return typeof call.args[0] === 'string' ? call.args[0] : undefined
}

function valuesOf(call: Call): readonly unknown[] {
  const template = templateOf(call)
  if (template !== undefined) return written(template).values
  return Array.isArray(call.args[1]) ? call.args[1] : []
}

const { searches, upserts, metadata } = compileStatements({ dialect: pgvector, sqlOf, valuesOf, rowsOf })
const statement = (at: string): Method[] => [
  { at, scope: 'search', when: searches, metadata },
  { at, scope: 'upsert', when: upserts, metadata },
  { at, scope: 'query', target: 'database', metadata },
]

export default {
  name: 'pglite',
  module: '@electric-sql/pglite',
  versions: '>=0.4 <0.6',
  target: 'vector_store',
  system: { db: 'postgresql', local: true },
  methods: [
    // The client's `sql` is a query, a transaction's is not.
    ...['query', 'exec'].flatMap((name) => statement(`PGlite.prototype^.${name}`)),
    ...['query', 'exec', 'sql'].flatMap((name) => statement(`PGlite.prototype^.transaction(=>).${name}`)),
    {
      at: 'PGlite.prototype^.transaction',
      scope: 'query',
      target: 'database',
      metadata: { operation: () => 'transaction' },
    },
  ],
} satisfies Instrumentation
