import type { WarnOnce } from '../model.ts'

interface GovernorParts {
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number
  /** Milliseconds of the agent's own work since the start. */
  readonly total: () => number
  readonly warnOnce: WarnOnce
  /** The share of the configured sampling that is left: 1, halved down to 1/64, or 0 while paused. */
  readonly changed: (share: number) => void
}

/** Keeps the agent's own work below a share of one CPU, for each thread. */
export interface Governor {
  /** Begins anew with a limit in percent; 0 is none. */
  reset(percent: number): void
  /** Looks at what was done, at most once a second. */
  look(at?: number): void
  /** What it has done so far, for the ledger; undefined when it never had to act. */
  text(): string | undefined
}

const { setInterval, clearInterval } = globalThis
const sliceMs = 1000
const windowMs = 10_000
const leastWorkMs = 50
/** The least sampling before it pauses. */
export const leastShare = 1 / 64
const firstPauseMs = 60_000
const longestPauseMs = 32 * 60_000

export function createGovernor({ now, total, warnOnce, changed }: GovernorParts): Governor {
  let limit = 0
  let share = 1
  let lowest = 1
  let pauses = 0
  /** The length of the next pause. */
  let pauseMs = firstPauseMs
  let resumesAt = 0
  let since = now()
  let before = total()
  let slices: { readonly span: number; readonly work: number }[] = []
  let timer: NodeJS.Timeout | undefined

  const set = (next: number, at: number) => {
    share = next
    slices = []
    since = at
    before = total()
    lowest = Math.min(lowest, share)
    // Metered calls ask it to look, also where the event loop never comes to its timers; restrained ones may be too few.
    if (share === 1) clearInterval(timer)
    if (share < 1) timer ??= setInterval(() => look(), sliceMs).unref()
    else timer = undefined
    changed(share)
  }
  const pause = (at: number) => {
    pauses++
    resumesAt = at + pauseMs
    pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    warnOnce('restraint paused', 'the agent still took too much at the least sampling; it pauses and tries again later')
    set(0, at)
  }

  const look = (at = now()) => {
    if (limit === 0) return
    if (share === 0) {
      if (at >= resumesAt) set(leastShare, at)
      return
    }
    const span = at - since
    if (span < sliceMs) return
    const done = total()
    slices.push({ span, work: done - before })
    since = at
    before = done
    let all = spanOf(slices)
    while (all - (slices[0]?.span ?? 0) >= windowMs) all -= slices.shift()?.span ?? 0

    // The worst second does not count: a burst at the start, a disk that was slow once.
    const worst = slices.reduce((one, other) => (other.work > one.work ? other : one))
    const others = slices.filter((slice) => slice !== worst)
    const work = others.reduce((sum, slice) => sum + slice.work, 0)
    const percent = (work / Math.max(spanOf(others), 1)) * 100
    if (others.length >= 2 && work >= leastWorkMs && percent > limit) {
      warnOnce(
        'restraint',
        `the agent's own work takes ${percent.toFixed(1)} % of one CPU, more than limits.self_cpu_percent (${limit}); ` +
          'it samples less until that has changed; narrow targets, lower sample_rate or raise the limit',
      )
      if (share > leastShare) set(share / 2, at)
      else pause(at)
    } else if (share < 1 && all >= windowMs && percent < limit / 2) {
      if (share * 2 === 1) pauseMs = firstPauseMs
      set(share * 2, at)
    }
  }

  return {
    look,
    reset(percent) {
      limit = percent
      pauseMs = firstPauseMs
      set(1, now())
    },
    text() {
      if (lowest === 1) return undefined
      const least = lowest === 0 ? `paused ${pauses} time${pauses === 1 ? '' : 's'}` : `down to 1/${1 / lowest}`
      const left = share === 0 ? 'paused' : share === 1 ? 'all' : `1/${1 / share}`
      return `limits.self_cpu_percent (${limit}) lowered the sampling, ${least}; now ${left}`
    },
  }
}

const spanOf = (slices: readonly { readonly span: number }[]) => slices.reduce((sum, { span }) => sum + span, 0)
