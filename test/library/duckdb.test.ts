import { library } from '../support/library.ts'

const sql = {
  near: 'SELECT id, body FROM docs ORDER BY array_distance(embedding, [1, 2, 3]::FLOAT[3]) LIMIT 3',
  nearest: 'SELECT id FROM docs ORDER BY array_cosine_distance(embedding, $1::FLOAT[3]) LIMIT $2',
  named: 'SELECT id FROM docs ORDER BY array_inner_product(embedding, $near::FLOAT[3]) LIMIT $most',
  far: 'SELECT id, array_distance(embedding, [1, 2, 3]::FLOAT[3]) AS far FROM docs ORDER BY far LIMIT 3',
  alike: 'SELECT array_cosine_similarity(embedding, $1::FLOAT[3]) AS alike FROM docs ORDER BY alike DESC LIMIT 2',
  insert: "INSERT INTO docs VALUES (8, [8, 8, 8]::FLOAT[3], 'private 8'), (9, [9, 9, 9]::FLOAT[3], 'private 9')",
  insertOne: 'INSERT INTO docs (id, embedding) VALUES ($1, $2)',
  remove: 'DELETE FROM docs WHERE id >= 8',
  many: 'SELECT range FROM range(5000)',
  ids: 'SELECT id FROM docs ORDER BY id',
  both: "INSERT INTO notes VALUES ('private 1'); SELECT body FROM notes",
  lists: 'CREATE TABLE lists (of FLOAT[])',
  create: 'CREATE TABLE IF NOT EXISTS notes (body VARCHAR)',
} as const
type Name = keyof typeof sql
const text = (name: Name) => JSON.stringify(sql[name])
const of = (name: Name) => ({ query_len: sql[name].length })
const search = { scope: 'vector_store.search', collection: 'docs', operation: 'select', filtered: false }
const upsert = { scope: 'vector_store.upsert', collection: 'docs', operation: 'insert' }
const query = { scope: 'database.query' }
const ids = { ...query, collection: 'docs', operation: 'select', ...of('ids') }
const vector = (n: number) => `arrayValue([${n}, ${n}, ${n}])`

library({
  name: 'duckdb',
  module: '@duckdb/node-api',
  packages: ['current'],
  imports: [
    ['{ DuckDBInstance, DuckDBConnection, DuckDBPreparedStatement, DuckDBAppender, arrayValue }', '@duckdb/node-api'],
  ],
  setUp: () => `
    const db = await (await DuckDBInstance.create(':memory:')).connect()
    await db.run('CREATE TABLE docs (id INTEGER, embedding FLOAT[3], body VARCHAR)')
    await db.run(${text('create')})
    for (let i = 0; i < 5; i++) await db.run("INSERT INTO docs VALUES ($1, [$1, 2, 3]::FLOAT[3], 'private')", [i])`,
  tearDown: 'db.closeSync()',
  shapes: [
    'DuckDBConnection',
    'DuckDBConnection.prototype',
    'DuckDBPreparedStatement.prototype',
    'DuckDBAppender.prototype',
    'db',
    `db.run('SELECT 1')`,
    `db.prepare('SELECT 1')`,
    `await db.run('SELECT 1')`,
    `await db.stream('SELECT 1')`,
  ],
  fails: `db.run('SELECT id FROM docs ORDER BY array_distance(embedding, [1]::FLOAT[1])')`,
  many: `db.runAndReadAll(${text('nearest')}, [${vector(1)}, 1 + (i % 3)])`,
  calls: [
    {
      it: 'records searches once, whichever way they are asked for and read',
      body: `
        print((await (await db.run(${text('near')})).getRowsJson()))
        print((await db.runAndReadAll(${text('nearest')}, [${vector(1)}, 2])).getRowsJson())
        print((await db.runAndRead(${text('named')}, { near: ${vector(1)}, most: 4 })).currentRowCount)
        print((await db.runAndReadUntil(${text('nearest')}, 1, [${vector(1)}, 2])).getRowsJson())`,
      records: [
        { ...search, top_k: 3, results: 3, ...of('near') },
        { ...search, top_k: 2, results: 2, ...of('nearest') },
        { ...search, top_k: 4, results: 4, ...of('named') },
        { ...search, top_k: 2, results: 2, ...of('nearest') },
      ],
    },
    {
      it: 'records the scores of a search that selects them, of what its reader has read',
      body: `
        print((await db.runAndReadAll(${text('far')})).getRowsJson())
        print((await db.runAndReadAll(${text('alike')}, [${vector(1)}])).getRowsJson().length)
        print((await (await db.run(${text('far')})).getRowsJson()))`,
      records: [
        { ...search, top_k: 3, results: 3, ...of('far'), top_score: 0, last_score: 1, score_kind: 'distance' },
        {
          ...{ ...search, top_k: 2, results: 2, ...of('alike') },
          ...{ top_score: 'score', last_score: 'score', score_kind: 'similarity' },
        },
        { ...search, top_k: 3, results: 3, ...of('far') },
      ],
    },
    {
      it: 'records what writes vectors as an upsert, and anything else as a query',
      body: `
        print((await db.run(${text('insert')})).rowsChanged)
        print((await db.run(${text('insertOne')}, [10, ${vector(1)}])).rowsChanged)
        print((await db.runAndReadAll(${text('remove')})).rowsChanged)
        print((await db.run(${text('create')})).rowCount)
        print((await db.runAndReadAll(${text('ids')})).getRowsJson())`,
      records: [
        { ...upsert, results: 2, ...of('insert') },
        { ...upsert, results: 1, ...of('insertOne') },
        { ...query, collection: 'docs', operation: 'delete', results: 3, ...of('remove') },
        { ...query, operation: 'create', results: 0, ...of('create') },
        { ...ids, results: 5 },
      ],
    },
    {
      it: 'records a stream until its last chunk, its reader and what is started until they are read',
      body: `
        for await (const chunk of await db.stream(${text('ids')})) print(chunk.rowCount)
        for await (const rows of (await db.stream(${text('ids')})).yieldRows()) print(rows)
        print((await db.streamAndReadAll(${text('ids')})).getRowsJson())
        const reader = await db.streamAndRead(${text('ids')})
        await reader.readAll()
        print(reader.currentRowCount)
        print((await db.streamAndReadUntil(${text('ids')}, 1)).currentRowCount)
        print((await db.startThenRead(${text('ids')})).currentRowCount)
        print((await db.startThenReadAll(${text('ids')})).currentRowCount)
        print((await db.startThenReadUntil(${text('ids')}, 1)).currentRowCount)
        const second = await db.startStreamThenRead(${text('ids')})
        await second.readUntil(9)
        print(second.currentRowCount)
        print((await db.startStreamThenReadAll(${text('ids')})).currentRowCount)
        print((await db.startStreamThenReadUntil(${text('ids')}, 1)).currentRowCount)`,
      records: [...Array.from({ length: 11 }, () => ({ ...ids, results: 5 }))],
    },
    {
      it: 'records all chunks of a stream as one call, whichever way they are read, and those that came where it is left',
      body: `
        const stream = () => db.stream(${text('many')})
        let chunks = 0
        const first = await stream()
        for (let chunk = await first.fetchChunk(); chunk?.rowCount > 0; chunk = await first.fetchChunk()) chunks++
        print((await (await stream()).getRows()).length)
        print((await (await stream()).getColumnsJson())[0].length)
        for await (const rows of (await stream()).yieldRowsJson()) { print(rows.length); break }
        const reader = await db.streamAndRead(${text('many')})
        for (const target of [1, 2049, 9000]) { await reader.readUntil(target); chunks++ }
        print(reader.currentRowCount)
        await stream()
        print(chunks)`,
      records: [3, 3, 3, 1, 3].map((chunks) => ({
        ...query,
        operation: 'select',
        ...of('many'),
        results: chunks === 1 ? 2048 : 5000,
        ...(chunks > 1 && { chunks, time_to_first_chunk_ms: 'ms' }),
      })),
    },
    {
      it: 'records each run of a prepared statement, with what it was bound to',
      body: `
        const [nearest, insert, idsOf] = await Promise.all([db.prepare(${text('nearest')}), db.prepare(${text('insertOne')}), db.prepare(${text('ids')})])
        nearest.bind([${vector(1)}, 2])
        print((await nearest.runAndReadAll()).getRowsJson())
        nearest.bindInteger(2, 1)
        print((await nearest.run()).rowCount)
        nearest.clearBindings()
        nearest.bind([${vector(2)}, 3])
        print((await nearest.streamAndReadAll()).currentRowCount)
        nearest.bindBigInt(2, 2n)
        print((await nearest.run()).rowCount)
        insert.bindInteger(1, 20)
        insert.bindValue(2, ${vector(2)})
        print((await insert.run()).rowsChanged)
        for await (const chunk of await idsOf.stream()) print(chunk.rowCount)
        print((await idsOf.runAndRead()).currentRowCount)
        print((await idsOf.runAndReadUntil(1)).currentRowCount)
        const reader = await idsOf.streamAndRead()
        await reader.readAll()
        print(reader.currentRowCount)
        print((await idsOf.streamAndReadUntil(1)).currentRowCount)
        print((await db.run(${text('remove')})).rowsChanged)`,
      records: [
        { ...search, top_k: 2, results: 2, ...of('nearest') },
        { ...search, top_k: 1, results: 1, ...of('nearest') },
        { ...search, top_k: 3, results: 3, ...of('nearest') },
        { ...search, top_k: 2, results: 2, ...of('nearest') },
        { ...upsert, results: 1, ...of('insertOne') },
        { ...ids, results: 6 },
        { ...ids, results: 6 },
        { ...ids, results: 6 },
        { ...ids, results: 6 },
        { ...ids, results: 6 },
        { ...query, collection: 'docs', operation: 'delete', results: 1, ...of('remove') },
      ],
    },
    {
      it: 'records what an appender writes when it writes it',
      body: `
        const docs = await db.createAppender('docs')
        for (const id of [30, 31]) {
          docs.appendInteger(id)
          docs.appendArray(${vector(3)})
          docs.appendVarchar('private')
          docs.endRow()
        }
        docs.flushSync()
        docs.closeSync()
        const notes = await db.createAppender('notes')
        notes.appendVarchar('private')
        notes.endRow()
        notes.closeSync()
        await db.run(${text('lists')})
        const lists = await db.createAppender('lists')
        lists.appendList([1, 2])
        lists.endRow()
        lists.clear()
        lists.flushSync()
        lists.appendList([3, 4])
        lists.endRow()
        lists.closeSync()
        print((await db.run(${text('remove')})).rowsChanged)`,
      records: [
        { scope: 'vector_store.upsert', batch_size: 2 },
        { ...query, batch_size: 1 },
        { ...query, operation: 'create', results: 0, ...of('lists') },
        { scope: 'vector_store.upsert', batch_size: 1 },
        { ...query, collection: 'docs', operation: 'delete', results: 2, ...of('remove') },
      ],
    },
    {
      it: 'records several statements in one text once, with what the last one gives',
      body: `
        print((await db.run(${text('both')})).rowCount > 0)
        print((await db.stream(${text('ids')}, [])).columnNames())`,
      records: [{ ...query, collection: 'notes', operation: 'insert', results: 0, ...of('both') }],
    },
    {
      it: 'leaves the failure of preparing to the application',
      body: `
        let unhandled = 0
        const count = () => unhandled++
        process.on('unhandledRejection', count)
        void db.prepare('SELECT nothing')
        print(await db.prepare('SELECT nothing').catch((error) => error.message.includes('nothing')))
        await new Promise((resolve) => setTimeout(resolve, 50))
        process.off('unhandledRejection', count)
        print(unhandled)`,
      records: [],
    },
  ],
})
