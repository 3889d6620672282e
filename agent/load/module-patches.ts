import { isAbsolute } from 'node:path'
import { compileAt, pathStartOf } from '../locate/path.ts'
import { keyOf, type Manifest } from '../manifest.ts'
import type { Method, Point } from '../model.ts'
import type { Fn, ModulePatch, Patch } from '../replace/patch.ts'

/** A method and its point. */
export interface MethodPoint {
  readonly method: Method
  readonly point: Point
}

interface ModulePatchParts {
  /** True when a scope, by its index in the manifest, is targeted, or with `reload` may be. */
  readonly mayBeOn: (scope: number) => boolean
  /** True when it is on now. */
  readonly isOn: (scope: number) => boolean
  /** The library's own file, read when the first of its modules is loaded. */
  readonly patchesIn: (key: string | undefined) => readonly Patch[]
  readonly userEntry: boolean
}

/** One for each file of a library. */
export function modulePatchesOf(manifest: Manifest, parts: ModulePatchParts): ModulePatch[] {
  const { name, module, versions, files, channels } = manifest
  const { mayBeOn, isOn, patchesIn, userEntry } = parts
  const channel = channels.find(({ scope }) => mayBeOn(scope))?.channel

  return files.flatMap(({ methods, sets, ...place }) => {
    const ranges = methods.filter(({ scope }) => mayBeOn(scope)).map((method) => method.versions)
    if (ranges.length === 0) return []
    // For a library it is enough to know that none of its exports has to be set itself.
    const key = keyOf(place)
    const pathStarts = userEntry ? patchesIn(key).map(({ at }) => pathStartOf(at)) : sets ? undefined : []
    const wanted = () => methods.some(({ scope }) => isOn(scope))
    const patches = () => patchesIn(key)
    const { file } = place
    const of =
      place.module === undefined
        ? { module, file, versions, channel }
        : { module: place.module, file, versions: undefined }
    return [{ ...of, library: name, ranges, pathStarts, userEntry, wanted, patches }]
  })
}

type Wrap = (points: readonly Point[], original: Fn, inner?: (self: unknown) => boolean) => Fn

/** A library's patches by the keys of its files. Methods of one path share one wrapper, in which the first that accepts a call wins. */
export function patchesByFile(
  { module, file }: Manifest,
  points: readonly MethodPoint[],
  wrap: Wrap,
): ReadonlyMap<string | undefined, readonly Patch[]> {
  const inUserFile = isAbsolute(module)
  const withPath = points.filter(({ method }) => method.at !== undefined)
  const patches = groupBy(withPath, ({ method }) =>
    keyOf(method.module === undefined ? { file: method.file ?? file } : method),
  )
  return new Map(Array.from(patches, ([key, points]) => [key, samePaths(points).map(patchOf)]))

  function patchOf(same: readonly MethodPoint[]): Patch {
    const { at = '', from, versions } = (same[0] as MethodPoint).method
    const all = same.map(({ point }) => point)
    return {
      at,
      path: compileAt(at),
      from,
      versions,
      inUserFile,
      wrap: (original, inner) => wrap(all, original, inner),
      on: () => all.some((point) => point.on),
      unreported: () => all[0]?.unreported?.(true),
    }
  }
}

function samePaths(points: readonly MethodPoint[]): MethodPoint[][] {
  const same = groupBy(points, ({ method }) => `${method.at} ${method.versions}`)
  return [...same.values()].flatMap((some) => [...groupBy(some, ({ method }) => method.from).values()])
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}
