import { count, ms, percent } from '../../format.ts'
import { numberIn, type ScopeTotals } from '../scopes.ts'
import type { Call } from '../tree.ts'
import { createCauses } from './causes.ts'
import type { Detector } from './detector.ts'
import { phaseOnPath, take } from './request.ts'

/** A call that is alone finds a free connection, but the first; from so many on, one that waits has one made for it. */
const leastAlone = 5
/** A free connection is given at once; what is above is waiting. */
const leastMs = 1

interface Tally {
  /** Calls that waited while others of them were under way. */
  crowded: number
  /** The most at a time, and the pool's size where it is reported. */
  most: number
  size: number
  /** Those of calls that were alone. */
  alone: number
}

/** Calls that wait for a connection of a pool; where nothing else is under way, it is one that is not kept. */
export function createPools(): Detector {
  const causes = createCauses<Tally>(() => ({ crowded: 0, most: 0, size: 0, alone: 0 }))

  const alone = new Map<ScopeTotals, number>()

  return {
    look(request) {
      for (const call of request.calls) {
        const isAlone = call.record.concurrent === 0
        if (isAlone) alone.set(call.scope, (alone.get(call.scope) ?? 0) + request.weight)
        const waitMs = waitOf(call) * freeOf(call)
        if (waitMs < leastMs) continue
        const cause = causes.ofCall(call, false)
        causes.add(cause, request, take(call, phaseOnPath(call, waitMs)), call)
        if (cause === undefined) continue
        const { record } = call
        if (record.concurrent > 0 && !isOpening(call)) cause.tally.crowded += request.weight
        if (isAlone) cause.tally.alone += request.weight
        cause.tally.most = Math.max(cause.tally.most, record.concurrent + 1)
        cause.tally.size = Math.max(cause.tally.size, numberIn(record.metadata, 'pool_size'))
      }
    },
    findings: () =>
      causes.all().map((cause) => {
        const { subject, scope, calls, tally } = cause
        const all = Math.max(calls, scope?.calls ?? 0)
        const lone = (scope && alone.get(scope)) ?? 0
        const isCrowded = tally.crowded >= calls / 2 && !(lone >= leastAlone && tally.alone >= lone / 2)
        const figures = `${count(calls)} of ${count(all)} calls of ${subject.name} (${percent(calls / all)})`
        const each = ms(cause.ms / calls)
        const shared = { confidence: 'direct', cause, isTimed: true } as const
        return isCrowded
          ? {
              ...shared,
              kind: 'pool_waits' as const,
              title: `Calls of ${subject.library} wait for a free connection of their pool.`,
              evidence: [
                `${figures} waited ${each} for a connection, with up to ${count(tally.most)} calls under way at a time${tally.size > 0 ? ` and a pool of ${count(tally.size)}` : ''}`,
              ],
              advice:
                'Raise the pool’s size (`max`, `connectionLimit`) as far as the database allows, give connections back ' +
                'sooner (no other work between taking and releasing one), or make fewer calls at a time.',
            }
          : {
              ...shared,
              kind: 'connections_not_reused' as const,
              title: `${subject.library} opens a new connection for its calls instead of using one again.`,
              evidence: [`${figures} waited ${each} for a connection that was made for them`],
              advice:
                'Make one pool (or client) and keep it for the life of the process; raise its idle timeout if it closes ' +
                'connections between requests.',
            }
      }),
  }
}

/** Of a client that belongs to no pool: it is made for those who wait. */
const isOpening = ({ record }: Call) => record.metadata?.operation === 'connect'

const waitOf = ({ scope, record }: Call) =>
  scope.verb === 'connect' ? record.duration_ms : numberIn(record.metadata, 'pool_wait_ms')

/** A process that was held lets its connections wait, however many there are: of that time the wait has its part. */
const freeOf = ({ pathMs, heldMs }: Call) => (pathMs > 0 ? Math.max(0, 1 - heldMs / pathMs) : 0)
