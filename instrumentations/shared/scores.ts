/** How a store ranks: what is near has the higher similarity, or the lower distance. */
export type ScoreKind = 'similarity' | 'distance'

/**
 * The scores of the first and the last of a list of results, which stores give in the order of their rank. The kind is
 * left out where it depends on the collection's metric, which no answer tells.
 */
export const scoresIn = (list: string, score: string, kind?: ScoreKind) =>
  scoresAt(`${list}.0.${score}`, `${list}.-1.${score}`, kind)

/** The same of scores that have a list of their own, or stand at paths of their own. */
export const scoresAt = (top: string, last: string, kind?: ScoreKind) => ({
  top_score: `number(${top})`,
  last_score: `number(${last})`,
  ...(kind && { score_kind: kindOf(top, kind) }),
})

/** The kind, where there is such a score; otherwise that of another, or none. */
export const kindOf = (score: string, kind: ScoreKind, otherwise = 'undefined') =>
  `has(number(${score})) && '${kind}' || ${otherwise}`
