import type { Call, Read } from '../../agent/model.ts'
import { type Command, nameOf, textOf } from './redis-command.ts'
import { scoresIn } from './redis-scores.ts'
import { upsertsIn } from './redis-writes.ts'

// biome-ignore lint/suspicious/noExplicitAny: replies are arrays, objects or maps, as the protocol and the client have it
type Any = any

const nearVector = /\[\s*(?:KNN|VECTOR_RANGE)\s/i
const knn = /\[\s*KNN\s+(\d+|\$\w+)/i
const runtime = /EF_RUNTIME\s*:?\s*(\d+|\$\w+)/i

/** The word after `keyword`, where that follows the first `skip` arguments. */
function after({ args, from }: Command, keyword: string, skip: number, nth = 1): unknown {
  for (let i = from + skip; i < args.length; i++) {
    const word = args[i]
    if (typeof word === 'string' && word.length === keyword.length && word.toUpperCase() === keyword)
      return args[i + nth]
  }
  return undefined
}

const has = (command: Command, keyword: string) => after(command, keyword, 2, 0) !== undefined

/** A number in the query, or the parameter that stands for it: its name is written as it is there. */
function numberOf({ args, from }: Command, text: string | undefined): number | undefined {
  if (text === undefined || !text.startsWith('$')) return text === undefined ? undefined : Number(text)
  const params = args.findIndex((word, i) => i > from + 1 && textOf(word).toUpperCase() === 'PARAMS')
  const name = text.slice(1)
  for (let i = params + 2; params > 0 && i < args.length; i += 2)
    if (args[i] === name) return Number(textOf(args[i + 1]) || Number.NaN)
  return undefined
}

const queryOf = ({ args, from }: Command) => textOf(args[from + 1])

export function searchesIn(command: Command): boolean {
  const name = nameOf(command)
  if (name === 'VSIM' || name === 'FT.HYBRID' || name === 'VECTOR.QUERY') return true
  return (name === 'FT.SEARCH' || name === 'FT.AGGREGATE') && nearVector.test(queryOf(command))
}

function topKOf(command: Command): number | undefined {
  const name = nameOf(command)
  const limit = Number(textOf(after(command, 'LIMIT', 2, 2)) || Number.NaN)
  if (name === 'VSIM') return Number(textOf(after(command, 'COUNT', 2)) || Number.NaN)
  if (name === 'VECTOR.QUERY') return numberIn(after(command, 'TOPK', 1))
  if (name === 'FT.HYBRID') return Number.isNaN(limit) ? Number(textOf(after(command, 'K', 2)) || Number.NaN) : limit
  return numberOf(command, knn.exec(queryOf(command))?.[1]) ?? limit
}

function candidatesOf(command: Command): number | undefined {
  const name = nameOf(command)
  if (name === 'VSIM') return Number(textOf(after(command, 'EF', 2)) || Number.NaN)
  const apart = textOf(after(command, 'EF_RUNTIME', 2))
  return apart === '' ? numberOf(command, runtime.exec(queryOf(command))?.[1]) : Number(apart)
}

function filteredOf(command: Command): boolean {
  if (nameOf(command).startsWith('FT.') && nameOf(command) !== 'FT.HYBRID') {
    const query = queryOf(command)
    return !/^\s*\(?\s*(?:\*\s*\)?\s*=>|@\w+\s*:\s*\[\s*VECTOR_RANGE[^\]]*\]\s*\)?\s*(?:=>|$))/i.test(query)
  }
  return has(command, 'FILTER')
}

const numberIn = (word: unknown) => (typeof word === 'number' ? word : Number(textOf(word) || Number.NaN))
const inSets = /^(?:VSIM|VADD|VECTOR\.(?:ADD|QUERY))$/

/** The numbers of a vector that is given as such. */
function dimensionsOf(command: Command): number | undefined {
  if (!inSets.test(nameOf(command))) return undefined
  const values = after(command, 'VALUES', 1)
  if (values !== undefined) return numberIn(values)
  const bytes = after(command, 'FP32', 1)
  if (Buffer.isBuffer(bytes)) return bytes.length / 4
  const text = textOf(after(command, 'BASE64-FP32', 1)).replace(/=+$/, '')
  return text === '' ? undefined : Math.floor((text.length * 3) / 16)
}

/** Where an index has a name of its own: a key is none. */
function indexOf(command: Command): string | undefined {
  return /^(?:FT|VECTOR|SEARCH)\./.test(nameOf(command)) ? textOf(command.args[command.from]) || undefined : undefined
}

/** Commands that make, change, tell of or list indexes. */
const managing =
  /^(?:FT\.(?:CREATE|ALTER|INFO|_LIST|DROPINDEX|ALIAS\w+)|SEARCH\.(?:CREATE|DESCRIBE|DROP|ALIAS\w+|LISTALIASES|WAITINDEXING)|VECTOR\.(?:CREATE|INFO|DROP))$/
const managesIndex = (command: Command) => managing.test(nameOf(command))

/** A member of a reply that the protocol's third version has as a map, the second as names and values in turn. */
function member(reply: Any, name: string): Any {
  if (reply instanceof Map) {
    for (const [key, value] of reply) if (String(key) === name) return value
    return undefined
  }
  if (!Array.isArray(reply)) return reply?.[name]
  const at = reply.findIndex((word, i) => i % 2 === 0 && textOf(word) === name)
  return at < 0 ? undefined : reply[at + 1]
}

function resultsOf(command: Command, reply: Any): number | undefined {
  const name = nameOf(command)
  const isFlat = Array.isArray(reply)
  if (name === 'VECTOR.QUERY') return isFlat ? reply.length : undefined
  if (name === 'VSIM') {
    const wide = has(command, 'WITHSCORES') || has(command, 'WITHATTRIBS')
    if (!isFlat) return reply instanceof Map ? reply.size : reply && Object.keys(reply).length
    const step = wide ? 1 + Number(has(command, 'WITHSCORES')) + Number(has(command, 'WITHATTRIBS')) : 1
    return reply.length / step
  }
  // With a cursor the reply is the first of two.
  const own =
    isFlat && reply.length === 2 && typeof reply[0] === 'object' && has(command, 'WITHCURSOR') ? reply[0] : reply
  const rows = member(own, 'results')
  if (Array.isArray(rows)) return rows.length
  if (!Array.isArray(own) || own.length === 0) return undefined
  if (name !== 'FT.SEARCH') return own.length - 1
  const withRow = !has(command, 'NOCONTENT') && textOf(after(command, 'RETURN', 2)) !== '0'
  const more = ['WITHSCORES', 'WITHPAYLOADS', 'WITHSORTKEYS'].filter((word) => has(command, word)).length
  return (own.length - 1) / (1 + Number(withRow) + more)
}

/**
 * Reads Redis' commands for any client: which search by vector, which write vectors, and what a record may say. `taking`
 * is what else has to be true of a call, `replyOf` where its reply is.
 */
export function compileCommands(
  commandOf: (call: Call) => Command | undefined,
  taking: (test: (call: Call) => boolean) => (call: Call) => boolean = (test) => test,
  replyOf: (call: Call) => unknown = ({ result }) => result,
) {
  const of = (read: (command: Command, call: Call) => unknown) => (call: Call) => {
    const command = commandOf(call)
    return command && read(command, call)
  }
  const when = (test: (command: Command) => boolean) =>
    taking((call) => {
      const command = commandOf(call)
      return command !== undefined && test(command)
    })
  const operation = of(({ name }) => /^[\w.-]{1,32}$/.exec(textOf(name))?.[0].toLowerCase())
  const collection = of(indexOf)
  const search: Readonly<Record<string, Read>> = {
    operation,
    collection,
    top_k: of(topKOf),
    candidates: of(candidatesOf),
    filtered: of(filteredOf),
    dimensions: of(dimensionsOf),
    results: of((command, call) => resultsOf(command, replyOf(call))),
    top_score: of((command, call) => scoresIn(command, replyOf(call))?.nearest),
    last_score: of((command, call) => scoresIn(command, replyOf(call))?.farthest),
    score_kind: of((command, call) => scoresIn(command, replyOf(call))?.kind),
    server_ms: of((command, call) =>
      nameOf(command) === 'FT.HYBRID'
        ? Number(textOf(member(replyOf(call), 'execution_time')) || Number.NaN)
        : undefined,
    ),
  }
  const upsert = { operation, collection, dimensions: of(dimensionsOf) }
  return [
    { scope: 'search', when: when(searchesIn), metadata: search },
    { scope: 'upsert', when: when(upsertsIn), metadata: upsert },
    { scope: 'database.manage', when: when(managesIndex), metadata: { operation, collection } },
    { scope: 'database.query', when: when(() => true), metadata: { operation } },
  ]
}
