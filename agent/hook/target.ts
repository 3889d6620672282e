import type { Instrumentation, Method, Point } from '../model.ts'
import type { Target, TargetMethod } from './attach.ts'
import type { Fn } from './patch.ts'

export interface MethodPoint {
  readonly method: Method
  readonly point: Point
}

/** A library or entry as far as it is known before its module is loaded. */
export interface Wanted {
  readonly outline: Instrumentation
  /** Which of its methods are targeted. */
  readonly on: readonly boolean[]
  /** All of its methods, compiled when the first of its modules is loaded. */
  readonly points: () => readonly MethodPoint[]
  /** One of the user's own. */
  readonly own: boolean
}

type Wrap = (points: readonly Point[], original: Fn, inner?: (self: unknown) => boolean) => Fn

/** One target a file of the library. Methods of one place share one wrapper, in which the first that accepts a call wins. */
export function targetsOf({ outline, on, points, own }: Wanted, wrap: Wrap): Target[] {
  const { name, module, file, versions } = outline
  const numbered = outline.methods.map((method, i) => ({ method, i }))
  const channel = numbered.find(({ method, i }) => method.channel !== undefined && on[i])?.method.channel
  const files = groupBy(
    numbered.filter(({ method }) => method.at !== undefined),
    ({ method }) => method.file ?? file,
  )

  return [...files].flatMap(([path, inFile]) => {
    const places = [...groupBy(inFile, ({ method }) => `${method.at} ${method.versions}`).values()]
    const wanted = places.filter((same) => same.some(({ i }) => on[i]))
    if (wanted.length === 0) return []
    const ranges = wanted.map((same) => same[0]?.method.versions)
    const methods = () =>
      wanted.flatMap((same) => {
        const there = same.map(({ i }) => points()[i] as MethodPoint)
        return [...groupBy(there, ({ method }) => method.from).values()].map(methodOf)
      })
    return [{ library: name, module, file: path, versions, own, methods, ranges, channel }]
  })

  function methodOf(same: readonly MethodPoint[]): TargetMethod {
    const { at = '', from, versions } = (same[0] as MethodPoint).method
    const inPlace = same.map(({ point }) => point)
    return { at, from, versions, wrap: (original, inner) => wrap(inPlace, original, inner) }
  }
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}
