import type { Row } from './row.ts'

export interface Asked {
  /** How a statement is sent, and its rows are reported, as an expression over `result`. */
  readonly ask: (text: string) => string
  readonly write?: (text: string) => string
  readonly rows: string
}

export interface Dialect {
  readonly near: string
  readonly insert: string
  readonly remove: string
  /** What the engine refuses: a vector of another length, where it looks at that. */
  readonly wrong?: string
}

/** The same statements of each driver: what they did is asked of the engine, before and after. */
export const rowsOf = ({ near, insert, remove, wrong }: Dialect, { ask, write = ask, rows }: Asked): readonly Row[] => [
  ['vector_store.search', ask(near), `{ query_len: ${near.length}, results: ${rows} }`],
  ['vector_store.upsert', write(insert), `{ query_len: ${insert.length}, results: after - before }`],
  ['database.query', ask('SELECT id FROM docs'), '{ results: before }'],
  ['vector_store.delete', write(remove), `{ query_len: ${remove.length}, results: before - after }`],
  ['vector_store.search', ask(wrong ?? near.replace(/1, ?2, ?3/, '1')), '{}'],
]
export const vectors = (of: (vector: string) => string) =>
  `INSERT INTO docs VALUES (7, ${of('[7,8,9]')}), (8, ${of('[8,9,9]')}), (9, ${of('[9,9,9]')})`
export const quoted = (text: string) => JSON.stringify(text)
/** The same rows under other ids, which the engine holds before. */
export const earlier = (insert: string) => insert.replace(/7, |8, |9, /g, (id) => `1${id}`)
