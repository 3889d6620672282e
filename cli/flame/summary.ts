import type { Merged } from './merge.ts'
import {
  type HotFunction,
  type Origin,
  originWords,
  type Place,
  type ProfileFrame,
  type ProfileReport,
} from './model.ts'

const mostFrames = 2000
/** Deeper rows nobody looks at: a page of them is a metre long. */
const mostDepth = 100
/** The share of the whole below which a frame can't be seen. */
const least = 0.0002
const mostHottest = 20

interface Summed {
  /** Each after the one that called it, the root first. */
  readonly all: readonly Merged[]
  readonly samples: number
  readonly idleUs: number
}

/** What profiles come to. */
export function summaryOf({ all, samples, idleUs }: Summed): Omit<ProfileReport, 'files' | 'left_out'> {
  const root = all[0] as Merged
  const busyUs = all.reduce((sum, { selfUs, place }) => sum + (place.origin === 'idle' ? 0 : selfUs), 0)
  const kept = keptOf(all, root.totalUs)
  return {
    samples,
    duration_ms: ms(busyUs + idleUs),
    idle_ms: ms(idleUs),
    shares: sharesOf(all, busyUs),
    hottest: hottestOf(all, busyUs),
    tree: frameOf(root, kept),
    folded: all.filter((one) => one.totalUs > 0 && !kept.has(one)).length,
  }
}

/** Those with most time: of one that is kept the callers are too, since they have as much and stand before it. */
function keptOf(all: readonly Merged[], wholeUs: number): ReadonlySet<Merged> {
  const seen = all.filter(({ depth, totalUs }) => depth <= mostDepth && totalUs > 0 && totalUs >= wholeUs * least)
  return new Set([...seen].sort((one, other) => other.totalUs - one.totalUs).slice(0, mostFrames))
}

function frameOf({ place, totalUs, selfUs, children }: Merged, kept: ReadonlySet<Merged>): ProfileFrame {
  return {
    ...place,
    total_ms: ms(totalUs),
    self_ms: ms(selfUs),
    children: [...children.values()]
      .filter((child) => kept.has(child))
      .sort((one, other) => other.totalUs - one.totalUs)
      .map((child) => frameOf(child, kept)),
  }
}

function sharesOf(all: readonly Merged[], busyUs: number): ProfileReport['shares'] {
  const sums = new Map<Origin, number>()
  for (const { place, selfUs } of all) sums.set(place.origin, (sums.get(place.origin) ?? 0) + selfUs)
  const shares = originWords.map(([origin]) => [origin, share((sums.get(origin) ?? 0) / Math.max(1, busyUs))] as const)
  return Object.fromEntries(shares) as ProfileReport['shares']
}

function hottestOf(all: readonly Merged[], busyUs: number): HotFunction[] {
  const sums = new Map<Place, number>()
  for (const { place, selfUs } of all) if (selfUs > 0) sums.set(place, (sums.get(place) ?? 0) + selfUs)
  return [...sums]
    .filter(([{ origin }]) => origin !== 'idle')
    .sort(([, one], [, other]) => other - one)
    .slice(0, mostHottest)
    .map(([place, us]) => ({ ...place, self_ms: ms(us), share: share(us / Math.max(1, busyUs)) }))
}

const ms = (us: number) => Math.round(us / 10) / 100
const share = (value: number) => Math.round(value * 1e4) / 1e4
