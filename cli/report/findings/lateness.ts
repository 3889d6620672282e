import type { ScopeTotals } from '../scopes.ts'
import type { Call } from '../tree.ts'
import { createDurations, type Durations } from './durations.ts'

/** Of fewer calls a mean says little. */
const leastCalls = 20
/** Where it waits for the processor most of the time, the answer is there before it runs. */
const leastWaiting = 0.5
/** The quarter that lost least tells what a call takes; the very best may be luck, as with any duration. */
const leastStarved = 0.75

interface Operation {
  calls: number
  records: number
  pathMs: number
  starvedMs: number
  /** Durations less what was lost: what the call takes at least. */
  readonly rest: Durations
}

/**
 * What it costs calls to have no processor. A service works on while nobody can take its answer, so what passes before the
 * answer is there costs nothing. Two figures bound it: a call takes at least what the least starved of its kind do without
 * the starvation; and once the answer is there, it waits for one turn, as long as that of any other call: as long as the
 * shortest, which wait for little else.
 */
export function createLateness() {
  const operations = new Map<ScopeTotals, Operation>()

  return {
    add(call: Call, starvedMs: number, weight: number): void {
      if (call.children.length > 0 || call.pathMs <= 0 || call.record.timing === undefined) return
      let one = operations.get(call.scope)
      if (one === undefined) {
        one = { calls: 0, records: 0, pathMs: 0, starvedMs: 0, rest: createDurations() }
        operations.set(call.scope, one)
      }
      one.calls += weight
      one.records++
      one.pathMs += call.pathMs * weight
      one.starvedMs += starvedMs * weight
      one.rest.add(call.pathMs - starvedMs, weight)
    },
    /** The part of it that made no request any longer. */
    harmlessMs(): number {
      const all = [...operations.values()]
      const turns = all
        .filter(({ records, starvedMs, pathMs }) => records >= leastCalls && starvedMs >= pathMs * leastWaiting)
        .map(({ starvedMs, calls }) => starvedMs / calls)
      const turnMs = Math.min(...turns)
      return all.reduce((sum, { calls, pathMs, starvedMs, rest }) => {
        const late = Math.max(0, pathMs - calls * rest.quantile(leastStarved))
        return sum + starvedMs - Math.min(starvedMs, late, turnMs * calls)
      }, 0)
    },
  }
}
