import type { Call } from '../../agent/model.ts'
import type { Command } from './redis-command.ts'
import { upsertsIn } from './redis-writes.ts'
import { compileCommands, searchesIn } from './redisearch.ts'

// biome-ignore lint/suspicious/noExplicitAny: what the client's methods hand to each other is its own
type Any = any

const wordsOf = (words: Any): Command => ({ name: words?.[0], args: Array.isArray(words) ? words : [], from: 1 })
/** A script is sent as its hash and, where the server does not know that, again as its text: one call. */
const scripts = new WeakSet<object>()

/** Takes a script for its call, which the sending of its words then is none. */
export const takesScript = ({ args, of, ask }: Call) => Boolean(scripts.add(of(ask(args[1], 'redisArgs'))))

/** A command that the client sends. */
export const sent = compileCommands(({ args, of }) => (scripts.has(of(args[0])) ? undefined : wordsOf(args[0])))

/** A command that it queues: those of a chain are part of a transaction; its own ones at the start jump the queue. */
export const queued = compileCommands(({ args }) => {
  const options = args[1] as Any
  return options?.chainId || options?.asap ? undefined : wordsOf(args[0])
})

const some = (test: (command: Command) => boolean) => (call: Call) =>
  Array.isArray(call.args[0]) && call.args[0].some((one) => test(wordsOf(one?.args)))

/** Commands that are sent together count as what the foremost of them is. */
function batchOf(operation: string, accepts: (call: Call) => boolean = () => true) {
  const metadata = { operation: `'${operation}'`, batch_size: 'args.0.length' }
  return [
    { scope: 'search', when: (call: Call) => accepts(call) && some(searchesIn)(call), metadata },
    { scope: 'upsert', when: (call: Call) => accepts(call) && some(upsertsIn)(call), metadata },
    { scope: 'database.query', when: accepts, metadata },
  ]
}
export const multi = batchOf('multi')
export const pipeline = batchOf('pipeline')
/** As its first version runs transactions, by the id of their chain, and pipelines by none. */
export const chained = batchOf('multi', ({ args }) => args[2] !== undefined)
