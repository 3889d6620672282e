import type { Call, Instrumentation, Method } from '../agent/model.ts'
import { listOf, numberOf } from './shared/kinds.ts'
import { type Command, compileCommands, searchesIn, upsertsIn } from './shared/redisearch.ts'

// biome-ignore lint/suspicious/noExplicitAny: commands and pipelines are the client's own objects
type Any = any

/** The offline queue, a reconnect and a cluster send a command again. */
const sent = new WeakSet<object>()
const fresh = (call: Call) => !sent.has(call.of(call.args[0])) && !isOwn(call.self, call.args[0]) && !isOfCluster(call)
/** What the client says for itself while it connects; an application's command waits until it is ready. */
const handshake = new Set(['hello', 'auth', 'select', 'client', 'info', 'readonly'])
const isOwn = (client: Any, command: Any) => client?.status === 'connect' && handshake.has(command?.name)
/** A cluster asks its nodes for itself, through clients of its own too; what it was asked to send has been met before. */
const isOfCluster = ({ self, args, of }: Call) => {
  const [client, command] = [self as Any, args[0] as Any]
  if (command?.name === 'asking' || String(client?.options?.connectionName).startsWith('ioredis-cluster(')) return true
  const isCheck = client?.status === 'connect' && client.connectionPool !== undefined && command?.name === 'cluster'
  // It goes on to a node.
  if (isCheck) sent.add(of(command))
  return isCheck
}
const commandOf = (command: Any): Command => ({ name: command?.name, args: listOf(command?.args), from: 0 })
/** What a pipeline sends has its place in it. */
const { searches, upserts, search, upsert, query } = compileCommands(({ args }) =>
  (args[0] as Any)?.pipelineIndex === undefined ? commandOf(args[0]) : undefined,
)
const mark = (test: (call: Call) => boolean) => (call: Call) => {
  if (!fresh(call) || (call.args[0] as Any)?.pipelineIndex !== undefined || !test(call)) return false
  sent.add(call.of(call.args[0]))
  return true
}

// The client deals with the promises' rejections itself where there is a callback or a pipeline.
const ends = { kind: 'methods', done: 'resolve', failed: 'reject' } as const
// import-in-the-middle can't wrap the main file: it exports a function with names of its own.
const commands = ['built/Redis', 'built/cluster/index'].flatMap((file): Method[] => {
  const method = { file, at: 'default.prototype.sendCommand', ends: { ...ends, of: 'args.0' } } as const
  return [
    { ...method, scope: 'search', when: mark(searches), metadata: search },
    { ...method, scope: 'upsert', when: mark(upserts), metadata: upsert },
    { ...method, scope: 'query', target: 'database', when: mark(() => true), metadata: query },
  ]
})

/** Not the first of a transaction's two calls, which adds the `exec`, nor what a cluster tries again. */
const queueOf = ({ self }: Call) => listOf((self as Any)?._queue)
const runs = ({ self, of }: Call) => !((numberOf((self as Any)?._transactions) ?? 0) > 0) && !executed.has(of(self))
const executed = new WeakSet<object>()
const batches = (test: (command: Command) => boolean) => (call: Call) => {
  if (!runs(call) || !queueOf(call).some((command) => test(commandOf(command)))) return false
  executed.add(call.of(call.self))
  return true
}
const isTransaction = (call: Call) => queueOf(call)[0]?.name === 'multi'
const pipeline = {
  file: 'built/Pipeline',
  at: 'default.prototype.exec',
  ends: { ...ends, of: 'this' },
  metadata: {
    operation: (call: Call) => (isTransaction(call) ? 'multi' : 'pipeline'),
    batch_size: (call: Call) => queueOf(call).length - (isTransaction(call) ? 2 : 0),
  },
} as const

export default {
  name: 'ioredis',
  module: 'ioredis',
  versions: '>=5 <7',
  target: 'vector_store',
  system: { db: 'redis' },
  methods: [
    ...commands,
    { ...pipeline, scope: 'search', when: batches(searchesIn) },
    { ...pipeline, scope: 'upsert', when: batches(upsertsIn) },
    { ...pipeline, scope: 'query', target: 'database', when: batches(() => true) },
  ],
} satisfies Instrumentation
