import { isRegExp } from 'node:util/types'
import { compileAt } from '../../locate/path.ts'
import { dataOf, isList } from '../../own-data.ts'
import type { Fn, ModulePatch } from '../../replace/patch.ts'
import type { Request } from '../context.ts'
import { matchedBegin, patternText } from './pattern.ts'

/** Tells the route of the request that this response answers. */
export type TellRoute = (response: unknown, route: Exclude<Request['route'], undefined>) => void

interface Told {
  readonly library: string
  readonly module: string
  readonly versions: string
  readonly at: string
  readonly read?: (args: IArguments, tell: TellRoute) => void
  readonly readResult?: (result: unknown, tell: TellRoute) => void
}

/** The frameworks that leave no route with the request: of each, the one function that has both. */
const all: readonly Told[] = [
  {
    library: 'koa',
    module: 'koa',
    versions: '>=2 <4',
    at: 'default.prototype.createContext',
    // Its result is read, so that none of our frames is around the application's code.
    readResult: (context, tell) => tell(dataOf(context, 'res'), () => koaRoute(context)),
  },
  {
    library: 'fastify',
    module: 'find-my-way',
    versions: '>=7 <10',
    at: 'default.prototype.callHandler',
    read([handle, , response], tell) {
      const url = dataOf(dataOf(dataOf(handle, 'store'), 'config'), 'url')
      if (typeof url === 'string') tell(response, url)
    },
  },
]

/** Nothing is profiled there; a patched function behaves as it is. */
export function routePatches(
  tell: TellRoute,
  wanted: () => boolean,
  fault: (error: unknown) => void,
): readonly ModulePatch[] {
  const guarded = <T>(read: ((value: T, tell: TellRoute) => void) | undefined, value: T) => {
    try {
      read?.(value, tell)
    } catch (error) {
      fault(error)
    }
  }
  return all.map(({ read, readResult, at, ...module }) => ({
    ...module,
    wanted,
    route: true,
    patches: () => [
      {
        ...{ at, path: compileAt(at), on: wanted },
        wrap: (original: Fn): Fn =>
          ({
            shell(this: unknown) {
              guarded(read, arguments)
              const result = Reflect.apply(original, this, arguments)
              guarded(readResult, result)
              return result
            },
          }).shell,
      },
    ],
  }))
}

/** Of @koa/router and koa-router, which keep it with the context; an application that koa-mount has mounted sees a part of the path. */
function koaRoute(context: unknown): string | undefined {
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
