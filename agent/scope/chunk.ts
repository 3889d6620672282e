import type { Scope } from '../call.ts'
import type { Metadata } from '../model.ts'

/**
 * Keeps of a streamed result: the times to its first chunk and to the first piece of the answer in milliseconds, how
 * many pieces (of chunks, where no word tells them apart), what the `chunk` words find in them, and a failure that they
 * tell of. Undefined for a method that has no such words.
 */
export function chunkOf(
  scope: Scope,
  now: () => number,
  includeMetadata: boolean,
  fault: (error: unknown) => void,
): ((chunk: unknown) => void) | undefined {
  const { readChunk, sums, token, counted, failedChunk } = scope.point
  const keeps = includeMetadata && readChunk !== undefined
  if (!keeps && failedChunk === undefined) return undefined
  const sinceStart = () => Math.round((now() - scope.start - scope.idleMs) * 100) / 100
  let hasBegun = false
  let chunks = 0

  return (chunk) => {
    if (scope.ended) return
    try {
      const call = { self: scope.self, args: scope.args, chunk }
      scope.failure ||= failedChunk?.(call)
      if (!keeps) return
      const found = readChunk(call)
      if (found !== undefined && sums !== undefined) addTo(found, sums, scope.metadata)
      const metadata: Metadata = { ...scope.metadata, ...found }
      scope.metadata = metadata
      if (counted?.(chunk) === false) return
      if (!hasBegun) metadata.time_to_first_chunk_ms = sinceStart()
      hasBegun = true
      if (token !== undefined && !token(chunk)) return
      if (token !== undefined && chunks === 0) metadata.time_to_first_token_ms = sinceStart()
      metadata.chunks = ++chunks
    } catch (error) {
      fault(error)
    }
  }
}

/** That one portion of a cursor was all says no more than the duration. */
export function leaveOutSingle(scope: Scope): void {
  const { chunks, time_to_first_chunk_ms, ...rest } = scope.metadata ?? {}
  if (chunks === 1) scope.metadata = rest
}

function addTo(found: Metadata, keys: readonly string[], before: Metadata | undefined): void {
  for (const key of keys) {
    const [now, sum] = [found[key], before?.[key]]
    if (typeof now !== 'number') delete found[key]
    else if (typeof sum === 'number') found[key] = now + sum
  }
}
