import type { Place } from './model.ts'
import type { CallFrame } from './places.ts'
import type { Profile } from './read.ts'
import { slicesOf } from './slices.ts'

/** A function under the functions that called it, of all profiles. */
export interface Merged {
  readonly place: Place
  readonly parent: Merged | undefined
  readonly depth: number
  selfUs: number
  totalUs: number
  readonly children: Map<Place, Merged>
}

/** More than a page or a terminal has room for; the time of those beyond counts in the ones that called them. */
const mostMerged = 200_000
const mostDepth = 1000

/** Lays profiles on top of each other. The time in which the loop waited is apart, unless `withIdle`. */
export function createMerge(placeOf: (frame: CallFrame) => Place, withIdle: boolean) {
  const root = mergedOf({ name: 'all', at: '', origin: 'engine' }, undefined)
  const all: Merged[] = [root]
  let [samples, idleUs, isSummed] = [0, 0, false]

  const under = (parent: Merged, place: Place): Merged => {
    const there = parent.children.get(place)
    if (there !== undefined) return there
    if (all.length >= mostMerged || parent.depth >= mostDepth) return parent
    const made = mergedOf(place, parent)
    parent.children.set(place, made)
    all.push(made)
    return made
  }
  return {
    /** The part of a profile that is after `fromUs`. */
    add(profile: Profile, fromUs = -Infinity): void {
      const { selfUs, count } = slicesOf(profile, fromUs)
      samples += count
      for (const { node, above } of depthFirst(profile, root, (frame, parent) => under(parent, placeOf(frame)))) {
        const us = selfUs[node] ?? 0
        if (above.place.origin === 'idle') idleUs += us
        above.selfUs += us
      }
    },
    samples: () => samples,
    idleUs: () => idleUs,
    /** Each after the one that called it, the root first. */
    all(): readonly Merged[] {
      const shown = withIdle ? all : all.filter(({ place }) => place.origin !== 'idle')
      for (const one of isSummed ? [] : [...shown].reverse()) {
        one.totalUs += one.selfUs
        if (one.parent !== undefined) one.parent.totalUs += one.totalUs
      }
      isSummed = true
      return shown
    },
  }
}

const mergedOf = (place: Place, parent: Merged | undefined): Merged => ({
  ...{ place, parent, depth: (parent?.depth ?? -1) + 1, selfUs: 0, totalUs: 0, children: new Map() },
})

/** The nodes of a profile with where each belongs. Each once, also of one whose nodes call each other in a circle. */
function* depthFirst({ nodes }: Profile, root: Merged, under: (frame: CallFrame, parent: Merged) => Merged) {
  const seen = new Uint8Array(nodes.length)
  const called = new Uint8Array(nodes.length)
  for (const { children } of nodes) for (const child of children) called[child] = 1
  const starts = [...nodes.keys()].sort((one, other) => (called[one] ?? 0) - (called[other] ?? 0) || one - other)
  for (const start of starts) {
    const waiting: [number, Merged][] = [[start, root]]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [node, parent] = next
      const { frame, children } = nodes[node] ?? {}
      if (frame === undefined || seen[node] === 1) continue
      seen[node] = 1
      const isRoot = frame.functionName === '(root)' && frame.url === ''
      const above = isRoot ? parent : under(frame, parent)
      yield { node, above }
      for (const child of children ?? []) waiting.push([child, above])
    }
  }
}
