import type { Call, Instrumentation, Method } from '../agent/model.ts'
import { type Command, compileCommands, searchesIn, upsertsIn } from './shared/redisearch.ts'

// biome-ignore lint/suspicious/noExplicitAny: what the client's methods hand to each other is its own
type Any = any

const wordsOf = (words: Any): Command => ({ name: words?.[0], args: Array.isArray(words) ? words : [], from: 1 })
/** A script is sent as its hash and, where the server does not know that, again as its text: one call. */
const scripts = new WeakSet<object>()

const sent = compileCommands(({ args, of }) => (scripts.has(of(args[0])) ? undefined : wordsOf(args[0])))
/** Commands of a chain are part of a transaction; the client's own ones at the start jump the queue. */
const queued = compileCommands(({ args }) => {
  const options = args[1] as Any
  return options?.chainId || options?.asap ? undefined : wordsOf(args[0])
})

const kinds = (method: Omit<Method, 'scope'>, of: typeof sent): Method[] => [
  { ...method, scope: 'search', when: of.searches, metadata: of.search },
  { ...method, scope: 'upsert', when: of.upserts, metadata: of.upsert },
  { ...method, scope: 'query', target: 'database', when: of.accepts, metadata: of.query },
]

const some = (test: (command: Command) => boolean) => (call: Call) =>
  Array.isArray(call.args[0]) && call.args[0].some((one) => test(wordsOf(one?.args)))
/** Commands that are sent together count as what the foremost of them is. */
const batches = (
  at: string,
  operation: string,
  method: Omit<Method, 'scope' | 'when'> & { when?: (call: Call) => boolean },
): Method[] => {
  const metadata = { operation: () => operation, batch_size: 'args.0.length' }
  const when = (test?: (call: Call) => boolean) => (call: Call) =>
    method.when?.(call) !== false && test?.(call) !== false
  return [
    { ...method, at, scope: 'search', when: when(some(searchesIn)), metadata },
    { ...method, at, scope: 'upsert', when: when(some(upsertsIn)), metadata },
    { ...method, at, scope: 'query', target: 'database', when: when(), metadata },
  ]
}

// The class is not exported before 6.
const file = 'dist/lib/client/index'
const newer = { file, versions: '>=5' }
const older = '<2'

export default {
  name: 'redis',
  // `redis` is this with modules; its 4 has this one's 1.
  module: '@redis/client',
  versions: '>=1.5 <2 || >=5 <7',
  target: 'vector_store',
  system: { db: 'redis' },
  observe: 'chain',
  methods: [
    // Each command, of a pool or cluster too, goes through its client's sendCommand.
    ...kinds({ ...newer, at: 'default.prototype.sendCommand' }, sent),
    {
      ...newer,
      at: 'default.prototype._executeScript',
      scope: 'query',
      target: 'database',
      when: ({ args, of, ask }) => Boolean(scripts.add(of(ask(args[1], 'redisArgs')))),
      metadata: { operation: () => 'evalsha' },
    },
    ...batches('default.prototype._executeMulti', 'multi', newer),
    ...batches('default.prototype._executePipeline', 'pipeline', newer),

    ...kinds({ file: 'dist/lib/client/commands-queue', at: 'default.prototype.addCommand', versions: older }, queued),
    ...batches('default.prototype.multiExecutor', 'multi', {
      file,
      versions: older,
      when: ({ args }) => args[2] !== undefined,
    }),
  ],
  queues: [{ file: 'dist/lib/client/pool', at: 'RedisClientPool.prototype.execute', versions: '>=5', binds: 'args.0' }],
} satisfies Instrumentation
