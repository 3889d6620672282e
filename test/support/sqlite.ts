import type { LibraryCall } from './library.ts'

/** Vectors of four numbers in `docs`, rows in `notes`; `vector(1)` makes one of numbers near to 1. */
export const tables = `
  const vector = (n) => Buffer.from(new Float32Array([n, n + 0.5, n, 0.25]).buffer)
  db.exec('CREATE VIRTUAL TABLE docs USING vec0(embedding float[4], +body text)')
  db.exec('CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)')
  const seed = db.prepare('INSERT INTO docs (embedding, body) VALUES (?, ?)')
  for (let i = 0; i < 5; i++) seed.run(vector(i), 'private ' + i)`

/** The statements, each as long as its record says. */
const sql = {
  near: 'SELECT rowid, body FROM docs WHERE embedding MATCH ? AND k = 3',
  farther: 'SELECT rowid FROM docs ORDER BY vec_distance_L2(embedding, ?) LIMIT 2',
  named: 'SELECT rowid FROM docs WHERE embedding MATCH :near AND k = :most',
  scored: 'SELECT rowid, distance FROM docs WHERE embedding MATCH ? AND k = 3',
  reckoned: 'SELECT vec_distance_L2(embedding, ?) AS far FROM docs ORDER BY far LIMIT 2',
  limited: 'SELECT rowid FROM docs WHERE embedding MATCH ? ORDER BY distance LIMIT ?',
  insert: 'INSERT INTO docs (rowid, embedding) VALUES (?, ?)',
  literal: "INSERT INTO docs (rowid, embedding) VALUES (51, '[1,2,3,4]'), (52, '[1,2,3,4]')",
  update: 'UPDATE docs SET embedding = vec_f32(?) WHERE rowid = 51',
  remove: 'DELETE FROM docs WHERE rowid >= 50',
  note: "INSERT INTO notes (body) VALUES ('private 1'), ('private 2')",
  notes: 'SELECT body FROM notes ORDER BY id',
  nothing: "SELECT id FROM notes WHERE body = 'private 7'",
  rowids: 'SELECT rowid FROM docs ORDER BY rowid',
  create: 'CREATE TABLE IF NOT EXISTS notes (id INTEGER)',
  script: "INSERT INTO notes (body) VALUES ('private 3'); DELETE FROM notes WHERE body = 'private 3'",
} as const
type Name = keyof typeof sql
const text = (name: Name) => JSON.stringify(sql[name])
const prepare = (name: Name) => `db.prepare(${text(name)})`
const of = (name: Name) => ({ query_len: sql[name].length })
const search = { scope: 'vector_store.search', collection: 'docs', operation: 'select', filtered: false }
const scored = { top_score: 0, last_score: 'score', score_kind: 'distance' }
const upsert = { scope: 'vector_store.upsert', collection: 'docs' }
const query = { scope: 'database.query' }
const read = { ...query, collection: 'notes', operation: 'select' }
/** That one row was all says no more than the duration. */
const rows = (n: number) => ({ results: n, ...(n > 1 && { chunks: n, time_to_first_chunk_ms: 'ms' }) })

/** What every driver of SQLite does alike, on those tables. */
export const sqliteCalls: readonly LibraryCall[] = [
  {
    it: 'records searches by MATCH and by distance, with what they ask for and find',
    body: `
      print(${prepare('near')}.all(vector(1)))
      print(${prepare('farther')}.all(vector(1)))
      print(${prepare('farther')}.get(vector(1)))
      print(${prepare('named')}.all({ near: vector(1), most: 2 }))
      print(${prepare('limited')}.all(vector(2), 4))`,
    records: [
      { ...search, top_k: 3, results: 3, ...of('near') },
      { ...search, top_k: 2, results: 2, ...of('farther') },
      { ...search, top_k: 2, results: 1, ...of('farther') },
      { ...search, top_k: 2, results: 2, ...of('named') },
      { ...search, top_k: 4, results: 4, ...of('limited') },
    ],
  },
  {
    it: 'records the distances of a search that selects them',
    body: `
      print(${prepare('scored')}.all(vector(1)))
      print(${prepare('reckoned')}.all(vector(1)))
      print(${prepare('reckoned')}.get(vector(1)))`,
    records: [
      { ...search, top_k: 3, results: 3, ...scored, ...of('scored') },
      { ...search, top_k: 2, results: 2, ...scored, ...of('reckoned') },
      { ...search, top_k: 2, results: 1, ...scored, last_score: 0, ...of('reckoned') },
    ],
  },
  {
    it: 'records what writes vectors as an upsert, and what writes or reads anything else as a query',
    body: `
      print(${prepare('insert')}.run(50n, vector(9)).changes)
      print(${prepare('literal')}.run().changes)
      print(${prepare('update')}.run('[4,3,2,1]').changes)
      print(${prepare('remove')}.run().changes)
      print(${prepare('note')}.run().changes)
      print(${prepare('notes')}.all())
      print(${prepare('notes')}.get())
      print([${prepare('nothing')}.get()])
      print(typeof ${prepare('create')}.run().changes)`,
    records: [
      { ...upsert, operation: 'insert', results: 1, ...of('insert') },
      { ...upsert, operation: 'insert', results: 2, ...of('literal') },
      { ...upsert, operation: 'update', results: 1, ...of('update') },
      { ...query, collection: 'docs', operation: 'delete', results: 3, ...of('remove') },
      { ...query, collection: 'notes', operation: 'insert', results: 2, ...of('note') },
      { ...read, results: 2, ...of('notes') },
      { ...read, results: 1, ...of('notes') },
      { ...read, results: 0, ...of('nothing') },
      { ...query, operation: 'create', ...of('create') },
    ],
  },
  {
    it: 'records rows that are read one by one until the last, or until the reader leaves',
    body: `
      for (const row of ${prepare('farther')}.iterate(vector(0))) print(row)
      for (const row of ${prepare('rowids')}.iterate()) { print(row); break }
      print([...${prepare('nothing')}.iterate()])
      const left = ${prepare('notes')}.iterate()
      print([Object.prototype.toString.call(left), typeof left[Symbol.iterator], left.next().done, left.return().done])`,
    records: [
      { ...search, top_k: 2, ...of('farther'), ...rows(2) },
      { ...query, collection: 'docs', operation: 'select', ...of('rowids'), ...rows(1) },
      { ...read, ...of('nothing') },
      { ...read, ...of('notes'), ...rows(1) },
    ],
  },
  {
    it: 'records a script as one query',
    body: `print(typeof db.exec(${text('script')}))`,
    records: [{ ...query, collection: 'notes', operation: 'insert', ...of('script') }],
  },
  {
    it: 'records no statement that is only prepared',
    body: `print(typeof ${prepare('notes')})`,
    records: [],
  },
]

export const sqliteFails = '(async () => db.prepare("INSERT INTO docs (embedding) VALUES (?)").run("private"))()'
export const sqliteMany = `(async () => ${prepare('near')}.all(vector(i)))()`
