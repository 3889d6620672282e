import type { Finding } from '../../findings/model.ts'

interface Known {
  /** The last look that had it, by its number and its moment. */
  look: number
  at: number
  isTold: boolean
}

const mostKnown = 1000

/**
 * Of the findings of one look those that are new: a look before has had them too, so that nothing is reported of what passes by
 * itself, and they have not been reported since they were away for so long.
 */
export function createNews(awayMs: number, now: () => number): (findings: readonly Finding[]) => Finding[] {
  // The longest unseen first, since one that is seen is set anew.
  const known = new Map<string, Known>()
  let look = 0

  return (findings) => {
    look++
    const at = now()
    return findings.filter(({ signature }) => {
      const found = known.get(signature)
      const before = found !== undefined && at - found.at < awayMs ? found : undefined
      const isNews = before !== undefined && before.look === look - 1 && !before.isTold
      known.delete(signature)
      known.set(signature, { look, at, isTold: isNews || before?.isTold === true })
      const [oldest] = known.keys()
      if (oldest !== undefined && known.size > mostKnown) known.delete(oldest)
      return isNews
    })
  }
}
