import type { ScopeTotals } from '../scopes.ts'
import type { Call } from '../tree.ts'
import { createDurations, type Durations } from './durations.ts'

/** Of fewer calls a mean says little. */
const leastCalls = 20
/** Where it waits for the processor most of the time, the answer is there before it runs. */
const leastWaiting = 0.5
/** The quarter that lost least, or is quickest, tells what a call takes; the very best may be luck, as with any duration. */
const quarter = 0.25
const leastOnPath = 0.5

interface Operation {
  calls: number
  records: number
  pathMs: number
  starvedMs: number
  /** The same, if each of the calls beside it was one that it ran for. */
  turnMs: number
  readonly all: Durations
  /** Durations less what was lost: what the call takes at least. */
  readonly rest: Durations
}

/**
 * What it costs calls to have no processor. A service works on while nobody can take its answer, so what passes before the
 * answer is there costs nothing. Four figures bound it: a call takes at least what the least starved of its kind do without
 * the starvation; once the answer is there, it waits for one turn, as long as that of any other call: as long as the
 * shortest, which wait for little else; where the loop is idle between, the calls beside it had turns of their own, of which
 * the starvation is as well; and no service was at work for longer than the quickest calls took.
 */
export function createLateness() {
  const operations = new Map<ScopeTotals, Operation>()

  return {
    add(call: Call, starvedMs: number, weight: number): void {
      const { children, pathMs, record } = call
      // Of parallel calls, what is on the path is the last of them: that tells of none what it takes.
      if (children.length > 0 || record.timing === undefined || pathMs < record.duration_ms * leastOnPath) return
      let one = operations.get(call.scope)
      if (one === undefined) {
        one = {
          calls: 0,
          records: 0,
          pathMs: 0,
          starvedMs: 0,
          turnMs: 0,
          all: createDurations(),
          rest: createDurations(),
        }
        operations.set(call.scope, one)
      }
      one.calls += weight
      one.records++
      one.pathMs += pathMs * weight
      one.starvedMs += starvedMs * weight
      one.turnMs += (starvedMs / (1 + record.concurrent * idleOf(call))) * weight
      one.all.add(pathMs, weight)
      one.rest.add(pathMs - starvedMs, weight)
    },
    /** The part of it that made no request any longer. */
    harmlessMs(): number {
      const all = [...operations.values()]
      const turns = all
        .filter(({ records, starvedMs, pathMs }) => records >= leastCalls && starvedMs >= pathMs * leastWaiting)
        .map(({ starvedMs, calls }) => starvedMs / calls)
      const turnMs = Math.min(...turns)
      return all.reduce((sum, { calls, pathMs, starvedMs, turnMs: ownMs, all: durations, rest }) => {
        const late = pathMs - calls * rest.quantile(1 - quarter)
        const least = starvedMs - calls * durations.quantile(quarter)
        return sum + starvedMs - Math.max(0, least, Math.min(ownMs, late, turnMs * calls))
      }, 0)
    },
  }
}

/** The share of a call in which there was nothing to do: a loop that never is has all waiting for one turn. */
function idleOf({ record: { timing, duration_ms } }: Call): number {
  const busyMs = Math.max(timing?.blocked_ms ?? duration_ms, timing?.starved_ms ?? 0)
  return duration_ms > 0 ? Math.max(0, 1 - busyMs / duration_ms) : 0
}
