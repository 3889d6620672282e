import type { Instrumentation } from '../agent/model.ts'
import { commands, pipelines, queueSize } from './shared/ioredis.ts'
import { waits } from './shared/waits.ts'

// The client deals with the promises' rejections itself where there is a callback or a pipeline.
const ends = { kind: 'methods', done: 'resolve', failed: 'reject' } as const

export default {
  name: 'ioredis',
  module: 'ioredis',
  versions: '>=5 <7',
  target: 'vector_store',
  system: { db: 'redis' },
  classes: [
    {
      // import-in-the-middle can't wrap the main file: it exports a function with names of its own.
      file: ['built/Redis', 'built/cluster/index'],
      at: 'default.prototype',
      ends: { ...ends, of: 'args.0' },
      known: 'args.0',
      waits: true,
      methods: { sendCommand: commands },
    },
    // A command that is written; before the client is ready it waits.
    { file: 'built/Command', at: 'default.prototype', methods: { toWritable: waits('until this', ['manage']) } },
    {
      file: 'built/Pipeline',
      at: 'default.prototype',
      ends: { ...ends, of: 'this' },
      metadata: { operation: "this._queue.0.name == 'multi' && 'multi' || 'pipeline'", batch_size: queueSize },
      methods: { exec: pipelines },
    },
  ],
} satisfies Instrumentation
