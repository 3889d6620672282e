import type { Call, Read } from '../../agent/model.ts'
import { listOf } from './kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: pipelines and the driver's own documents
type Any = any

/** Stages that leave the order of what was found. */
const keeping = new Set([
  '$vectorSearch',
  '$project',
  '$addFields',
  '$set',
  '$unset',
  '$match',
  '$limit',
  '$skip',
  '$lookup',
])

/** The field in which a pipeline keeps the score of its search, if it asks for that and does not order anew. */
function scoreField(pipeline: Any): string | undefined {
  const stages = listOf(pipeline).flatMap((stage: Any) => Object.entries(stage ?? {})) as [string, Any][]
  if (!stages.every(([name]) => keeping.has(name))) return undefined
  const fields = stages.flatMap(([name, fields]) =>
    /^\$(?:project|addFields|set)$/.test(name) ? (Object.entries(fields ?? {}) as [string, Any][]) : [],
  )
  return fields.find(([, value]) => value?.$meta === 'vectorSearchScore')?.[0]
}

/** BSON's numbers of a document and of a double. */
const [object, double] = [3, 1]

/** What a portion of a cursor has of it: the driver parses a portion's documents one by one, and keeps what it has parsed. */
function scoreAt(call: Call, isLast: boolean): number | undefined {
  const { pipeline, documents } = (call.self ?? {}) as Any
  const field = documents && scoreField(pipeline)
  if (field === undefined) return undefined
  const size = Number(call.ask(documents, 'batchSize'))
  // The first of all is in the first portion.
  if (!(size > 0) || !(isLast || call.ask(call.ask(documents, 'cursor'), 'has', 'firstBatch'))) return undefined
  const one = call.ask(call.ask(documents, 'batch'), 'get', isLast ? size - 1 : 0, object)
  const score = call.ask(one, 'get', field, double)
  return typeof score === 'number' ? score : undefined
}

export const scores: Readonly<Record<string, Read>> = {
  top_score: (call) => scoreAt(call, false),
  last_score: (call) => scoreAt(call, true),
  score_kind: (call) => (scoreAt(call, true) === undefined ? undefined : 'similarity'),
}
