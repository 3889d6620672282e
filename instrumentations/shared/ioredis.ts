import type { Call } from '../../agent/model.ts'
import { listOf, numberOf } from './kinds.ts'
import type { Command } from './redis-command.ts'
import { upsertsIn } from './redis-writes.ts'
import { compileCommands, searchesIn } from './redisearch.ts'

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
const isInPipeline = ({ args }: Call) => (args[0] as Any)?.pipelineIndex !== undefined

/** A command that is sent for the first time, and for the application. What a pipeline sends has its place in it. */
export const commands = compileCommands(
  (call) => (isInPipeline(call) ? undefined : commandOf(call.args[0])),
  (test) => (call) => {
    if (!fresh(call) || !test(call)) return false
    sent.add(call.of(call.args[0]))
    return true
  },
)

/** Not the first of a transaction's two calls, which adds the `exec`, nor what a cluster tries again. */
const queueOf = ({ self }: Call) => listOf((self as Any)?._queue)
const runs = ({ self, of }: Call) => !((numberOf((self as Any)?._transactions) ?? 0) > 0) && !executed.has(of(self))
const executed = new WeakSet<object>()
const batches = (test: (command: Command) => boolean) => (call: Call) => {
  if (!runs(call) || !queueOf(call).some((command) => test(commandOf(command)))) return false
  executed.add(call.of(call.self))
  return true
}

/** Commands of a pipeline; a transaction's begin and end are none of them. */
export const queueSize = (call: Call) => {
  const queue = queueOf(call)
  return queue.length - (queue[0]?.name === 'multi' ? 2 : 0)
}
export const pipelines = [
  { scope: 'search', when: batches(searchesIn) },
  { scope: 'upsert', when: batches(upsertsIn) },
  { scope: 'database.query', when: batches(() => true) },
]
