import type { Instrumentation } from '../agent/model.ts'
import { cursor, handled } from './shared/postgres-query.ts'
import { waits } from './shared/waits.ts'

const file = ['src/query', 'cjs/src/query']
const chunk = { results: 'sum(size(chunk))' }

export default {
  name: 'postgres',
  module: 'postgres',
  versions: '>=3.4 <4',
  target: 'vector_store',
  system: { db: 'postgresql' },
  classes: [
    {
      file,
      at: 'Query.prototype',
      ends: [
        { kind: 'methods', done: 'resolve', failed: 'reject', of: 'this' },
        { kind: 'handed', to: 'cursorFn' },
      ],
      chunk,
      known: 'this',
      waits: true,
      // Nothing runs until it is asked for, and all ways to ask lead through it.
      methods: { handle: handled },
    },
    // The first that a connection does with a query.
    { file: ['src/types', 'cjs/src/types'], methods: { stringify: waits('until args.0', ['delete'], 'args.5.max') } },
    { file, at: 'Query.prototype', ends: { kind: 'cursor' }, chunk, methods: { cursor } },
  ],
  // What takes rows is called where the connection was made.
  queues: file.flatMap((file) =>
    ['cursor', 'forEach'].map((name) => ({ file, at: `Query.prototype.${name}`, binds: 'functions' })),
  ),
} satisfies Instrumentation
