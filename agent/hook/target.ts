import type { Instrumentation, Method, Point } from '../model.ts'
import type { Target, TargetMethod } from './attach.ts'
import type { Fn } from './patch.ts'

interface MethodPoint {
  readonly method: Method
  readonly point: Point
}

/** One target a file of the library. Methods of one place share one wrapper, in which the first that accepts a call wins. */
export function targetsOf(
  { name, module, file, versions }: Instrumentation,
  points: readonly MethodPoint[],
  own: boolean,
  wrap: (points: readonly Point[], original: Fn, inner?: (self: unknown) => boolean) => Fn,
): Target[] {
  const files = groupBy(
    points.filter(({ method }) => method.at !== undefined),
    ({ method }) => method.file ?? file,
  )
  const channel = points.find(({ method, point }) => method.channel !== undefined && point.on)?.method.channel

  return [...files]
    .map(([path, inFile]) => {
      const places = groupBy(inFile, ({ method }) => `${method.at} ${method.versions}`)
      const methods = [...places.values()].flatMap((same) => {
        const method = same[0]?.method
        if (method?.at === undefined || !same.some(({ point }) => point.on)) return []
        const inPlace = same.map(({ point }) => point)
        const wrapOf: TargetMethod['wrap'] = (original, inner) => wrap(inPlace, original, inner)
        return [{ at: method.at, versions: method.versions, wrap: wrapOf }]
      })
      const ranges = methods.map((method) => method.versions)
      return { library: name, module, file: path, versions, own, methods, ranges, channel }
    })
    .filter(({ methods }) => methods.length > 0)
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}
