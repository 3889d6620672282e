import type { ProfileRecord } from '../../model.ts'
import type { Row, Value } from './engine.ts'
import { columns, endColumns, jsonColumns, startColumns } from './tables.ts'

/** A record's values for these columns, and at last what it has besides. */
export function valuesOf(record: object, names: readonly string[]): Value[] {
  const fields = record as Readonly<Record<string, unknown>>
  const values: Value[] = []
  let rest: Record<string, unknown> | undefined
  const besides = (name: string) => {
    rest ??= {}
    rest[name] = fields[name]
  }
  for (const name of names) {
    const value = fields[name]
    const bound = jsonColumns.has(name) ? json(value) : plain(value)
    if (bound === undefined && value !== undefined && value !== null) besides(name)
    values.push(bound ?? null)
  }
  const known = setOf(names)
  for (const name of Object.keys(fields)) if (!known.has(name)) besides(name)
  values.push(rest === undefined ? null : JSON.stringify(rest))
  return values
}

const sets = new Map<readonly string[], ReadonlySet<string>>()

function setOf(names: readonly string[]): ReadonlySet<string> {
  const set = sets.get(names) ?? new Set(names)
  sets.set(names, set)
  return set
}

const json = (value: unknown) => (value === undefined || value === null ? undefined : JSON.stringify(value))

/** A whole number is bound as one, which a column without a type would else keep as 429.0. */
function plain(value: unknown): Value | undefined {
  if (typeof value === 'string') return value
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined
  return Number.isSafeInteger(value) ? BigInt(value) : value
}

/** The record that a row was made of. */
export const recordIn = (row: Row): ProfileRecord => fieldsIn(row, columns, 'more') as unknown as ProfileRecord

/** The lines `agent.start` and `agent.summary` of a row of `runs`. */
export const startIn = (row: Row): ProfileRecord => own('agent.start', row, fieldsIn(row, startColumns, 'more'))
export const endIn = (row: Row): ProfileRecord =>
  own('agent.summary', row, { ...fieldsIn(row, endColumns, 'end_more'), timestamp: row.ended })

const own = (name: string, { pid, thread_id, started }: Row, fields: object) =>
  ({ name, ...ownFields, pid, thread_id, started, ...fields }) as unknown as ProfileRecord

/** They are the same in each of the agent's own records, and in no column. */
export const ownFields = { library: 'agent', duration_ms: 0, concurrent: 0 } as const

function fieldsIn(row: Row, names: readonly string[], more: string): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const name of names) {
    const value = row[name]
    if (value !== null && value !== undefined) fields[name] = jsonColumns.has(name) ? parsed(value) : value
  }
  return Object.assign(fields, parsed(row[more]))
}

function parsed(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}
