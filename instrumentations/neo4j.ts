import type { Instrumentation } from '../agent/model.ts'
import { cypher, serverMs, statement } from './shared/cypher.ts'
import { waits } from './shared/waits.ts'

export default {
  name: 'neo4j',
  module: 'neo4j-driver',
  versions: '>=5.28 <7',
  target: 'vector_store',
  system: { db: 'neo4j' },
  observe: 'chain',
  classes: [
    {
      // `Driver.executeQuery`, managed and reactive transactions all run one of these.
      at: ['Session.prototype', 'Transaction.prototype'],
      // Its rows go through an observer, whether they are awaited, subscribed to or left to the commit; or it is iterated.
      ends: { kind: 'rows', through: '_decorateObserver', next: 'onNext', done: 'onCompleted', failed: 'onError' },
      metadata: { ...cypher, results: 'result.count', server_ms: serverMs },
      methods: { run: statement },
    },
    {
      module: 'neo4j-driver-core',
      file: 'lib/internal/connection-holder',
      at: 'ConnectionHolder.prototype',
      methods: { getConnection: waits('acquire', [], 'this._connectionProvider._connectionPool._maxSize') },
    },
  ],
} satisfies Instrumentation
