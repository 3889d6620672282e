import { dataOf, isList } from '../../own-data.ts'

const own = /^(Smart|RegExp|PreparedRegExp|Trie|Linear|Pattern)Router/

/**
 * Hono keeps what matched in private fields; its router, which has no other state, tells it once more. The first that is no
 * middleware answers.
 */
export function honoRoute(router: unknown, response: unknown, path: string): string | undefined {
  const name = dataOf(router, 'name')
  const match = dataOf(router, 'match')
  const method = dataOf(dataOf(response, 'req'), 'method')
  if (typeof name !== 'string' || !own.test(name) || typeof match !== 'function') return undefined
  const found = Reflect.apply(match, router, [method === 'HEAD' ? 'GET' : method, path])
  const matched = dataOf(found, 0)
  if (!isList(matched)) return undefined
  for (const one of matched) {
    const [handler, route] = [dataOf(dataOf(one, 0), 0), dataOf(dataOf(one, 0), 1)]
    const isMiddleware = dataOf(route, 'method') === 'ALL' && dataOf(handler, 'length') !== 1
    const pattern = dataOf(route, 'path')
    if (!isMiddleware && typeof pattern === 'string') return pattern
  }
  return undefined
}
