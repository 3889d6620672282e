import type { Call } from '../../agent/model.ts'
import { listOf } from './kinds.ts'
import type { Command } from './redis-command.ts'
import { upsertsIn } from './redis-writes.ts'
import { compileCommands, searchesIn } from './redisearch.ts'

interface Asked {
  readonly path?: readonly unknown[]
  readonly body?: unknown
}

const askedOf = ({ args }: Call) => (args[0] ?? {}) as Asked
const wordsOf = (words: unknown): Command => ({ name: listOf(words)[0], args: listOf(words), from: 1 })
const isTransaction = (call: Call) => listOf(askedOf(call).path)[0] === 'multi-exec'
/** The commands of a pipeline or a transaction. */
const batchOf = (call: Call): readonly unknown[] | undefined =>
  isTransaction(call) || listOf(askedOf(call).path)[0] === 'pipeline' ? listOf(askedOf(call).body) : undefined
/** The client puts what is asked for in one turn into a pipeline, mostly a single command: that is one by itself. */
const isSingle = (call: Call) => !isTransaction(call) && batchOf(call)?.length === 1

const commands = compileCommands(
  (call) => {
    const batch = batchOf(call)
    if (batch === undefined) return wordsOf(askedOf(call).body)
    return isSingle(call) ? wordsOf(batch[0]) : undefined
  },
  undefined,
  ({ result }) => (Array.isArray(result) ? result[0]?.result : (result as { result?: unknown } | undefined)?.result),
)

const some = (test: (command: Command) => boolean) => (call: Call) =>
  batchOf(call)?.some((one) => test(wordsOf(one))) === true
const batch = {
  operation: (call: Call) => (isTransaction(call) ? 'multi' : 'pipeline'),
  batch_size: 'args.0.body.length',
  failed_items: 'trues(result.*.error) || undefined',
}

/** Requests of the client, whose body is a command or a list of them; those of a list count as what the foremost is. */
export const requests = [
  ...commands,
  { scope: 'search', when: some(searchesIn), metadata: batch },
  { scope: 'upsert', when: some(upsertsIn), metadata: batch },
  { scope: 'database.query', when: some(() => true), metadata: batch },
]
