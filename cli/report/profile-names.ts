import { hotIn } from '../../agent/findings/hot.ts'
import type { ProfileRecord } from '../../agent/model.ts'

/** The agent keeps 5 files by default. */
const mostNames = 100

/** Collects the names of CPU profiles that records have, the last ones. */
export function createProfileNames() {
  const names = new Set<string>()
  return {
    look(record: ProfileRecord): void {
      const { profile } = record.exceeded === undefined ? {} : hotIn(record)
      if (profile === undefined) return
      names.delete(profile)
      names.add(profile)
      const [first = ''] = names
      if (names.size > mostNames) names.delete(first)
    },
    all: (): string[] => [...names],
  }
}
