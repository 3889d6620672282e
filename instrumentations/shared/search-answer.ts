import type { Call, Read } from '../../agent/model.ts'
import { listOf, numberOf } from './kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: an answer is read by shape
type Any = any

/** Elasticsearch gives it as a `body` with `{ meta: true }`, OpenSearch always. */
const answerOf = ({ result }: Call): Any => (result as Any)?.body ?? result ?? {}

/** Searches, documents or actions, each with its own outcome; a bulk says first whether one has failed. */
function partsOf({ responses, docs, items, errors, failures }: Any): readonly Any[] {
  if (Array.isArray(items)) return errors === true ? items.map((item) => Object.values(item ?? {})[0]) : []
  return listOf(responses ?? docs ?? failures)
}
const hasFailed = (part: Any): boolean =>
  Boolean(part?.error ?? part?.cause ?? part?.reason) || part?.timed_out === true

/** A batch whose parts have all failed, or a search that ran out of its time: it gives what it had by then. */
export function failureOf(call: Call): unknown {
  const answer = answerOf(call)
  if (answer.timed_out === true) return 'timed_out'
  if (Number(numberOf(answer.deleted ?? answer.updated)) > 0) return undefined
  const parts = partsOf(answer)
  if (parts.length === 0 || !parts.every(hasFailed)) return undefined
  return parts[0].error === undefined && parts[0].timed_out === true
    ? 'timed_out'
    : { name: 'ResponseError', status: parts[0].status }
}

/** Words for what stands in it. */
export const reply = (path: string) => `(result.body ?? result).${path}`

/** What every answer may say. */
export const outcome = {
  server_ms: reply('took'),
  attempts: 'result.meta.attempts + 1',
  failed_shards: `${reply('_shards.failed')} || sum(${reply('responses.*._shards.failed')}) || undefined`,
  // What a query is to change may have changed in between.
  failed_items: (call) =>
    partsOf(answerOf(call)).filter(hasFailed).length || answerOf(call).version_conflicts || undefined,
} satisfies Readonly<Record<string, Read>>

/** All pages of the clients' `scrollSearch`, which `scrollDocuments` reads. The last, an empty one, is not handed out. */
export const scrolled = {
  ends: { kind: 'cursor' },
  chunk: { results: 'sum(size(chunk.body.hits.hits))', failed_shards: 'chunk.body._shards.failed || undefined' },
} as const
