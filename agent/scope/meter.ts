import type { AgentWork } from '../call.ts'
import type { WarnOnce } from '../model.ts'
import { createHotScopes } from './hot-scopes.ts'

/** A section that took longer, in milliseconds, was interrupted: by the scheduler or the garbage collector. */
const longest = 0.5
/** Work in no section, in milliseconds: the wrapper around a call, and the promise that tells its end. Measured. */
const unseen = 0.0001

/** `worked` is told the time, or nothing, after each piece of work. */
export function createMeter(now: () => number, warnOnce: WarnOnce, worked?: (at?: number) => void): AgentWork {
  const warnIfHot = createHotScopes(now, warnOnce)
  let total = 0
  /** The cost of one reading of the clock in milliseconds, which is part of each interval. */
  let reading = longest

  return {
    begin(point) {
      warnIfHot(point)
      const before = now()
      const at = now()
      reading = Math.min(reading, at - before)
      return at
    },
    end(since) {
      const at = now()
      total += Math.max(Math.min(at - since, longest) - reading, 0) * 128
      worked?.(at)
    },
    done(since) {
      const at = now()
      // The call's own two readings belong to its cost.
      total += (Math.min(at - since, longest) + reading + unseen) * 128
      worked?.(at)
    },
    spent(ms) {
      total += ms
      worked?.()
    },
    total: () => total,
  }
}
