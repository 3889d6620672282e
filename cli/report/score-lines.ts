import { count, percent } from '../format.ts'
import type { Report, ScoreReport } from './model.ts'

/** More collections nobody reads at once; the others are counted. */
const mostScored = 10

/** The collections with the most searches, and how many others there are. */
export function scoredIn({ scores = [] }: Report): { readonly shown: readonly ScoreReport[]; readonly others: number } {
  return { shown: scores.slice(0, mostScored), others: Math.max(0, scores.length - mostScored) }
}

export const scoreTitle = ({ name, library, collection, score_kind }: ScoreReport) =>
  `${collection ?? library}: ${name} of ${library}, ${score_kind ?? 'of a kind that is not known'}`

/** What the searches of a collection scored, in words, for every form of the report. */
export function scoreLines(one: ScoreReport): (readonly [name: string, value: string])[] {
  const { searches, empty, weak, weak_score, undirected, scored, top_score, last_score, drift } = one
  const of = (part: number) => `${count(part)} (${percent(part / Math.max(1, searches))})`
  const lines: (readonly [string, string] | false)[] = [
    ['searches', count(searches)],
    ['empty', empty === 0 ? 'none' : of(empty)],
    weak !== undefined && ['weak', `${weak === 0 ? 'none' : of(weak)}, with a best score ${sideOf(weak_score)}`],
    undirected !== undefined && ['weak', `not known: nothing tells on which side of ${undirected} a score is weak`],
    scored < searches - empty && ['with scores', of(scored)],
    ['best score', percentiles(top_score)],
    ['last score', percentiles(last_score)],
    drift !== undefined && [
      'drift of the best score',
      `p50 ${drift.from} in the first third of the run, ${drift.to} in its last${meaningOf(one)}`,
    ],
  ]
  return lines.filter((line) => line !== false)
}

const percentiles = ({ p10, p50, p90 }: ScoreReport['top_score']) => `p10 ${p10}, p50 ${p50}, p90 ${p90}`

const sideOf = ({ below, above }: NonNullable<ScoreReport['weak_score']> = {}) =>
  below === undefined ? `above ${above}` : `below ${below}`

function meaningOf({ drift, score_kind }: ScoreReport): string {
  if (drift === undefined || score_kind === undefined) return ''
  return drift.higher > 0.5 === (score_kind === 'similarity') ? ': nearer than before' : ': less near than before'
}
