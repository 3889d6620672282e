import type { Instrumentation } from '../agent/model.ts'
import { statement } from './shared/mysql.ts'
import { connects } from './shared/waits.ts'

const connection = 'lib/connection'
const pool = 'lib/pool'
const cluster = 'lib/pool_cluster'
// Since 3.12 the methods are those of classes that are not exported.
const places = [
  { at: 'default.prototype', versions: '<3.12' },
  { at: 'default.prototype^', versions: '>=3.12' },
]
/** Without a callback it emits its rows and its end; its `then` only throws. */
const ends = [{ kind: 'callback' }, { kind: 'events', done: 'end', failed: 'error', row: 'result' }] as const
/** A statement that writes emits its head in a row's place. */
const chunk = { results: 'sum(is(has(chunk.affectedRows) && has(chunk.serverStatus)) == false && 1)' }
const rows = { ends, chunk, counted: 'false' } as const
/** A pool's statement is one of its connection, too. */
const getConnection = connects('acquire', ['delete'], 'this.config.connectionLimit', { kind: 'callback' })
const pooled = { query: statement, execute: statement, getConnection }
const opening = { ends: { kind: 'events', done: 'connect', failed: 'error' } } as const
const connect = { scope: 'connect', target: 'database', metadata: { operation: "'connect'" } } as const
const queued = [
  { file: connection, names: ['query', 'execute', 'ping', 'changeUser', 'prepare'] },
  { file: pool, names: ['getConnection', 'query', 'execute'] },
]

export default {
  name: 'mysql2',
  module: 'mysql2',
  versions: '>=2.3 <4',
  target: 'vector_store',
  system: { db: 'mysql' },
  // The promise form calls these with a callback.
  classes: [
    ...places.flatMap((place) => [
      { ...place, file: connection, ...rows, methods: { query: statement, execute: statement } },
      { ...place, file: pool, ...rows, methods: pooled },
    ]),
    // A connection of the application's own; a pool makes its own otherwise. Before 3.12 the promise form calls this one.
    { ...opening, methods: { createConnection: connect, connect } },
    { file: 'promise', versions: '>=3.12', methods: { createConnection: connect } },
    { file: cluster, at: 'default.prototype.of()', ...rows, methods: pooled },
    { file: cluster, at: 'default.prototype', methods: { getConnection } },
  ],
  // What is called back runs where the connection was made, or where one was given back to the pool.
  queues: queued.flatMap(({ file, names }) =>
    names.flatMap((name) =>
      places.map(({ at, versions }) => ({ file, at: `${at}.${name}`, versions, binds: 'functions' })),
    ),
  ),
} satisfies Instrumentation
