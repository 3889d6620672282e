import { cassandraServer } from '../support/cassandra-server.ts'
import { library } from '../support/library.ts'

const near = 'SELECT text FROM docs ORDER BY v ANN OF ? LIMIT ?'
const literal = 'SELECT text FROM ks.docs WHERE private = 1 ORDER BY v ANN OF [0.5, 0.25] LIMIT 2'
const named = 'SELECT text FROM docs ORDER BY v ANN OF :private LIMIT :k'
const insert = 'INSERT INTO docs (id, v) VALUES (?, ?)'
const written = 'UPDATE docs SET v = [0.5, 0.25] WHERE id = 1'
const plain = 'SELECT text FROM docs'
const found = (top_k: number, sql = near, filtered = false, collection = 'docs') => ({
  scope: 'vector_store.search',
  collection,
  operation: 'select',
  top_k,
  results: top_k,
  query_len: sql.length,
  filtered,
})
const upserted = (sql = insert, operation = 'insert') => ({
  scope: 'vector_store.upsert',
  collection: 'docs',
  operation,
  query_len: sql.length,
})
const listed = (results: number) => ({
  scope: 'database.query',
  collection: 'docs',
  operation: 'select',
  results,
  query_len: plain.length,
})

library({
  name: 'cassandra',
  module: 'cassandra-driver',
  packages: ['current'],
  server: cassandraServer,
  imports: [['{ Client, concurrent, mapping, types }', 'cassandra-driver']],
  setUp: ({ url }) => `
    const client = new Client({ contactPoints: ['${url}'], localDataCenter: 'dc1', isMetadataSyncEnabled: false })
    await client.connect()
    const vector = new types.Vector([0.5, 0.25], 'float')
    const near = (k) => client.execute('${near}', [vector, k], { prepare: true })
    const called = (run) => new Promise((resolve, reject) => run((error, result) => (error ? reject(error) : resolve(result))))
    const textsOf = (result) => result.rows?.map((row) => row.text)`,
  tearDown: 'await client.shutdown()',
  shapes: [
    'Client',
    'Client.prototype',
    'client',
    'near(1)',
    // Until it is called back: its record is to be before what comes next.
    `await new Promise((resolve) => { const shown = client.execute('${plain}', () => resolve(shown)) })`,
  ],
  fails: `client.execute('SELECT private FROM missing')`,
  many: 'near(1 + (i % 3))',
  calls: [
    {
      it: 'records a search with its limit, bound by place, by name and literal',
      body: `
        print(textsOf(await near(3)))
        print(textsOf(await client.execute('${named}', { private: vector, k: 2 }, { prepare: true })))
        print(textsOf(await client.execute('${literal}')))`,
      records: [found(3), found(2, named), found(2, literal, true, 'ks.docs')],
    },
    {
      it: 'records each form with a callback, once',
      body: `
        print(textsOf(await called((done) => client.execute('${plain}', done))))
        print(textsOf(await called((done) => client.execute('${near}', [vector, 2], { prepare: true }, done))))
        print(await called((done) => client.execute('${plain}', [], { consistency: 1 }, done)).then(textsOf))`,
      records: [listed(5), found(2), listed(5)],
    },
    {
      it: 'records what writes vectors, and other writes as what they are',
      body: `
        print((await client.execute('${insert}', ['private', vector], { prepare: true })).rows)
        print((await client.execute('${written}')).wasApplied())
        print((await client.execute("DELETE FROM docs WHERE id = 'private'")).wasApplied())`,
      records: [
        upserted(),
        upserted(written, 'update'),
        { scope: 'database.query', collection: 'docs', operation: 'delete', query_len: 37 },
      ],
    },
    {
      it: 'records a batch as one, prepared or not',
      body: `
        const queries = ['a', 'b'].map((id) => ({ query: '${insert}', params: ['private ' + id, vector] }))
        print((await client.batch(queries, { prepare: true })).wasApplied())
        print((await called((done) => client.batch(["DELETE FROM docs WHERE id = 'private'"], done))).wasApplied())
        print(await client.batch([]).catch((error) => [error.name, error.message]))`,
      records: [
        { ...upserted(), batch_size: 2 },
        { scope: 'database.query', collection: 'docs', operation: 'delete', query_len: 37, batch_size: 1 },
        { scope: 'database.query', batch_size: 0, error: 'ArgumentError' },
      ],
    },
    {
      it: 'records rows that are handed over one by one as one call, over all pages',
      body: `
        const seen = []
        const result = await called((done) => client.eachRow('${plain}', [], { fetchSize: 2, autoPage: true }, (n, row) => seen.push([n, row.text]), done))
        print([seen, result.rowLength])
        await new Promise((resolve) => client.eachRow('${plain}', (n) => n === 4 && resolve()))
        print(await called((done) => client.eachRow('SELECT private FROM missing', [], () => {}, done)).catch((error) => error.name))`,
      records: [
        listed(5),
        { scope: 'database.query', collection: 'missing', operation: 'select', query_len: 27, error: 'ResponseError' },
      ],
    },
    {
      it: 'records a stream when its consumer has read it, over all pages',
      body: `
        const seen = []
        for await (const row of client.stream('${plain}', [], { fetchSize: 2, autoPage: true })) seen.push(row.text)
        print(seen)
        const stream = client.stream('${near}', [vector, 3], { prepare: true, fetchSize: 2 })
        await new Promise((resolve, reject) => stream.on('readable', function () { let row; while ((row = this.read())) seen.push(row.text) }).on('end', resolve).on('error', reject))
        print(seen.length)
        print(await new Promise((resolve) => client.stream('SELECT private FROM missing').on('error', (error) => resolve(error.name)).resume()))`,
      records: [
        { ...listed(5), time_to_first_chunk_ms: 'ms', chunks: 5 },
        { ...found(3), time_to_first_chunk_ms: 'ms', chunks: 3 },
        { scope: 'database.query', collection: 'missing', operation: 'select', query_len: 27, error: 'ResponseError' },
      ],
    },
    {
      it: 'ends a call with its first page, since a caller may want no other; those that it iterates are one more',
      body: `
        const result = await client.execute('${plain}', [], { fetchSize: 2 })
        print([result.isPaged(), result.rowLength, typeof result[Symbol.asyncIterator]])
        const seen = []
        for await (const row of result) seen.push(row.text)
        print([seen, [...result].length])
        const next = await client.execute('${plain}', [], { fetchSize: 2, pageState: result.pageState })
        print(textsOf(next))
        for await (const row of next) break`,
      records: [listed(2), { ...listed(3), chunks: 2, time_to_first_chunk_ms: 'ms' }, listed(2)],
    },
    {
      it: 'records what is run concurrently, once each',
      body: `
        const done = await concurrent.executeConcurrent(client, '${insert}', [['private', vector], ['private', vector]])
        print([done.totalExecuted, done.errors.length])`,
      records: [upserted(), upserted()],
    },
    {
      it: 'rejects as the driver does what it can not prepare',
      body: `
        print(await client.execute('SELECT private FROM missing', [], { prepare: true }).catch((error) => [error.constructor.name, error.code]))`,
      records: [
        { scope: 'database.query', collection: 'missing', operation: 'select', query_len: 27, error: 'ResponseError' },
      ],
    },
  ],
})
