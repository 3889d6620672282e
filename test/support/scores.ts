/** The score of a stand-in's result by its place: 1, a half, a third. */
export const scoreAt = (place: number) => 1 / (place + 1)

/** What a record of a search says that has found so many of them. */
export const scored = (results: number, kind?: 'similarity' | 'distance') => ({
  results,
  top_score: scoreAt(0),
  last_score: scoreAt(results - 1),
  ...(kind && { score_kind: kind }),
})
