import { isRegExp } from 'node:util/types'
import { dataOf, isList } from '../../own-data.ts'
import { matchedBegin, patternText } from './pattern.ts'

/** Of @koa/router and koa-router, which keep it with the context; an application that koa-mount has mounted sees a part of the path. */
export function koaRoute(context: unknown): string | undefined {
  const layers = dataOf(context, 'matched')
  const last = dataOf(context, '_matchedRoute')
  if (last === undefined || !isList(layers)) return undefined
  const method = dataOf(dataOf(context, 'req'), 'method')
  const answers = (layer: unknown) => {
    const methods = dataOf(layer, 'methods')
    return isList(methods) && methods.includes(method)
  }
  // Middleware of the router that answers itself stands under a path of its own.
  const layer = layers.find((one) => answers(one) && dataOf(one, 'path') === last) ?? layers.find(answers)
  const text = patternText(dataOf(layer, 'path'))
  const mounted = dataOf(context, 'mountPath')
  if (text === undefined || mounted === undefined) return text
  const [regexp, url] = [dataOf(layer, 'regexp'), dataOf(context, 'originalUrl')]
  if (!isRegExp(regexp) || typeof mounted !== 'string' || typeof url !== 'string') return undefined
  const path = url.split('?', 1)[0] as string
  if (matchedBegin(regexp, path) !== undefined) return text
  const rest = path.slice(mounted.length) || '/'
  if (!path.startsWith(mounted) || matchedBegin(regexp, rest) === undefined) return undefined
  return `${mounted}${text === '/' ? '' : text}`
}
