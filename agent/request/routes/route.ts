import type { IncomingMessage } from 'node:http'
import { dataOf } from '../../own-data.ts'
import type { Request } from '../context.ts'
import { expressRoute } from './express.ts'

const mostCharacters = 128

/** The pattern of the route that answered, as far as its framework tells or has left it: never the path of the request itself. */
export function routeOf(request: Request, message: IncomingMessage | undefined, status?: number): string | undefined {
  try {
    const told = typeof request.route === 'function' ? request.route() : request.route
    const found = told ?? (message && (expressRoute(message, status) ?? nextRoute(message)))
    return found === undefined || found.length > mostCharacters ? undefined : found
  } catch {
    return undefined // Another version's, or the application has changed it.
  }
}

/** Where Next keeps what it knows of a request. */
const nextMeta = Symbol.for('NextInternalRequestMeta')
/** Its own answer where nothing matched, with the routers of `app` and of `pages`. */
const unmatched = ['/_not-found', '/404']

function nextRoute(message: IncomingMessage): string | undefined {
  const pathname = dataOf(dataOf(dataOf(dataOf(message, nextMeta), 'match'), 'definition'), 'pathname')
  return typeof pathname === 'string' && !unmatched.includes(pathname) ? pathname : undefined
}
