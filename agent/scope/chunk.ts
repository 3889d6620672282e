import type { Scope } from '../call.ts'
import type { Metadata } from '../model.ts'

/**
 * Keeps of a streamed result: the time to its first chunk in milliseconds, the number of chunks, and what the `chunk`
 * words find in them. Undefined for a method that has no such words.
 */
export function chunkOf(
  scope: Scope,
  now: () => number,
  fault: (error: unknown) => void,
): ((chunk: unknown) => void) | undefined {
  const { readChunk, sums, counted } = scope.point
  if (readChunk === undefined) return undefined
  let chunks = 0
  let time_to_first_chunk_ms = 0

  return (chunk) => {
    if (scope.ended) return
    try {
      if (counted?.(chunk) !== false && chunks++ === 0)
        time_to_first_chunk_ms = Math.round((now() - scope.start) * 100) / 100
      const found = readChunk({ self: scope.self, args: scope.args, chunk })
      if (found !== undefined && sums !== undefined) addTo(found, sums, scope.metadata)
      scope.metadata = { ...scope.metadata, ...(chunks > 0 && { time_to_first_chunk_ms, chunks }), ...found }
    } catch (error) {
      fault(error)
    }
  }
}

function addTo(found: Metadata, keys: readonly string[], before: Metadata | undefined): void {
  for (const key of keys) {
    const [now, sum] = [found[key], before?.[key]]
    if (typeof now !== 'number') delete found[key]
    else if (typeof sum === 'number') found[key] = now + sum
  }
}
