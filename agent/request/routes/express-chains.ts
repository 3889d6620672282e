import { dataOf, isList } from '../../own-data.ts'
import { patternText } from './pattern.ts'

/** The layers, from the application's own router on, that lead to a route, and its own. */
export interface Chain {
  readonly mounts: readonly unknown[]
  readonly own: unknown
}

const deepest = 16
/** The most layers that are looked at for one route. */
const most = 10_000
const known = new WeakMap<object, { readonly app: unknown; readonly chains: readonly Chain[] }>()

/** Every way to a route. Found once: routes are many, and stay where they are. */
export function chainsOf(route: object, app: unknown): readonly Chain[] {
  const before = known.get(route)
  if (before !== undefined && before.app === app) return before.chains
  const chains: Chain[] = []
  const around = mountsOf(app)
  const left = { layers: most }
  for (const above of around) findChains(route, routerOf(app), above, chains, left)
  if (chains.length > 0) known.set(route, { app, chains })
  return chains
}

function findChains(
  route: object,
  router: unknown,
  above: readonly unknown[],
  found: Chain[],
  left: { layers: number },
): void {
  const stack = dataOf(router, 'stack')
  if (!isList(stack) || above.length > deepest) return
  for (const layer of stack) {
    if (--left.layers < 0) return
    const own = dataOf(layer, 'route')
    if (own === route) found.push({ mounts: above, own: layer })
    if (own !== undefined) continue
    // express-async-errors keeps the function there, behind a getter.
    const handle = dataOf(layer, 'handle') ?? dataOf(layer, '__handle')
    if (isList(dataOf(handle, 'stack'))) findChains(route, handle, [...above, layer], found, left)
    else if (isApp(handle)) findChains(route, routerOf(handle), [...above, layer], found, left)
  }
}

const isApp = (app: unknown): boolean =>
  typeof app === 'function' && dataOf(app, 'mountpath') !== undefined && typeof dataOf(app, 'settings') === 'object'

/** In Express 5 it is a getter of Express's own. */
function routerOf(app: unknown): unknown {
  if (!isApp(app)) return undefined
  return dataOf(app, '_router') ?? (app as { readonly router?: unknown }).router
}

/** The ways to an application that is mounted in another, by a function that hides it; one that is not has a way without layers. */
function mountsOf(app: unknown, depth = 0): readonly (readonly unknown[])[] {
  const parent = dataOf(app, 'parent')
  if (!isApp(parent) || depth > deepest) return [[]]
  const stack = dataOf(routerOf(parent), 'stack')
  const at = patternText(dataOf(app, 'mountpath'))
  if (!isList(stack) || at === undefined) return []
  const layers = stack.filter((layer) => {
    if (dataOf(dataOf(layer, 'handle') ?? dataOf(layer, '__handle'), 'name') !== 'mounted_app') return false
    const raw = patternText(dataOf(layer, 'rawPath'))
    return raw === undefined || raw === at
  })
  return mountsOf(parent, depth + 1).flatMap((above) => layers.map((layer) => [...above, layer]))
}
