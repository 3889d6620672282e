import type { Instrumentation } from '../agent/model.ts'
import { batch, statement } from './shared/libsql.ts'

const named = (operation: string) => ({ scope: 'database.query', metadata: { operation: `'${operation}'` } })
const executed = { execute: statement, executeMultiple: statement, batch }
const client = { ...executed, migrate: batch, transaction: named('transaction') }
const transaction = { ...executed, commit: named('commit'), rollback: named('rollback') }
const both = (file: string) => [`lib-esm/${file}`, `lib-cjs/${file}`]

export default {
  name: 'libsql',
  module: '@libsql/client',
  versions: '>=0.17 <0.19',
  target: 'vector_store',
  system: { db: 'sqlite' },
  observe: 'chain',
  // By file, since its entries export `createClient` alone; a remote transaction's `execute` calls its `batch`.
  classes: [
    { file: both('sqlite3'), at: 'Sqlite3Client.prototype', methods: client },
    { file: both('http'), at: 'HttpClient.prototype', methods: client },
    { file: both('ws'), at: 'WsClient.prototype', methods: client },
    { file: both('sqlite3'), at: 'Sqlite3Transaction.prototype', methods: transaction },
    { file: both('hrana'), at: 'HranaTransaction.prototype', methods: transaction },
  ],
} satisfies Instrumentation
