import { wayOf } from '../locate/path.ts'
import type { Outline } from '../manifest.ts'
import type { Method, Point } from '../model.ts'
import type { Fn } from '../replace/patch.ts'
import type { Target, TargetMethod } from './attach.ts'

export interface MethodPoint {
  readonly method: Method
  readonly point: Point
}

/** A library or entry as far as it is known before its module is loaded. */
export interface Wanted {
  readonly outline: Outline
  /** Which of its scopes are targeted, or with `reload` may be. */
  readonly on: readonly boolean[]
  /** Whether this one of its scopes is on now. */
  readonly isOn: (scope: number) => boolean
  /** All of its methods, compiled when the first of its modules is loaded. */
  readonly points: () => readonly MethodPoint[]
  /** One of the user's own. */
  readonly own: boolean
}

type Wrap = (points: readonly Point[], original: Fn, inner?: (self: unknown) => boolean) => Fn

/** One target a file of the library. Methods of one place share one wrapper, in which the first that accepts a call wins. */
export function targetsOf({ outline, on, isOn, points, own }: Wanted, wrap: Wrap): Target[] {
  const { name, module, versions, files, channels } = outline
  const channel = channels.find(({ scope }) => on[scope])?.channel

  return files.flatMap(({ file, methods, sets }) => {
    const ranges = methods.filter(({ scope }) => on[scope]).map((method) => method.versions)
    if (ranges.length === 0) return []
    const wanted = () => methods.some(({ scope }) => isOn(scope))
    // Of a library it is enough to know that none of its exports has to be set itself.
    const ways = own ? methodsIn(file).map(({ at }) => wayOf(at)) : sets ? undefined : []
    return [
      { library: name, module, file, versions, own, ways, wanted, methods: () => methodsIn(file), ranges, channel },
    ]
  })

  function methodsIn(file: string | undefined): TargetMethod[] {
    const inFile = points().filter(({ method }) => method.at !== undefined && (method.file ?? outline.file) === file)
    const places = groupBy(inFile, ({ method }) => `${method.at} ${method.versions}`)
    return [...places.values()].flatMap((same) =>
      [...groupBy(same, ({ method }) => method.from).values()].map(methodOf),
    )
  }

  function methodOf(same: readonly MethodPoint[]): TargetMethod {
    const { at = '', from, versions } = (same[0] as MethodPoint).method
    const inPlace = same.map(({ point }) => point)
    return {
      at,
      from,
      versions,
      wrap: (original, inner) => wrap(inPlace, original, inner),
      on: () => inPlace.some((point) => point.on),
      unreported: () => inPlace[0]?.unreported?.(true),
    }
  }
}

export function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}
