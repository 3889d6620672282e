import { count, ms, percent } from '../../format.ts'
import { numberIn } from '../scopes.ts'
import { round } from '../tree.ts'
import type { Detector } from './detector.ts'
import { createByScope, exampleText, keepWorse, traceOf } from './evidence.ts'

/** A call counts as blocked, or as connecting, from these on: milliseconds, and of its duration. */
const blocked = { leastMs: 20, leastShare: 0.3 }
const connecting = { leastMs: 5, leastShare: 0.1 }
const leastCalls = 5
/** Of the calls whose time is known. */
const leastBlockedShare = 0.05
const leastConnectingShare = 0.2

interface Tally {
  /** Calls that tell the time, and those of them that it is much of. */
  told: number
  records: number
  hit: number
  hitMs: number
  takenMs: number
}

interface Wait {
  readonly field: 'blocked_ms' | 'connect_ms'
  readonly least: { readonly leastMs: number; readonly leastShare: number }
  readonly leastShare: number
}

/** Calls whose answer was there, or could have been sent for, while the process computed something else. */
export function createBlockedLoop(): Detector {
  const { look, scopes, isWaste } = createWait({ field: 'blocked_ms', least: blocked, leastShare: leastBlockedShare })

  return {
    look,
    // The loop is one for all scopes: one finding, told by the scope that lost most.
    findings() {
      const found = scopes.entries(isWaste).sort((one, other) => other.tally.hitMs - one.tally.hitMs)
      const [worst] = found
      if (worst === undefined) return []
      const sum = (of: (tally: Tally) => number) => found.reduce((total, { tally }) => total + of(tally), 0)
      const [hit, hitMs, takenMs] = [sum((one) => one.hit), sum((one) => one.hitMs), sum((one) => one.takenMs)]
      return [
        {
          kind: 'blocked_loop',
          title: 'Calls wait for your own process: it was busy computing while they were pending.',
          evidence: [
            `${count(hit)} of ${count(sum((one) => one.told))} calls: ${ms(hitMs)} of their ${ms(takenMs)} (${percent(hitMs / takenMs)}) the event loop was busy`,
            `most of all ${worst.name} of ${worst.library}, ${exampleText(worst.tally.example)}`,
          ],
          advice:
            'Find what computes for long without a pause (large JSON, hashing, sorting, synchronous files): node --cpu-prof ' +
            'shows it. Move it to a worker thread, or cut it into pieces.',
          saves: `up to ${ms(hitMs)} of waiting; calls that waited at the same time count each`,
          saves_ms: round(hitMs),
          ...{ name: worst.name, library: worst.library },
          ...traceOf(worst.tally.example),
        },
      ]
    },
  }
}

/** Calls that had to connect first. */
export function createColdConnections(): Detector {
  const { look, scopes, isWaste } = createWait({
    field: 'connect_ms',
    least: connecting,
    leastShare: leastConnectingShare,
  })

  return {
    look,
    findings: () =>
      scopes.findings(
        ({ name, library, tally: { told, hit, hitMs } }) => ({
          kind: 'cold_connections',
          title: `${library} opens a new connection, or waits for a free one, for many of its calls.`,
          evidence: [
            `${count(hit)} of ${count(told)} calls of ${name} (${percent(hit / told)}) spent ${ms(hitMs)} until they could send`,
          ],
          advice:
            'Make one client and keep it for the life of the process, with keep-alive on and connections enough for the ' +
            'calls that are under way at a time.',
          saves: `about ${ms(hitMs)}`,
          saves_ms: round(hitMs),
        }),
        isWaste,
      ),
  }
}

function createWait({ field, least, leastShare }: Wait) {
  const scopes = createByScope<Tally>(() => ({
    ...{ told: 0, records: 0, hit: 0, hitMs: 0, takenMs: 0 },
  }))

  return {
    look: ((tree) => {
      for (const call of tree.calls) {
        const { record, weight, children } = call
        // Blocked time is also that of the calls around, and a request computes itself; connections are each call's own.
        if (record.kind !== undefined && field === 'blocked_ms') continue
        if (typeof record.timing?.[field] !== 'number' || (field === 'blocked_ms' && children.length > 0)) continue
        const waitedMs = Math.min(record.duration_ms, numberIn(record.timing, field))
        const tally = scopes.of(call)
        tally.told += weight
        if (waitedMs < least.leastMs || waitedMs < record.duration_ms * least.leastShare) continue
        tally.records++
        tally.hit += weight
        tally.hitMs += waitedMs * weight
        tally.takenMs += record.duration_ms * weight
        keepWorse(tally, waitedMs, tree, call)
      }
    }) satisfies Detector['look'],
    scopes,
    isWaste: ({ records, hit, told }: Tally) => records >= leastCalls && hit / told >= leastShare,
  }
}
