import type { IncomingMessage } from 'node:http'
import { dataOf } from '../own-data.ts'
import type { Request } from './context.ts'

const mostCharacters = 128
/** Where Next keeps what it knows of a request. */
const nextMeta = Symbol.for('NextInternalRequestMeta')

/** The pattern of the route that answered, as far as its framework has left it: never the path of the request itself. */
export function routeOf(request: Request, message: IncomingMessage | undefined): string | undefined {
  try {
    const found = request.route ?? (message && (expressRoute(message) ?? nextRoute(message)))
    return found === undefined || found.length > mostCharacters ? undefined : found
  } catch {
    return undefined // Another version's, or the application has changed it.
  }
}

/** Express, 4 and 5, and what stands on it. A router that is mounted at a pattern tells only the path that it was: then no route is told. */
function expressRoute(message: IncomingMessage): string | undefined {
  const route = dataOf(message, 'route')
  const path = dataOf(route, 'path')
  const base = dataOf(message, 'baseUrl')
  if (typeof path !== 'string') return undefined
  if (base === '' || base === undefined) return path
  // In Express 5 it is a getter of Express's own.
  const app = dataOf(message, 'app') as { readonly _router?: unknown; readonly router?: unknown } | undefined
  const router = dataOf(app, '_router') ?? app?.router
  if (typeof base !== 'string' || !isMountedPlainly(router, route, base)) return undefined
  return `${base}${path === '/' ? '' : path}`
}

const deepest = 16

/** True when the routers on the way to the route are mounted at texts, which together are `base`. */
function isMountedPlainly(router: unknown, route: unknown, base: string, depth = 0): boolean {
  const stack = dataOf(router, 'stack')
  if (!Array.isArray(stack) || depth > deepest) return false
  return stack.some((layer) => {
    if (dataOf(layer, 'route') === route) return base === ''
    const path = plainPath(layer, base)
    return path !== undefined && isMountedPlainly(dataOf(layer, 'handle'), route, base.slice(path.length), depth + 1)
  })
}

type Matched = { readonly path: string; readonly params: object } | false

/** The begin of `base` that a layer stands for, where it has no names in it. What it keeps itself is of the last request that it saw. */
function plainPath(layer: unknown, base: string): string | undefined {
  const regexp = dataOf(layer, 'regexp')
  if (regexp instanceof RegExp) {
    // Express 4.
    if (dataOf(regexp, 'fast_slash') === true) return ''
    const keys = dataOf(layer, 'keys')
    return Array.isArray(keys) && keys.length === 0 ? regexp.exec(base)?.[0] : undefined
  }
  if (dataOf(layer, 'slash') === true) return ''
  const matchers = dataOf(layer, 'matchers')
  if (!Array.isArray(matchers)) return undefined
  for (const matcher of matchers as ((path: string) => Matched)[]) {
    const matched = matcher(base)
    if (matched) return Object.keys(matched.params).length === 0 ? matched.path : undefined
  }
  return undefined
}

function nextRoute(message: IncomingMessage): string | undefined {
  const pathname = dataOf(dataOf(dataOf(dataOf(message, nextMeta), 'match'), 'definition'), 'pathname')
  return typeof pathname === 'string' ? pathname : undefined
}
