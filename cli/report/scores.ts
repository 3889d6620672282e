import type { ScopeTotals } from '../../agent/findings/scopes.ts'
import type { Weak, WeakBound } from '../../agent/findings/weak.ts'
import type { ProfileRecord } from '../../agent/model.ts'
import { plain } from '../style.ts'
import { driftOf, type Scored } from './drift.ts'
import type { ScoreReport } from './model.ts'

/** Names that somebody made up are not to fill the memory. */
const mostCollections = 200
/** Searches that the drift of a collection is told from; of more it is as good. */
const mostKept = 600

/** A decade has 900 of them, and a store two or three decades; what has far more is no store's. */
const mostScores = 5000
/** Below, it is as good as 0. */
const least = 1e-100

/** What one collection's searches came to, of one kind of score. */
interface Tally {
  readonly kind: ScoreReport['score_kind'] | undefined
  scored: number
  weak: number
  bound: WeakBound | undefined
  readonly top: Map<number, number>
  readonly last: Map<number, number>
  kept: (Scored & { readonly lot: number })[]
  /** From here on none is kept. */
  highest: number
}
interface Collection {
  readonly name: string
  readonly library: string
  readonly collection: string | undefined
  searches: number
  empty: number
  readonly kinds: Map<Tally['kind'], Tally>
}

/** Sums up what searches score, by collection. */
export function createScores(weak: Weak) {
  const all = new Map<string, Collection>()

  const collectionOf = ({ name, library, metadata }: ProfileRecord): Collection | undefined => {
    const { collection } = metadata ?? {}
    const named = typeof collection === 'string' && collection !== '' ? collection : undefined
    const key = `${library} ${name} ${named ?? ''}`
    const known = all.get(key)
    if (known !== undefined || all.size >= mostCollections) return known
    const made: Collection = {
      ...{ name, library, collection: named && plain(named), searches: 0, empty: 0 },
      kinds: new Map(),
    }
    all.set(key, made)
    return made
  }
  return {
    add(record: ProfileRecord, { verb }: ScopeTotals, weight: number): void {
      const { metadata, error } = record
      if (metadata === undefined || error !== undefined || !isSearch(verb)) return
      const { results, top_score: top, last_score: last, score_kind: kind } = metadata
      if (typeof results !== 'number' && typeof top !== 'number') return
      const collection = collectionOf(record)
      if (collection === undefined) return
      collection.searches += weight
      if (results === 0) collection.empty += weight
      if (typeof top !== 'number') return
      const tally = tallyOf(collection, kind === 'similarity' || kind === 'distance' ? kind : undefined)
      tally.scored += weight
      tally.bound = weak.boundOf(record) ?? tally.bound
      if (weak.isWeak(record)) tally.weak += weight
      bump(tally.top, top, weight)
      if (typeof last === 'number') bump(tally.last, last, weight)
      keep(tally, record, top)
    },
    /** Those with the most searches first. */
    all: (): ScoreReport[] =>
      [...all.values()]
        .flatMap((collection) => [...collection.kinds.values()].map((tally) => reportOf(collection, tally)))
        .sort((a, b) => b.scored - a.scored || (keyOf(a) < keyOf(b) ? -1 : 1)),
  }
}

const isSearch = (verb: string) => verb === 'search' || verb === 'retrieve'
const keyOf = ({ library, name, collection, score_kind }: ScoreReport) =>
  [library, name, collection ?? '', score_kind ?? ''].join(' ')

function tallyOf({ kinds }: Collection, kind: Tally['kind']): Tally {
  const known = kinds.get(kind)
  if (known !== undefined) return known
  const made: Tally = {
    kind,
    scored: 0,
    weak: 0,
    bound: undefined,
    top: new Map(),
    last: new Map(),
    kept: [],
    highest: Infinity,
  }
  kinds.set(kind, made)
  return made
}

/** Three digits: as near as a percentile is read, and few enough to be counted one by one. */
function bump(counts: Map<number, number>, score: number, weight: number): void {
  const digits = counts.size < mostScores ? 3 : 1
  const scale = 10 ** (digits - 1 - Math.floor(Math.log10(Math.abs(score))))
  const near = Math.abs(score) < least ? 0 : Math.round(score * scale) / scale
  counts.set(near, (counts.get(near) ?? 0) + weight)
}

/** Keeps some of all, the same whatever their order: those with the lowest lots. */
function keep(tally: Tally, { timestamp, duration_ms }: ProfileRecord, score: number): void {
  const lot = lotOf(timestamp * 1000, duration_ms * 100, score * 1e6)
  if (lot > tally.highest) return
  tally.kept.push({ seconds: timestamp, score, lot })
  if (tally.kept.length < mostKept * 2) return
  tally.kept = lowest(tally.kept)
  tally.highest = tally.kept.at(-1)?.lot ?? 0
}

const lowest = (kept: Tally['kept']) => [...kept].sort((a, b) => a.lot - b.lot).slice(0, mostKept)

/** As good as drawn, and the same for the same record: the steps by which MurmurHash3 mixes. */
function lotOf(...numbers: readonly number[]): number {
  let lot = 0
  for (const number of numbers) {
    lot = Math.imul(lot ^ Math.round(number), 0x85ebca6b)
    lot = Math.imul(lot ^ (lot >>> 13), 0xc2b2ae35)
    lot ^= lot >>> 16
  }
  return lot >>> 0
}

function reportOf(collection: Collection, tally: Tally): ScoreReport {
  const { name, library, collection: named, searches, empty } = collection
  const { kind, scored, weak, bound, top, last } = tally
  const drift = driftOf(lowest(tally.kept))
  return {
    ...{ name, library },
    ...(named !== undefined && { collection: named }),
    ...(kind !== undefined && { score_kind: kind }),
    ...{ searches: Math.round(searches), empty: Math.round(empty), scored: Math.round(scored) },
    ...(bound !== undefined &&
      bound.is !== 'unknown' && { weak: Math.round(weak), weak_score: { [bound.is]: bound.at } }),
    ...(bound?.is === 'unknown' && { undirected: bound.at }),
    ...{ top_score: percentilesOf(top), last_score: percentilesOf(last) },
    ...(drift !== undefined && {
      drift: { from: near(drift.from), to: near(drift.to), higher: Math.round(drift.higher * 100) / 100 },
    }),
  }
}

const near = (value: number) => Number(value.toPrecision(3))

function percentilesOf(counts: ReadonlyMap<number, number>): ScoreReport['top_score'] {
  const sorted = [...counts].sort(([a], [b]) => a - b)
  const all = sorted.reduce((sum, [, weight]) => sum + weight, 0)
  const at = (share: number) => {
    let left = share * all - 1e-9
    for (const [score, weight] of sorted) {
      left -= weight
      if (left <= 0) return near(score)
    }
    return 0
  }
  return { p10: at(0.1), p50: at(0.5), p90: at(0.9) }
}
