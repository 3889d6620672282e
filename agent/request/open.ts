import { createRequire } from 'node:module'
import type { OpenRequests, RequestParts } from './request.ts'

/** Requests, loaded where they are configured. */
export function openRequests(parts: RequestParts): OpenRequests {
  const { createRequests } = createRequire(import.meta.url)('../chunk/request.cjs') as typeof import('./request.ts')
  return createRequests(parts)
}
