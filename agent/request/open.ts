import { chunk } from '../chunk.ts'
import type { OpenRequests, RequestParts } from './request.ts'

/** Requests, loaded where they are configured. */
export function openRequests(parts: RequestParts): OpenRequests {
  return chunk<typeof import('./request.ts')>('request').createRequests(parts)
}
