import type { Call, Read } from '../../agent/model.ts'
import { holdsVector } from './documents.ts'
import { listOf, numberOf } from './kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: operations are the driver's own objects
type Any = any

const operationOf = ({ args }: Call): Any => args[1] ?? {}

/** The stage that searches by vector: the first one, also of one of the pipelines that are fused into one. */
function stageOf(pipeline: Any): Any {
  const [first] = Array.isArray(pipeline) ? pipeline : []
  if (first?.$vectorSearch) return first.$vectorSearch
  const { $search } = first ?? {}
  const vector = $search?.knnBeta ?? $search?.vectorSearch
  if (vector) return { ...vector, index: $search.index }
  const fused = first?.$rankFusion ?? first?.$scoreFusion
  for (const one of Object.values(fused?.input?.pipelines ?? {})) {
    const found = stageOf(one)
    // How many are asked for in the end is a stage of its own.
    if (found) return { ...found, limit: undefined, k: undefined }
  }
  return undefined
}

/** A list, typed or not, or a binary of that kind: a byte that says of what, one of padding, and the numbers. */
function dimensionsOf(vector: Any): number | undefined {
  const { sub_type, position, buffer } = vector ?? {}
  if (sub_type !== 9) return numberOf(vector?.length)
  const bytes = position - 2
  return { 39: bytes / 4, 3: bytes, 16: bytes * 8 - buffer?.[1] }[buffer?.[0] as number]
}

const pipelineOf = (call: Call) => operationOf(call).pipeline

/** What may be said of a pipeline that searches by vector. */
function metadataOf(pipelineOf: (call: Call) => Any): Readonly<Record<string, Read>> {
  const stage = (call: Call) => stageOf(pipelineOf(call))
  return {
    top_k: (call) =>
      stage(call)?.limit ?? stage(call)?.k ?? listOf(pipelineOf(call)).find((one) => one?.$limit)?.$limit,
    candidates: (call) => stage(call)?.numCandidates,
    filtered: (call) => stage(call)?.filter !== undefined,
    dimensions: (call) => dimensionsOf(stage(call)?.queryVector ?? stage(call)?.vector),
  }
}

/** Whether an operation's pipeline searches by vector. */
export const byVectorStage = (call: Call): boolean => stageOf(pipelineOf(call)) !== undefined
export const vectorStage = metadataOf(pipelineOf)

/** A cursor reads for the first time, or again after it was rewound. */
const begins = ({ self }: Call): boolean => (self as Any)?.initialized === false && (self as Any).isClosed === false
const ownPipeline = ({ self }: Call): Any => (self as Any)?.pipeline

/** What makes, changes or lists what holds the documents; of a list of search indexes the command is an aggregation. */
const managing = new Set([
  ...['create', 'collMod', 'drop', 'dropDatabase', 'renameCollection', 'listCollections', 'listDatabases'],
  ...['createIndexes', 'dropIndexes', 'listIndexes', 'createSearchIndexes', 'updateSearchIndex', 'dropSearchIndex'],
])
const listsSearchIndexes = (pipeline: Any) => listOf(pipeline)[0]?.$listSearchIndexes !== undefined
export const managed = (call: Call): unknown =>
  listsSearchIndexes(pipelineOf(call)) ? 'listSearchIndexes' : call.ask(call.args[1], 'commandName')
export const manages = (call: Call): boolean =>
  managing.has(call.ask(call.args[1], 'commandName')) || listsSearchIndexes(pipelineOf(call))

/** One that is made or dropped has its name there. */
export const managedCollection = (call: Call): unknown => collectionOf(call) ?? operationOf(call).name

/** Of the cursors that have none of these, one lists collections, the other indexes. */
const asksForRows = ({ self }: Call) =>
  ['pipeline', 'cursorFilter', 'command', 'commandBuilder'].some((key) => (self as Any)?.[key] !== undefined)

/** The same of a cursor, by the fields of its class. */
export const ofCursor = {
  begins,
  searches: (call: Call): boolean => begins(call) && stageOf(ownPipeline(call)) !== undefined,
  vectorStage: metadataOf(ownPipeline),
  lists: (call: Call): boolean => begins(call) && (listsSearchIndexes(ownPipeline(call)) || !asksForRows(call)),
  listed: {
    operation: "is(this.pipeline) && 'listSearchIndexes' || has(this.filter) && 'listCollections' || 'listIndexes'",
  },
  collection: ({ self }: Call): unknown => named((self as Any)?.cursorNamespace?.collection),
  operation: [
    "has(this.pipeline) && 'aggregate'",
    "has(this.cursorFilter) && 'find'",
    "has(this.command) && 'runCommand'",
    "has(this.commandBuilder) && 'bulkWrite'",
    "has(this.filter) && 'listCollections'",
    "'listIndexes'",
  ].join(' || '),
}

const written = new Set(['insert', 'update', 'findAndModify', 'findOneAndUpdate', 'bulkWrite'])

/** What an operation writes: documents, changes of them, or what a client's bulk holds of both. */
function writesOf({ documents, statements, update, replacement, cmdBase, commandBuilder }: Any): readonly Any[] {
  const models = listOf(commandBuilder?.models).map((one) => one?.document ?? one?.replacement ?? one?.update)
  const changes = listOf(statements).map((one) => one?.u)
  return [...listOf(documents), ...changes, ...models, update ?? replacement ?? cmdBase?.update]
}
/** Of many documents, as many are looked at. */
const mostRead = 20

/** Whether it writes documents or changes of them, of which one has a vector. */
export function writesVectors(call: Call): boolean {
  if (!written.has(call.ask(call.args[1], 'commandName'))) return false
  return writesOf(operationOf(call))
    .slice(0, mostRead)
    .some((one) => holdsVector(one, call.of))
}

/** Documents, changes or deletions. */
export const batchSize = (call: Call): unknown => {
  const { documents, statements, commandBuilder } = operationOf(call)
  return (documents ?? statements ?? commandBuilder?.models)?.length
}

/** Some operations have it apart; what is of a whole database has none. */
export function collectionOf(call: Call): unknown {
  const { target, ns, collection, collectionName } = operationOf(call)
  const names = [target, ns?.collection, collection?.s?.namespace?.collection, collectionName]
  return names.find((name) => typeof name === 'string' && !name.startsWith('$'))
}
const named = (name: unknown) => (typeof name === 'string' && name.startsWith('$') ? undefined : name)

/** A cursor's later portions and its end, where they are not told by it, and the sessions' own, belong to other calls. */
const parts = new Set(['getMore', 'killCursors', 'endSessions'])
/** Before 6.19 a collection's bulks and lists of documents were operations that send others. */
const sendsOthers = (name: unknown, { docs, commandBuilder }: Any) =>
  docs !== undefined || (name === 'bulkWrite' && commandBuilder === undefined)
/** Before 6.20 a client ends its sessions by a command as any, to which alone it wants no answer. */
const endsSessions = ({ options }: Any) => options?.noResponse === true
export const isWhole = (call: Call): boolean => {
  const name = call.ask(call.args[1], 'commandName')
  if (name === 'runCommand') return !endsSessions(operationOf(call))
  return !parts.has(name) && !sendsOthers(name, operationOf(call))
}

/** A bulk gives what failed of it with its result; the first of it tells why. */
export const failureOf = ({ result }: Call): unknown => {
  const { n, writeErrors } = (result ?? {}) as Any
  return n === 0 && listOf(writeErrors).length > 0 ? { code: writeErrors[0]?.code } : undefined
}
