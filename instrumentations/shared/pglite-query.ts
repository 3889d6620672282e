import type { Call } from '../../agent/model.ts'
import { pgvector } from './dialects.ts'
import { compileStatements } from './sql.ts'
import { cellOf } from './sql-scores.ts'

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

function valuesOf(call: Call): readonly unknown[] {
  const template = templateOf(call)
  if (template !== undefined) return written(template).values
  return Array.isArray(call.args[1]) ? call.args[1] : []
}

const rows = 'result.-1.rows.length ?? result.rows.length'

/** What PGlite is given: a text and its values, or a template. */
export const { scopes: pgliteQuery } = compileStatements({
  dialect: pgvector,
  sqlOf(call) {
    const template = templateOf(call)
    return template === undefined ? call.args[0] : written(template).text
  },
  valuesOf,
  cell: cellOf(
    ({ result }) => (result as { rows?: unknown } | undefined)?.rows,
    ({ result }) => (result as { fields?: unknown } | undefined)?.fields,
  ),
  // Of several statements the last; one that writes gives no rows.
  results: `number(${rows}) || number(result.-1.affectedRows ?? result.affectedRows) || number(${rows})`,
})
