import { chunk } from '../chunk.ts'
import type { ModulePatch } from '../replace/patch.ts'
import type { OpenRequests, RequestParts } from './request.ts'
import type { TellRoute } from './routes/told.ts'

/** Requests, loaded where they are configured. */
export function openRequests(parts: RequestParts): OpenRequests {
  return chunk<typeof import('./request.ts')>('request').createRequests(parts)
}

/** What is read of frameworks for the routes of requests. */
export function openRoutes(
  tell: TellRoute,
  wanted: () => boolean,
  fault: (error: unknown) => void,
): readonly ModulePatch[] {
  return chunk<typeof import('./request.ts')>('request').routePatches(tell, wanted, fault)
}
