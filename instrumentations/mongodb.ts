import type { Call, Instrumentation } from '../agent/model.ts'
import {
  batchSize,
  byVectorStage,
  collectionOf,
  failureOf,
  isWhole,
  managed,
  managedCollection,
  manages,
  ofCursor,
  vectorStage,
  writesVectors,
} from './shared/mongo-pipeline.ts'
import { scores } from './shared/mongo-scores.ts'
import { waits } from './shared/waits.ts'

/** Clients that are connected, or have tried to be: to connect again is nothing, however often a service does. */
const connected = new WeakSet<object>()
function connects({ self, of }: Call): boolean {
  const client = of(self)
  if (connected.has(client)) return false
  connected.add(client)
  return true
}
/** A bulk's own results have what failed of it. */
const writes = { batch_size: batchSize, failed_items: 'size(result.writeErrors) || undefined' }
/**
 * A change stream and a tailable cursor wait for what is yet to come: their first portion is all that was asked for.
 * Before 6.11 neither says so of all cursors' options.
 */
const last =
  'this.isDead() || this.cursorOptions.tailable || this.findOptions.tailable || has(this.changeStreamCursorOptions)'
const read = { ends: { kind: 'portion', last }, chunk: { results: 'sum(this.documents.batchSize())' } } as const
const closed = { ends: { kind: 'closing' } } as const

export default {
  name: 'mongodb',
  module: 'mongodb',
  versions: '>=6.8 <8',
  target: 'vector_store',
  system: { db: 'mongodb' },
  classes: [
    {
      file: 'lib/operations/execute_operation',
      metadata: { collection: collectionOf, operation: 'args.1.commandName()' },
      failed: failureOf,
      known: 'args.1',
      // Every operation of every object of the driver goes through this function, with its retries; those of a cursor are the cursor's.
      methods: {
        executeOperation: [
          { scope: 'search', when: byVectorStage, metadata: vectorStage },
          { scope: 'upsert', when: writesVectors, metadata: writes },
          {
            scope: 'database.manage',
            when: manages,
            metadata: { collection: managedCollection, operation: managed },
          },
          { scope: 'database.query', when: isWhole, metadata: writes },
        ],
      },
    },
    {
      file: 'lib/cursor/abstract_cursor',
      at: 'AbstractCursor.prototype',
      metadata: { collection: ofCursor.collection, operation: ofCursor.operation },
      methods: {
        fetchBatch: [
          {
            ...{ scope: 'search', when: ofCursor.searches, metadata: ofCursor.vectorStage, ...read },
            chunk: { ...read.chunk, ...scores },
          },
          { scope: 'database.manage', when: ofCursor.lists, metadata: ofCursor.listed, ...read },
          { scope: 'database.query', when: ofCursor.begins, ...read },
        ],
        // Also when it is exhausted.
        cleanup: [
          { scope: 'search', ...closed },
          { scope: 'database.manage', ...closed },
          { scope: 'database.query', ...closed },
        ],
      },
    },
    // Of the application's own, or of the first operation without.
    {
      at: 'MongoClient.prototype',
      methods: {
        connect: { scope: 'database.connect', when: connects, metadata: { operation: "'connect'" } },
        close: { scope: 'database.connect', note: ({ self, of }) => void connected.delete(of(self)) },
      },
    },
    // A try of an operation, which asks for a connection; before 6.20 it is not told for which.
    { file: 'lib/sdam/server', at: 'Server.prototype', methods: { command: waits('for args.0', ['manage']) } },
    {
      file: 'lib/cmap/connection_pool',
      at: 'ConnectionPool.prototype',
      methods: { checkOut: waits('acquire', ['manage'], 'this.options.maxPoolSize') },
    },
  ],
} satisfies Instrumentation
