import type { IncomingMessage } from 'node:http'
import { isRegExp } from 'node:util/types'
import { dataOf, isList } from '../../own-data.ts'
import { type Chain, chainsOf } from './express-chains.ts'
import { matchedBegin, patternText, textOfRegexp } from './pattern.ts'

/**
 * Express, 4 and 5, and what stands on it: the patterns of the routers on the way to the route, and its own. They are found
 * in the application's stacks, since a request keeps the path alone at which its router was mounted.
 */
export function expressRoute(message: IncomingMessage, status = 0): string | undefined {
  const route = dataOf(message, 'route')
  const path = patternText(dataOf(route, 'path'))
  const base = dataOf(message, 'baseUrl') ?? ''
  if (path === undefined || typeof base !== 'string' || !isList(dataOf(route, 'stack'))) return undefined
  const chains = chainsOf(route as object, dataOf(message, 'app'))
  // What is mounted by a function of the application's is not found; an error leaves it before it is answered.
  if (chains.length === 0) return base === '' && status < 400 ? path : undefined
  const texts = (where: string, fits: (chain: Chain, rest: string) => boolean) => {
    const found = chains.flatMap((chain) => {
      const [text, rest] = textOfMounts(chain, where)
      return text !== undefined && fits(chain, rest) ? [`${text}${path === '/' && text !== '' ? '' : path}`] : []
    })
    return new Set(found)
  }
  const there = texts(base, (_, rest) => rest === '' || rest === '/')
  // An error has left the router: the path itself tells which of them it was.
  const found =
    there.size > 0 || base !== ''
      ? there
      : texts(pathOf(message), ({ own }, rest) => mountOf(own, rest || '/')?.matched === rest)
  return found.size === 1 ? [...found][0] : undefined
}

/** The patterns of a chain's mounts as far as they are those of a path, and what they leave of it. */
function textOfMounts({ mounts }: Chain, path: string): [text: string | undefined, rest: string] {
  let [text, rest] = ['', path]
  for (const layer of mounts) {
    const mounted = mountOf(layer, rest)
    if (mounted?.text === undefined) return [undefined, rest]
    text += mounted.text.replace(/\/+$/, '')
    rest = rest.slice(mounted.matched.length)
  }
  return [text, rest]
}

interface Mount {
  readonly text: string | undefined
  /** The begin of the path that it stands for. */
  readonly matched: string
}
type Matcher = (path: string) => { readonly path: string; readonly params: object } | false

/** What a layer keeps itself of a path is of the last request that it saw. */
function mountOf(layer: unknown, path: string): Mount | undefined {
  const regexp = dataOf(layer, 'regexp')
  if (isRegExp(regexp)) {
    // Express 4.
    if (dataOf(regexp, 'fast_slash') === true) return { text: '', matched: '' }
    const matched = matchedBegin(regexp, path)
    const keys = dataOf(layer, 'keys')
    const names = isList(keys) ? keys.map((key) => dataOf(key, 'name')) : []
    return matched === undefined ? undefined : { text: textOfRegexp(regexp, names), matched }
  }
  if (dataOf(layer, 'slash') === true) return { text: '', matched: '' }
  const matchers = dataOf(layer, 'matchers')
  if (!isList(matchers)) return undefined
  const raw = dataOf(layer, 'rawPath')
  for (const [i, matcher] of (matchers as Matcher[]).entries()) {
    const pattern = isList(raw) ? raw[i] : raw
    if (isRegExp(pattern) || dataOf(matcher, 'name') === 'regexpMatcher') {
      const matched = isRegExp(pattern) ? matchedBegin(pattern, path) : undefined
      if (matched !== undefined) return { text: patternText(pattern), matched }
      if (pattern === undefined) return undefined
      continue
    }
    const matched = matcher(path)
    if (!matched) continue
    // Before router 2.3 nothing is kept of the pattern: one without names is the path itself.
    const plain = Object.keys(matched.params).length === 0 ? matched.path : undefined
    return { text: typeof pattern === 'string' ? pattern : plain, matched: matched.path }
  }
  return undefined
}

/** The path as the client has sent it, without the query. */
function pathOf(message: IncomingMessage): string {
  const url = dataOf(message, 'originalUrl') ?? dataOf(message, 'url')
  return typeof url === 'string' ? (url.split('?', 1)[0] as string) : ''
}
