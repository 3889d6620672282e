import type { Call } from '../../agent/model.ts'
import { bulkOf, holdsVector } from './documents.ts'
import { textOf } from './kinds.ts'
import { batchSearchesByVector, numbersOf, type VectorSearch, vectorSearchOf } from './search-body.ts'

interface Command {
  /** `_search`, `_bulk`, `_doc`, as the path has it. */
  readonly verb: string | undefined
  readonly collection: string | undefined
  readonly size: unknown
  readonly batchSize: number | undefined
  readonly byVector: boolean
  readonly writesVectors: boolean
  /** What it does, in the words of the client's methods: `index`, `delete`; of a bulk, if it does one thing alone. */
  readonly action: string
  readonly vector: VectorSearch | undefined
  /** What it does to an index itself, or to all of them. */
  readonly managed: string | undefined
}

// biome-ignore lint/suspicious/noExplicitAny: requests are read by shape
type Any = any

const commands = new WeakMap<object, Command>()

/** Kept from before the call, because the transport then puts the text that it sends in the body's place. */
function commandOf({ args, of }: Call): Command {
  const params = (args[0] ?? {}) as Any
  const known = commands.get(of(params))
  if (known !== undefined && typeof params.body !== 'object') return known
  const command = read(params)
  if (typeof params === 'object') commands.set(of(params), command)
  return command
}

/** All requests are made in one place; the path says which it is. */
function read({ method, path, body, bulkBody, querystring }: Any): Command {
  const [index, ...rest] = textOf(path).replace(/\?.*/s, '').split('/').slice(1)
  const words: readonly string[] = index?.startsWith('_') && index !== '_all' ? [index, ...rest] : rest
  const at = words.findIndex((word) => word.startsWith('_'))
  const more = words.slice(at + 1)
  const verb = words[at] === '_search' && more.length > 0 ? (more[0] === 'scroll' ? 'scroll' : undefined) : words[at]
  const vector = verb === '_search' || verb === '_delete_by_query' ? vectorSearchOf(body) : undefined
  const isBatch = verb === '_msearch'
  const bulk = verb === '_bulk' ? bulkOf(bulkBody ?? body) : undefined
  return {
    verb,
    collection: words === rest && index !== undefined ? decodeURIComponent(index) : undefined,
    size: body?.size ?? querystring?.size,
    batchSize: isBatch
      ? Array.isArray(bulkBody)
        ? bulkBody.length / 2
        : undefined
      : (body?.docs ?? body?.ids)?.length,
    byVector: vector !== undefined || (isBatch && batchSearchesByVector(bulkBody)),
    writesVectors: bulk?.hasVectors ?? (writers.has(verb ?? '') && holdsVector(written(verb, body))),
    action: bulk?.action ?? actionOf(verb, textOf(method)),
    vector,
    managed: managedBy(words, textOf(method), words === rest),
  }
}

const writers = new Set(['_doc', '_create', '_update', '_update_by_query'])
/** An update is given parts of a document, or a script; its query may have vectors, too. */
const written = (verb: string | undefined, body: Any) =>
  verb === '_update_by_query' && typeof body === 'object' ? body?.script : body
const ofDocument: Readonly<Record<string, string>> = { GET: 'get', HEAD: 'get', DELETE: 'delete' }
const actionOf = (verb = '', method: string) =>
  verb === '_doc' ? (ofDocument[method] ?? 'index') : verb.replace(/^_/, '')

const methods: Readonly<Record<string, string>> = {
  GET: 'get',
  HEAD: 'exists',
  PUT: 'put',
  POST: 'put',
  DELETE: 'delete',
}
const wholes = new Set(['_refresh', '_stats', '_open', '_close'])
/** In the words of the client's methods: `indices.create`, `indices.get_mapping`. */
function managedBy([verb, of]: readonly string[], method: string, ofIndex: boolean): string | undefined {
  if (verb === undefined)
    return ofIndex ? `indices.${method === 'PUT' ? 'create' : (methods[method] ?? 'get')}` : undefined
  if (verb === '_cat' && of === 'indices') return 'cat.indices'
  if (verb === '_aliases') return 'indices.update_aliases'
  if (wholes.has(verb)) return `indices.${verb.slice(1)}`
  const [, what] = /^_(mapping|settings|alias)s?$/.exec(verb) ?? []
  return what && `indices.${methods[method] ?? 'get'}_${what}`
}

/** Whether it is a request of these verbs, sent by such a method: `asks(['_doc'], /^P/)`. */
export const asks =
  (verbs: readonly string[], methods: RegExp = /./) =>
  (call: Call) =>
    verbs.includes(commandOf(call).verb ?? '') && methods.test(textOf((call.args[0] as Any)?.method))
export const byVector = (verb: string) => (call: Call) => commandOf(call).verb === verb && commandOf(call).byVector
export const writesVectors = (call: Call) => commandOf(call).writesVectors

export const collection = (call: Call) => commandOf(call).collection
/** Searches of a batch, or ids. */
export const batchSize = (call: Call) => commandOf(call).batchSize
export const managed = (call: Call) => commandOf(call).managed
export const manages = (call: Call) => managed(call) !== undefined
export const operation = (call: Call) => commandOf(call).action
const numbers = (call: Call) => numbersOf(commandOf(call).vector, commandOf(call).size)
export const topK = (call: Call) => numbers(call).top_k
export const vectorSearch = {
  candidates: (call: Call) => numbers(call).candidates,
  dimensions: (call: Call) => commandOf(call).vector?.dimensions,
  filtered: (call: Call) => commandOf(call).vector?.filtered,
}
