import { library } from '../support/library.ts'
import { neo4jServer } from '../support/neo4j-server.ts'

const near = 'CALL db.index.vector.queryNodes($index, $k, $private) YIELD node, score RETURN node.text AS text, score'
const listed = 'CYPHER 25 MATCH (n) RETURN n.private AS text, 1.0 AS score LIMIT 5'
const literal = "// private\nCALL db.index.vector.queryRelationships('docs', 2, $private)"
const quoting = "MATCH (n) WHERE n.private = 'db.index.vector.queryNodes(1, 2' RETURN n"
const clause =
  'MATCH (n:Doc) SEARCH n IN (VECTOR INDEX docs FOR $private WHERE n.private > 1 LIMIT 4) SCORE AS score RETURN n'
const ticked = 'MATCH (n) SEARCH n IN (\n VECTOR INDEX `my docs` FOR $private LIMIT $k) RETURN n'
const set = 'MATCH (n {id: $private}) CALL db.create.setNodeVectorProperty(n, "private", $v)'
const one = 'CREATE (n:Doc {private: $v})'
const unwound = 'UNWIND $rows AS row MERGE (n {id: row.id}) SET n.v = row.v'
/** Each statement asks for its session's connection. */
const waited = { pool_wait_ms: 'ms', pool_size: 100 }
const timed = { server_ms: 'ms', ...waited }
const found = (results: number) => ({
  scope: 'vector_store.search',
  operation: 'call',
  query_len: near.length,
  results,
  ...timed,
  collection: 'docs',
  top_k: results,
})
const plain = (results: number, text = listed, operation = 'match') => ({
  scope: 'database.query',
  operation,
  query_len: text.length,
  results,
  ...timed,
})

const written = (text: string, operation: string) => (({ results: _, ...rest }) => rest)(plain(0, text, operation))

library({
  name: 'neo4j',
  module: 'neo4j-driver',
  packages: ['current', 'previous'],
  server: neo4jServer,
  imports: [['neo4j', 'neo4j-driver']],
  setUp: ({ url }) => `
    const driver = neo4j.driver('${url}', neo4j.auth.basic('neo4j', 'private'))
    const session = driver.session({ fetchSize: 2 })
    const near = (k, own = driver.session()) =>
      own.run(${JSON.stringify(near)}, { index: 'docs', k: neo4j.int(k), private: [0.5, 0.25] })
    const textsOf = ({ records }) => records.map((record) => record.get('text'))
    const fraction = Array.from({ length: 32 }, (_, i) => i / 32 + 0.001)`,
  tearDown: 'await session.close(); await driver.close()',
  shapes: [
    'neo4j.Session',
    'neo4j.Session.prototype',
    'neo4j.Transaction.prototype',
    'neo4j.Result.prototype',
    'driver',
    'Object.keys(near(1))',
    `near(1).then((value) => value)`,
    'session.beginTransaction().close()',
  ],
  fails: `driver.session().run('CALL db.index.vector.queryNodes("missing", 2, $private)', { private: [0.5] })`,
  many: 'near(1 + (i % 3))',
  calls: [
    {
      it: 'records a search by procedure, its index and number by parameter',
      body: `
        const result = near(3)
        print([result instanceof neo4j.Result, result instanceof Promise, result.isOpen()])
        print(textsOf(await result))
        print([result.isOpen(), await result.keys(), textsOf(await result).length])`,
      records: [found(3)],
    },
    {
      it: 'records the literal name of an index, of relationships as well, and what a comment says counts for nothing',
      body: `
        print(textsOf(await session.run(${JSON.stringify(literal)}, { private: [0.5] })))
        print(textsOf(await session.run(${JSON.stringify(quoting)})))`,
      records: [
        {
          scope: 'vector_store.search',
          operation: 'call',
          query_len: literal.length,
          results: 2,
          ...timed,
          collection: 'docs',
          top_k: 2,
        },
        plain(2, quoting),
      ],
    },
    {
      it: 'records the SEARCH clause, with a filter and without, from a query object',
      body: `
        print(textsOf(await session.run({
          text: '${clause}',
          parameters: { private: [0.5] },
        })))
        print(textsOf(await session.run(${JSON.stringify(ticked)}, { k: 1 })))`,
      records: [
        {
          scope: 'vector_store.search',
          operation: 'match',
          query_len: clause.length,
          results: 4,
          ...timed,
          collection: 'docs',
          top_k: 4,
          filtered: true,
        },
        {
          scope: 'vector_store.search',
          operation: 'match',
          query_len: ticked.length,
          results: 1,
          ...timed,
          collection: 'my docs',
          top_k: 1,
          filtered: false,
        },
      ],
    },
    {
      it: 'records what writes vectors: by procedure, as a parameter, in the rows of one',
      body: `
        print(textsOf(await session.run('${set}', { private: 'private', v: [0.5, 0.25] })))
        print(textsOf(await session.run('${one}', { v: fraction })))
        const rows = [{ id: 'private', v: fraction }, { id: 'private', v: fraction }]
        print(textsOf(await session.run('${unwound}', { rows })))
        print(textsOf(await session.run('${one}', { v: [1, 2] })))`,
      records: [
        { scope: 'vector_store.upsert', operation: 'match', query_len: set.length, ...timed },
        {
          scope: 'vector_store.upsert',
          operation: 'create',
          query_len: one.length,
          ...timed,
          batch_size: 1,
        },
        {
          scope: 'vector_store.upsert',
          operation: 'unwind',
          query_len: unwound.length,
          ...timed,
          batch_size: 2,
        },
        written(one, 'create'),
      ],
    },
    {
      it: 'says nothing of the rows of a write that returns none, and 0 where nothing was found',
      body: `
        print(textsOf(await session.run('MATCH (n) DETACH DELETE n')))
        print(textsOf(await session.run('CREATE (n) RETURN n.text AS text')))
        print(textsOf(await session.run('MATCH (n) RETURN n.text AS text /* set */ LIMIT 0')))
        print(await session.run('MATCH (n:missing) DELETE n').catch(({ code }) => code))`,
      records: [
        written('MATCH (n) DETACH DELETE n', 'match'),
        plain(2, 'CREATE (n) RETURN n.text AS text', 'create'),
        plain(0, 'MATCH (n) RETURN n.text AS text /* set */ LIMIT 0'),
        { scope: 'database.query', operation: 'match', query_len: 26, ...waited, error: 'Neo4jError' },
      ],
    },
    {
      it: "records the driver's own vectors, which 6 sends as such",
      when: ({ packages }) => packages === 'current',
      body: `print(textsOf(await session.run('CREATE (n {private: $v})', { v: neo4j.vector(Float32Array.of(0.5, 1)) })))`,
      records: [{ scope: 'vector_store.upsert', operation: 'create', query_len: 24, ...timed, batch_size: 1 }],
    },
    {
      it: 'records an iterated result when its consumer is done with it, and one that is left early',
      body: `
        const result = session.run('${listed}')
        const seen = []
        for await (const record of result) seen.push(record.get('text'))
        print(seen)
        for await (const record of session.run('${listed}')) { print(record.get('score')); break }
        const iterator = session.run('${listed}')[Symbol.asyncIterator]()
        print((await iterator.peek()).value.get('text'))
        let count = 0
        while (!(await iterator.next()).done) count++
        print(count)`,
      records: [plain(5), plain(1), plain(5)],
    },
    {
      it: 'records a subscription, with observers of every kind',
      body: `
        const subscribed = (make) => new Promise((resolve) => session.run('${listed}').subscribe(make(resolve)))
        class Own {
          #seen = []
          constructor(resolve) { this.resolve = resolve }
          onKeys(keys) { this.#seen.push(keys) }
          onNext(record) { this.#seen.push(record.get('text')) }
          onCompleted(summary) { this.resolve([this.#seen, summary.constructor.name]) }
        }
        print(await subscribed((resolve) => new Own(resolve)))
        print(await subscribed((onCompleted) => Object.freeze({ onNext() {}, onCompleted })).then((summary) => summary.query.text.length))
        const failed = await new Promise((onError) => session.run('RETURN missing').subscribe({ onError }))
        print([failed.code, failed.constructor.name])`,
      records: [
        plain(5),
        plain(5),
        { scope: 'database.query', operation: 'return', query_len: 14, ...waited, error: 'Neo4jError' },
      ],
    },
    {
      it: 'records a result of which only the summary is asked for',
      body: `print((await session.run('${listed}').summary()).queryType)`,
      records: [{ scope: 'database.query', operation: 'match', query_len: listed.length, ...timed }],
    },
    {
      it: 'records the statements of transactions once each, also one that is left to the commit',
      body: `
        print(await session.executeRead(async (tx) => textsOf(await near(2, tx))))
        const tx = await session.beginTransaction()
        tx.run('${listed}')
        print(textsOf(await near(1, tx)))
        await tx.commit()
        print(tx.isOpen())
        print(textsOf(await driver.executeQuery('${listed}')))
        print(await driver.executeQuery('${listed}', {}, { resultTransformer: neo4j.resultTransformers.mappedResultTransformer({ collect: (rows) => rows.length }) }))`,
      records: [
        found(2),
        found(1),
        { scope: 'database.query', operation: 'match', query_len: listed.length, ...timed },
        plain(5),
        plain(5),
      ],
    },
    {
      it: 'records what a reactive session runs',
      body: `
        const rx = driver.rxSession()
        const seen = []
        await new Promise((complete, error) => rx.run('${listed}').records().subscribe({ next: (record) => seen.push(record.get('text')), complete, error }))
        print(seen)
        await new Promise((complete, error) => rx.close().subscribe({ complete, error }))`,
      records: [plain(5)],
    },
    {
      it: 'throws at once for what is no query, and rejects in a session that is closed',
      body: `
        try { session.run('') } catch (error) { print(error.message) }
        const closed = driver.session()
        await closed.close()
        print(await closed.run('RETURN 1').catch((error) => error.message))`,
      records: [
        { scope: 'database.query', query_len: 0, error: 'TypeError' },
        { scope: 'database.query', operation: 'return', query_len: 8, error: 'Neo4jError' },
      ],
    },
  ],
})
