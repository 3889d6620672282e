import pg from 'pg'
import { dimensions } from './embeddings.mjs'

/** The sections in Postgres with pgvector. */
export async function openPostgres(connectionString) {
  // One connection: the stand-in database has no more.
  const pool = new pg.Pool({ connectionString, max: 1 })
  await pool.query('CREATE EXTENSION IF NOT EXISTS vector')
  await pool.query('DROP TABLE IF EXISTS sections')
  await pool.query(
    `CREATE TABLE sections (id serial PRIMARY KEY, source text, title text, text text, embedding vector(${dimensions}))`,
  )

  return {
    async add(sections, vectors) {
      const rows = sections.map((_, i) => `($${i * 4 + 1}, $${i * 4 + 2}, $${i * 4 + 3}, $${i * 4 + 4}::vector)`)
      await pool.query(
        `INSERT INTO sections (source, title, text, embedding) VALUES ${rows.join(', ')}`,
        sections.flatMap(({ source, title, text }, i) => [source, title, text, JSON.stringify(vectors[i])]),
      )
    },
    async nearest(vector, k) {
      const { rows } = await pool.query(
        'SELECT source, title, text FROM sections ORDER BY embedding <=> $1::vector LIMIT $2',
        [JSON.stringify(vector), k],
      )
      return rows
    },
    close: () => pool.end(),
  }
}
