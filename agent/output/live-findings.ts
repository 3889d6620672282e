import type { AgentWork } from '../call.ts'
import { now } from '../clock.ts'
import { acceptedNow } from '../config/accepted.ts'
import type { Config } from '../config/schema.ts'
import type { Finding } from '../findings/model.ts'
import { createWatch } from '../findings/watch.ts'
import type { ProfileRecord } from '../model.ts'

interface LiveParts {
  /** Milliseconds between two looks at what was found. */
  readonly lookMs: number
  /** After these it begins anew; at a look, and not before there were some requests. */
  readonly windowMs: number
  /** The configuration in force: what is accepted, and from the next window on what is a weak score. */
  readonly config: () => Pick<Config, 'accepted' | 'thresholds'>
  readonly told: (findings: readonly Finding[]) => void
  readonly meter: Pick<AgentWork, 'spent'>
  readonly fault: (error: unknown) => void
}

/** The detectors of the report, over the last records of this thread. */
export interface LiveFindings {
  /** Only keeps it: the call that it is of waits for nothing. */
  write(record: ProfileRecord): void
  close(): void
}

// The application's tests may put fakes in their place.
const { setInterval, clearInterval } = globalThis
const { now: dateNow } = Date
const tickMs = 1000
/** Of a second: a fifth of what `limits.self_cpu_percent` allows by default. A record takes 5 to 17 µs. */
const budgetMs = 2
/** Records of a second that are looked at, and that may wait; of more, whole stretches are passed over. */
const mostOfTick = 200
const mostWaiting = 1000
/** Of one request, which is looked at in one turn of the loop. */
const mostCalls = 100
/** Of fewer, one that was held up by chance would have too large a share. */
const leastRequests = 20

/** Never throws. All work is done once a second and counts as the agent's own, so that the governor limits it too. */
export function createLiveFindings({ lookMs, windowMs, config, told, meter, fault }: LiveParts): LiveFindings {
  const begin = () => createWatch({ mostCalls, weakScores: config().thresholds.weak_score })
  let watch = begin()
  let waiting: ProfileRecord[] = []
  let begunAt = now()
  let lookedAt = begunAt
  let isClosed = false

  /** What came before the last tick: by now the other records of its requests are there. False where time is up. */
  const finish = (until: number) => {
    while (now() < until) if (!watch.finishOldest()) return true
    return false
  }
  const look = (at: number) => {
    lookedAt = at
    const accepted = acceptedNow(config().accepted, new Date(dateNow()))
    const findings = watch.found().filter(({ signature }) => !accepted.has(signature))
    const isOver = at - begunAt >= windowMs && watch.requests() >= leastRequests
    if (isOver) {
      watch = begin()
      begunAt = at
    }
    if (isOver || lookMs < windowMs) told(findings)
  }
  const add = (until: number) => {
    let i = 0
    for (; i < Math.min(waiting.length, mostOfTick) && now() < until; i++) watch.add(waiting[i] as ProfileRecord)
    waiting = waiting.slice(i)
  }
  const tick = () => {
    const from = now()
    try {
      if (finish(from + budgetMs)) {
        if (from - lookedAt >= lookMs) look(from)
        add(from + budgetMs)
      }
    } catch (error) {
      close()
      fault(error)
    }
    meter.spent(now() - from)
  }
  const timer = setInterval(tick, tickMs).unref()
  const close = () => {
    clearInterval(timer)
    waiting = []
    isClosed = true
  }

  return {
    write(record) {
      if (!isClosed && waiting.length < mostWaiting) waiting.push(record)
    },
    close,
  }
}
