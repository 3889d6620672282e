import { cassandraServer } from '../cassandra-server.ts'
import { mysqlServer } from '../mysql-server.ts'
import type { Family, Really } from './row.ts'

const [near, insert] = [
  'SELECT title FROM docs ORDER BY VEC_DISTANCE_COSINE(e, VEC_FromText(?)) LIMIT ?',
  'INSERT INTO docs (e) VALUES (VEC_FromText(?))',
]
const found: Really = ({ sent, answered }) => ({ query_len: sent.length, results: answered.rows })
const ann = 'SELECT text FROM docs ORDER BY v ANN OF ? LIMIT ?'
const written = 'INSERT INTO docs (id, v) VALUES (?, ?)'

/** What speaks SQL to a stand-in. */
export const sql: Family = {
  mysql2: {
    server: mysqlServer,
    imports: [['mysqls', 'mysql2/promise']],
    setUp: `
      const pool = mysqls.createPool(url)
      const db = await mysqls.createConnection(url)`,
    rows: [
      ['vector_store.search', `db.execute('${near}', ['[1,2]', '3'])`, found],
      [
        'vector_store.upsert',
        `db.execute('${insert}', ['[1,2]'])`,
        ({ sent, answered }) => ({ query_len: sent.length, results: answered.affectedRows }),
      ],
      [
        'vector_store.delete',
        `db.query("DELETE FROM docs WHERE VEC_DISTANCE_COSINE(e, VEC_FromText('[1,2]')) < 0.5")`,
        ({ sent, answered }) => ({ query_len: sent.length, results: answered.affectedRows }),
      ],
      ['database.query', `db.query('SELECT title FROM docs LIMIT 4')`, found],
      ['database.connect', 'mysqls.createConnection(url).then((one) => one.destroy())', '{}'],
      ['database.connect', 'pool.getConnection().then((one) => one.release())', '{}'],
      [
        'vector_store.search',
        `db.execute('${near.replace('docs', 'missing')}', ['[1,2]', '3'])`,
        ({ sent }) => ({ query_len: sent.length, status: 'ER_NO_SUCH_TABLE' }),
      ],
    ],
    end: 'db.destroy(); await pool.end()',
  },
  cassandra: {
    server: cassandraServer,
    imports: [['{ Client as Cassandra, types as cassandraTypes }', 'cassandra-driver']],
    setUp: `
      const client = new Cassandra({ contactPoints: [url], localDataCenter: 'dc1', isMetadataSyncEnabled: false })
      await client.connect()
      const vector = new cassandraTypes.Vector([0.5, 0.25], 'float')`,
    rows: [
      ['vector_store.search', `client.execute('${ann}', [vector, 3], { prepare: true })`, found],
      [
        'vector_store.upsert',
        `client.batch(['a', 'b', 'c'].map((id) => ({ query: '${written}', params: [id, vector] })), { prepare: true })`,
        ({ sent }) => ({ batch_size: sent.statements }),
      ],
      ['database.query', `client.execute('SELECT text FROM docs')`, found],
      [
        'database.query',
        `client.execute('SELECT text FROM missing')`,
        ({ sent, answered }) => ({ query_len: sent.length, status: answered.code }),
      ],
    ],
    end: 'await client.shutdown()',
  },
}
