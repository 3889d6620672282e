import { adapters } from '../adapters/names.ts'
import { overlapOf, recallOf, scoreCorrelationOf, type Truth } from '../figures/recall.ts'
import { truthsOf } from '../figures/truth.ts'
import type { Figure, Plan, Query, Variant, Workload } from '../model.ts'
import type { Answers } from '../worker/protocol.ts'

/** Queries that recall is computed from. */
const mostQueries = 1000
/** Of an embedding provider, the documents that are searched. */
const mostEmbedded = 1000
/** Numbers that are multiplied in one turn of the event loop: a Ctrl-C waits no longer. */
const mostProducts = 3e8

type Qualities = Partial<Record<Extract<Figure, 'recall' | 'overlap' | 'score_correlation'>, number>>

/** What the answers are worth, by variant; ids are forgotten with them. */
export async function qualitiesOf(
  { variants, baseline }: Pick<Plan, 'variants' | 'baseline'>,
  workload: Workload,
  answers: ReadonlyMap<string, Answers>,
  interrupted: AbortSignal,
): Promise<ReadonlyMap<string, Qualities>> {
  const { k } = workload
  const base = baseline === undefined ? undefined : answers.get(baseline)
  const asked = new Set([...answers.values()].flatMap((one) => [...one.keys()]))
  const queries = workload.queries.filter(({ id }) => asked.has(id)).slice(0, mostQueries)
  const needsSearch = variants.some((one) => answers.has(one.name) && !isEmbedder(one))
  const exact = needsSearch ? await exactTruths(workload, queries, interrupted) : new Map<string, Truth>()
  const embedded = embeddedTruths(workload, queries)
  return new Map(
    variants.flatMap((variant) => {
      const results = answers.get(variant.name)
      if (results === undefined) return []
      const qualities = {
        recall: recallOf(results, isEmbedder(variant) ? embedded : exact, k),
        overlap: base === undefined || base === results ? undefined : overlapOf(results, base, k),
        score_correlation: base === undefined || base === results ? undefined : scoreCorrelationOf(results, base),
      }
      const known = Object.entries(qualities).filter(([, value]) => value !== undefined)
      return [[variant.name, Object.fromEntries(known) as Qualities] as const]
    }),
  )
}

const isEmbedder = (variant: Variant) => variant.kind === 'adapter' && adapters[variant.adapter]?.kind === 'embedder'

/** What each query should find, a part of them in each turn of the event loop. */
async function exactTruths(
  workload: Workload,
  queries: readonly Query[],
  interrupted: AbortSignal,
): Promise<ReadonlyMap<string, Truth>> {
  const { documents } = workload
  const truths = new Map<string, Truth>()
  const size = Math.max(1, Math.floor(mostProducts / (documents.length * (documents[0]?.vector?.length ?? 1) + 1)))
  for (let at = 0; at < queries.length && !interrupted.aborted; at += size) {
    for (const [id, truth] of truthsOf({ ...workload, queries: queries.slice(at, at + size) })) truths.set(id, truth)
    await new Promise((resolve) => void setImmediate(resolve))
  }
  return truths
}

/** Of models only what the queries themselves say counts: each makes vectors of its own. */
function embeddedTruths(workload: Workload, queries: readonly Query[]): ReadonlyMap<string, Truth> {
  const withText = workload.documents.filter(({ text }) => text).slice(0, mostEmbedded)
  const there = new Set(withText.map(({ id }) => id))
  const known = queries.flatMap(({ relevant, ...query }) => {
    const found = relevant?.filter((id) => there.has(id)) ?? []
    return found.length === 0 ? [] : [{ ...query, relevant: found }]
  })
  return truthsOf({ ...workload, queries: known })
}
