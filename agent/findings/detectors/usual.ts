import { numberIn, selfMsOf } from '../scopes.ts'
import type { Call } from '../tree.ts'

/** Hosted models write 50 tokens a second or more. */
const msPerToken = 20

/**
 * What a well-kept service takes for such a call, in milliseconds; slower is worth a look, and the time of many a healthy
 * request is mostly such calls. A database or an index answers before a person notices (100 ms); models that embed or
 * rank take a quarter of a second at most; a chat half a second to its first token.
 */
export function usualMs({ scope, record }: Call): number {
  if (scope.verb === 'embed' || scope.verb === 'rerank') return 250
  if (scope.verb === 'generate' || record.name.startsWith('llm.')) return 500
  return 100
}

/** Time that the length of an answer explains. */
export function expectedMs({ record }: Call): number {
  const { metadata } = record
  // What is written while somebody reads it is not waited for.
  const first = numberIn(metadata, 'time_to_first_token_ms') || numberIn(metadata, 'time_to_first_chunk_ms')
  if (first > 0) return Math.max(0, record.duration_ms - first)
  return record.name.startsWith('llm.') ? numberIn(metadata, 'output_tokens') * msPerToken : 0
}

/** What a call itself took, less the time in which the process held it up. */
export const netMs = ({ record, heldMs }: Call): number => Math.max(0, selfMsOf(record) - heldMs)
