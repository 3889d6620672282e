import { ms } from '../../format.ts'
import { loadWords } from '../figures/load.ts'
import type { BenchResult } from '../model.ts'

/** The share of the median from which on the load generator's own lateness is no longer small. */
const lateShare = 0.2
/** Below this it is nobody's concern. */
const leastLateMs = 0.5

/** Sentences on how it was measured, which a reader of the figures needs. */
export function notesOn({ plan, runs }: BenchResult): string[] {
  return [...unrecorded(), ...plan.variants.flatMap(({ name }) => late(name))]

  function unrecorded(): string[] {
    const reasons = new Map<string, string[]>()
    for (const { name } of plan.variants) {
      const own = runs.filter(({ variant, broken }) => variant === name && broken === undefined)
      const why = own.find((run) => run.unrecorded !== undefined)?.unrecorded
      if (why !== undefined && own.every((run) => run.unrecorded !== undefined))
        reasons.set(why, [...(reasons.get(why) ?? []), name])
    }
    return [...reasons].map(([why, names]) => {
      const who = names.length === 1 ? `${names[0]} has` : `${names.slice(0, -1).join(', ')} and ${names.at(-1)} have`
      return `${who} no scopes, tokens and costs: ${why}.`
    })
  }

  /** At each open loop, of the run in the middle. */
  function late(variant: string): string[] {
    return plan.loads.flatMap((load, index) => {
      const own = runs
        .filter((run) => run.variant === variant && run.load === index)
        .flatMap(({ late_ms, figures }) => (late_ms === undefined ? [] : [{ late_ms, p50_ms: figures.p50_ms ?? 0 }]))
        .sort((one, other) => one.late_ms - other.late_ms)
      const middle = own[Math.floor(own.length / 2)]
      if (middle === undefined || middle.late_ms < Math.max(leastLateMs, lateShare * middle.p50_ms)) return []
      return [
        `${variant} at ${loadWords(load)}: the load generator itself began 1 % of the operations ${ms(middle.late_ms)} or more too late, against a median of ${ms(middle.p50_ms)}, so these latencies are too long; take a machine with less to do, or a lower rate.`,
      ]
    })
  }
}
