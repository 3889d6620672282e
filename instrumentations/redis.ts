import type { Instrumentation } from '../agent/model.ts'
import { chained, multi, pipeline, queued, sent, takesScript } from './shared/node-redis.ts'
import { connects } from './shared/waits.ts'

const at = 'default.prototype'
// The class is not exported before 6.
const file = 'dist/lib/client/index'
const pool = 'dist/lib/client/pool'

export default {
  name: 'redis',
  // `redis` is this with modules; its 4 has this one's 1.
  module: '@redis/client',
  versions: '>=1.5 <2 || >=5 <7',
  target: 'vector_store',
  system: { db: 'redis' },
  observe: 'chain',
  classes: [
    {
      file,
      at,
      versions: '>=5',
      methods: {
        // Each command, of a pool or cluster too, goes through its client's.
        sendCommand: sent,
        _executeScript: { scope: 'database.query', when: takesScript, metadata: { operation: "'evalsha'" } },
        _executeMulti: multi,
        _executePipeline: pipeline,
      },
    },
    {
      file: pool,
      at: 'RedisClientPool.prototype',
      versions: '>=5',
      methods: { execute: connects('lend args.0', ['manage']) },
    },
    { file: 'dist/lib/client/commands-queue', at, versions: '<2', methods: { addCommand: queued } },
    { file, at, versions: '<2', methods: { multiExecutor: chained } },
  ],
  queues: [{ file: pool, at: 'RedisClientPool.prototype.execute', versions: '>=5', binds: 'args.0' }],
} satisfies Instrumentation
