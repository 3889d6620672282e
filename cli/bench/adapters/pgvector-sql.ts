import type { Values } from '../../../agent/config/group.ts'
import { boolean, choice, number, text } from '../../../agent/config/option.ts'
import { batches, type Document, type Given, type Hit } from './adapter.ts'

/** Settings of pgvector, whatever client asks it. */
export const pgvectorSettings = {
  table: text('', 'A table that is there already, which is searched as it is; empty makes one of the documents.'),
  id: text('id', 'The column with the ids of a table that is there.'),
  vector: text('vector', 'Its column with the vectors.'),
  index: choice('none', ['none', 'hnsw', 'ivfflat'], 'Of the table that is made; `none` searches exhaustively.'),
  element: choice('vector', ['vector', 'halfvec'], 'The type of the column that is made.'),
  m: number(0, 'Of an HNSW index; 0 leaves it to pgvector.', 0, 100, true),
  ef_construction: number(0, 'Of an HNSW index; 0 leaves it to pgvector.', 0, 1000, true),
  ef_search: number(0, 'Candidates of a search in an HNSW index; 0 leaves it to pgvector.', 0, 1000, true),
  lists: number(0, 'Of an IVFFlat index; 0 leaves it to pgvector.', 0, 32_768, true),
  probes: number(0, 'Lists that a search looks at; 0 leaves it to pgvector.', 0, 32_768, true),
  enable_seqscan: boolean(
    true,
    'Whether Postgres may do without the index where it expects that to be faster, as in small tables.',
  ),
} as const
type Mine = Omit<Given<Values<typeof pgvectorSettings>>, 'load'>

export type Query = (
  sql: string,
  values?: unknown[],
) => Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[] }>

const operators = { cosine: '<=>', dot: '<#>', euclidean: '<->' } as const
const classes = { cosine: 'cosine_ops', dot: 'ip_ops', euclidean: 'l2_ops' } as const
const rowsOfOne = 1000

export async function fill(query: Query, given: Mine, documents: readonly Document[]): Promise<{ bytes: number }> {
  const { name, metric, dimensions, settings } = given
  const { index, element } = settings
  await query(`DROP TABLE IF EXISTS ${quoted(name)}`)
  await query(`CREATE TABLE ${quoted(name)} (id text PRIMARY KEY, vector ${element}(${dimensions}))`)
  const insert = `INSERT INTO ${quoted(name)} SELECT id, vector::${element} FROM unnest($1::text[], $2::text[]) AS made(id, vector)`
  for (const part of batches(documents, rowsOfOne))
    await query(insert, [part.map(({ id }) => id), part.map(({ vector }) => written(vector))])
  if (index !== 'none') {
    const words = { hnsw: ['m', 'ef_construction'], ivfflat: ['lists'] } as const
    const set = words[index].flatMap((word) => (settings[word] > 0 ? [`${word} = ${settings[word]}`] : []))
    const having = set.length > 0 ? ` WITH (${set.join(', ')})` : ''
    await query(`CREATE INDEX ON ${quoted(name)} USING ${index} (vector ${element}_${classes[metric]})${having}`)
  }
  await query(`ANALYZE ${quoted(name)}`)
  const { rows } = await query('SELECT pg_total_relation_size($1) AS bytes', [quoted(name)])
  return { bytes: Number(rows[0]?.bytes) }
}

/** What is said once in each connection. */
export const sessionSql = ({ ef_search, probes, enable_seqscan }: Mine['settings']): string =>
  [
    ...(enable_seqscan ? [] : ['SET enable_seqscan = off']),
    ...(ef_search > 0 ? [`SET hnsw.ef_search = ${ef_search}`] : []),
    ...(probes > 0 ? [`SET ivfflat.probes = ${probes}`] : []),
  ].join('; ')

export function searching(query: Query, { settings, name, metric }: Mine) {
  const { table, id, vector } = settings.table === '' ? { table: name, id: 'id', vector: 'vector' } : settings
  const distance = `${quoted(vector)} ${operators[metric]} $1`
  const sql = `SELECT ${quoted(id)}::text AS id, ${distance} AS distance FROM ${quoted(table)} ORDER BY distance LIMIT $2`
  const score = { cosine: (far: number) => 1 - far, dot: (far: number) => -far, euclidean: (far: number) => far }[
    metric
  ]
  return async (near: Float32Array, k: number): Promise<Hit[]> => {
    const { rows } = await query(sql, [written(near), k])
    return rows.map((row) => ({ id: String(row.id), score: score(Number(row.distance)) }))
  }
}

const written = (vector: Float32Array) => `[${vector.join(',')}]`
/** A table may stand in a schema. */
export const quoted = (name: string): string =>
  name
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.')
