import type { Call, Read } from '../../agent/model.ts'
import { listOf } from './kinds.ts'
import { isNumbers } from './vectors.ts'

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

const stage = (call: Call) => stageOf(operationOf(call).pipeline)

/** Whether an operation's pipeline searches by vector. */
export const byVectorStage = (call: Call): boolean => stage(call) !== undefined

export const vectorStage: Readonly<Record<string, Read>> = {
  top_k: (call) =>
    stage(call)?.limit ?? stage(call)?.k ?? listOf(operationOf(call).pipeline).find((one) => one?.$limit)?.$limit,
  candidates: (call) => stage(call)?.numCandidates,
  filtered: (call) => stage(call)?.filter !== undefined,
}

/** Whether it inserts, and one document in sight has a vector: the binary of that kind, or a long list of fractions. */
export function insertsVectors(call: Call): boolean {
  if (call.ask(call.args[1], 'commandName') !== 'insert') return false
  const { documents } = operationOf(call)
  const [first] = Array.isArray(documents) ? documents : []
  return Object.values(first ?? {}).some((value: Any) => {
    if (value?.sub_type !== undefined) return value.sub_type === 9
    return isNumbers(value)
  })
}

/** An aggregation of a whole database has no collection. */
export function collectionOf(call: Call): unknown {
  const { target, ns } = operationOf(call)
  const name = typeof target === 'string' ? target : ns?.collection
  return typeof name === 'string' && name.startsWith('$') ? undefined : name
}

/** A cursor's later portions and its end, and the sessions' own, belong to other calls. */
const parts = new Set(['getMore', 'killCursors', 'endSessions'])
export const isWhole = ({ args, ask }: Call): boolean => !parts.has(ask(args[1], 'commandName'))
