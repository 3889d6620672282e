import type { WeakScore, WeakScores } from '../config/weak-score.ts'
import type { ProfileRecord } from '../model.ts'

/** A threshold with the side on which a score is weak; `unknown` where neither the user nor the record tells it. */
export interface WeakBound {
  readonly at: number
  readonly is: 'below' | 'above' | 'unknown'
}

/** Judges searches by the `thresholds.weak_score` of the user. */
export interface Weak {
  /** Undefined where no threshold is for such a search. */
  boundOf(record: ProfileRecord): WeakBound | undefined
  /** True if its best result is weak; undefined where nothing tells. */
  isWeak(record: ProfileRecord): boolean | undefined
  /** Names of the thresholds that no search has had. */
  unused(): readonly string[]
}

export function createWeak(scores: WeakScores): Weak {
  const used = new Set<string>()
  const isAny = Object.keys(scores).length > 0

  const boundOf = (record: ProfileRecord): WeakBound | undefined => {
    if (!isAny) return undefined
    const name = namesOf(record).find((one) => typeof one === 'string' && Object.hasOwn(scores, one)) as
      | string
      | undefined
    const score = name === undefined ? undefined : scores[name]
    if (name === undefined || score === undefined) return undefined
    used.add(name)
    return { at: score.at, is: sideOf(score, record.metadata?.score_kind) }
  }
  return {
    boundOf,
    isWeak(record) {
      const top = record.metadata?.top_score
      if (!isAny || typeof top !== 'number') return undefined
      const bound = boundOf(record)
      if (bound === undefined || bound.is === 'unknown') return undefined
      return bound.is === 'below' ? top < bound.at : top > bound.at
    },
    unused: () => Object.keys(scores).filter((name) => name !== '' && !used.has(name)),
  }
}

/** The names by which a threshold may be meant, the most specific first. */
function namesOf({ name, library, metadata }: ProfileRecord): readonly unknown[] {
  return [metadata?.collection, metadata?.model, name, library, name.slice(0, name.indexOf('.')), '']
}

function sideOf({ is }: WeakScore, kind: unknown): WeakBound['is'] {
  if (is !== undefined) return is
  return kind === 'similarity' ? 'below' : kind === 'distance' ? 'above' : 'unknown'
}
