import type { Instrumentation } from '../agent/model.ts'
import { rows, statement } from './shared/mysql.ts'
import { connects } from './shared/waits.ts'

const [connection, pool, cluster] = ['lib/connection', 'lib/pool', 'lib/pool_cluster']
// Since 3.12 the methods are those of classes that are not exported.
const places = [
  { at: 'default.prototype', versions: '<3.12' },
  { at: 'default.prototype^', versions: '>=3.12' },
]
const binds = 'functions'
/** A pool's statement is one of its connection, too. */
const getConnection = connects('acquire', ['delete'], 'this.config.connectionLimit', { kind: 'callback' })
const pooled = { 'query execute': statement, getConnection }
const opening = { ends: { kind: 'events', done: 'connect', failed: 'error' } } as const
const connect = { scope: 'database.connect', metadata: { operation: "'connect'" } } as const
const waiting = { [connection]: 'query execute ping changeUser prepare', [pool]: 'getConnection query execute' }

export default {
  name: 'mysql2',
  module: 'mysql2',
  versions: '>=2.3 <4',
  target: 'vector_store',
  system: { db: 'mysql' },
  // The promise form calls these with a callback.
  classes: [
    ...places.flatMap((place) => [
      { ...place, file: connection, ...rows, methods: { 'query execute': statement } },
      { ...place, file: pool, ...rows, methods: pooled },
    ]),
    // A connection of the application's own; a pool makes its own otherwise. Before 3.12 the promise form calls this one.
    { ...opening, methods: { 'createConnection connect': connect } },
    { file: 'promise', versions: '>=3.12', methods: { createConnection: connect } },
    { file: cluster, at: 'default.prototype.of()', ...rows, methods: pooled },
    { file: cluster, at: 'default.prototype', methods: { getConnection } },
  ],
  // What is called back runs where the connection was made, or where one was given back to the pool.
  queues: Object.entries(waiting).flatMap(([file, names]) =>
    names.split(' ').flatMap((name) => places.map((one) => ({ file, ...one, at: `${one.at}.${name}`, binds }))),
  ),
} satisfies Instrumentation
