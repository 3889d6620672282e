import { compileAt } from '../../locate/path.ts'
import { dataOf } from '../../own-data.ts'
import type { Fn, ModulePatch } from '../../replace/patch.ts'
import type { Request } from '../context.ts'
import { honoRoute } from './hono.ts'
import { koaRoute } from './koa.ts'

/** Tells the route of the request that this response answers. */
export type TellRoute = (response: unknown, route: Exclude<Request['route'], undefined>) => void

interface Told {
  readonly library: string
  readonly module: string
  readonly versions: string
  readonly at: string
  readonly read?: (args: IArguments, tell: TellRoute) => void
  readonly readResult?: (call: Returned, tell: TellRoute) => void
}

interface Returned {
  readonly self: unknown
  readonly args: IArguments
  readonly result: unknown
}

/** The frameworks that leave no route with the request: of each, the one function that has both. */
const all: readonly Told[] = [
  {
    library: 'koa',
    module: 'koa',
    versions: '>=2 <4',
    at: 'default.prototype.createContext',
    // Its result is read, so that none of our frames is around the application's code.
    readResult: ({ result }, tell) => tell(dataOf(result, 'res'), () => koaRoute(result)),
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
  {
    library: 'hono',
    module: 'hono',
    versions: '>=4 <5',
    // Called for each request, with what @hono/node-server answers by.
    at: 'Hono.new.getPath',
    readResult({ self, args: [, options], result }, tell) {
      const response = dataOf(dataOf(options, 'env'), 'outgoing')
      if (typeof result === 'string') tell(response, () => honoRoute(dataOf(self, 'router'), response, result))
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
              guarded(readResult, { self: this, args: arguments, result })
              return result
            },
          }).shell,
      },
    ],
  }))
}
