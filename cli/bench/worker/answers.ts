import { now } from '../../../agent/clock.ts'
import type { Hit } from '../adapters/adapter.ts'
import type { Query } from '../model.ts'
import type { Operations } from './operations.ts'
import type { Answers } from './protocol.ts'

const mostQueries = 1000
const mostLanes = 8
const mostMs = 30_000

/** What each query finds, once, before anything is measured; a query that fails is left out, as are those for which no time is left. */
export async function answersOf({ find, queries }: Operations, lanes: number): Promise<Answers> {
  const answers = new Map<string, readonly Hit[]>()
  if (find === undefined) return answers
  const end = now() + mostMs
  const left = queries.slice(0, mostQueries)[Symbol.iterator]()
  const lane = async () => {
    for (const query of left as Iterable<Query>) {
      if (now() > end) return
      const hits = await find(query).catch(() => undefined)
      if (hits !== undefined) answers.set(query.id, hits)
    }
  }
  await Promise.all(Array.from({ length: Math.min(lanes, mostLanes) }, lane))
  return answers
}
