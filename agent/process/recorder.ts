import { url as debuggerUrl } from 'node:inspector'
import type { Config } from '../config/schema.ts'
import type { ProfileRecord, WarnOnce } from '../model.ts'
import { whyAside } from './aside.ts'
import { beginFlight, type Flight, type Window } from './flight.ts'
import { createFrameNames } from './frames.ts'
import { hotOf, type Interval } from './samples.ts'
import { beginProfiling } from './sessions.ts'
import { followTurns, type Turns } from './turns.ts'

export interface RecorderParts {
  readonly options: Config['cpu_profile']
  readonly files: { nameOf(kind: string): string; write(name: string, profile: unknown): string | undefined }
  /** The folder of the agent's code. */
  readonly own: string
  readonly now: () => number
  /** Takes back a record that was held. */
  readonly release: (record: ProfileRecord, context: unknown) => void
  /** Told of the agent's own work, in milliseconds. */
  readonly spent: (ms: number) => void
  readonly warnOnce: WarnOnce
  readonly fault: (error: unknown) => void
}

/** Knows which function was running. None of these throws. */
export interface Recorder {
  /**
   * Puts the file of its time on a record that passed a threshold. True where it holds the record until it knows the
   * functions too, and then releases it.
   */
  hold(record: ProfileRecord, context: unknown): boolean
  /** One piece of work has held the event loop, in milliseconds of `now`. */
  stalled(from: number, to: number): void
  /** While the agent restrains itself. */
  pause(on: boolean): void
  /** Profiles for some seconds because somebody asks; the answer is the file's path, or why there is none. */
  take(seconds: number, answer: (file: string | undefined, why?: string) => void): () => void
  /** At exit: writes what is due, and holds nothing any more. */
  flush(): void
  close(): void
}

interface Held {
  readonly record: ProfileRecord
  readonly context: unknown
  readonly interval: Interval
}

// The application's tests may put fakes in their place.
const { setTimeout, setInterval, clearInterval, clearTimeout } = globalThis
const { now: dateNow } = Date
const mostHeld = 1000
const mostStalls = 1000
/** How long a process starts: to load its modules is a stall of its calls only. */
const startMs = 2000

export function createRecorder(parts: RecorderParts): Recorder {
  const { options, files, now, release, spent, warnOnce, fault } = parts
  const { on, interval_ms, stall_ms } = options
  const windowMs = options.window_s * 1000
  const stepMs = on === 'slow' ? windowMs / 2 : windowMs
  const nameOf = createFrameNames(process.cwd(), parts.own)
  const held = new Map<Window, Held[]>()
  let count = 0
  let stalls: Interval[] = []
  let flight: Flight | undefined
  let turns: Turns | undefined
  let timer: NodeJS.Timeout | undefined
  let aside: string | undefined
  let closed = false
  let quietUntil = 0
  const startedAt = now()
  /** What profiles at an interval of its own: a burst, or by hand. */
  const fine = new Set<() => void>()

  const guarded = <R>(run: () => R): R | undefined => {
    const since = now()
    try {
      return run()
    } catch (error) {
      fault(error)
      return undefined
    } finally {
      spent(now() - since)
    }
  }

  const write = (window: Window) => {
    if (window.written || window.profile === undefined) return
    window.written = true
    files.write(window.name, window.profile)
  }
  const tell = ({ record, interval }: Held, { profile }: Window) => {
    const stalled = stalls.flatMap(({ from, to }) => {
      const both = { from: Math.max(from, interval.from), to: Math.min(to, interval.to) }
      // One that has only grazed the call has not held it up.
      return both.to - both.from >= stall_ms / 2 ? [both] : []
    })
    const hot = profile && hotOf(profile, stalled.length > 0 ? stalled : [interval], nameOf)
    if (hot !== undefined) record.hot = hot
  }
  const ended = (window: Window) => {
    if (window.due || on === 'always') guarded(() => write(window))
    const all = held.get(window) ?? []
    held.delete(window)
    count -= all.length
    for (const one of all) {
      guarded(() => tell(one, window))
      release(one.record, one.context)
    }
  }

  const turn = () => {
    turns?.look()
    aside = whyAside('cpu', debuggerUrl)
    if (aside === undefined) flight?.turn()
    else stepAside(aside)
    stalls = stalls.filter(({ to }) => now() - to < 3 * windowMs).slice(-mostStalls)
  }
  const begin = () => {
    if (closed || flight !== undefined || on === 'signal' || on === 'off') return
    aside = whyAside('cpu', debuggerUrl)
    if (aside !== undefined) return stepAside(aside)
    flight = beginFlight({ intervalMs: interval_ms, windowMs, stepMs, now, name: () => files.nameOf('cpu') }, ended)
    flight.turn()
    if (on === 'slow') turns = followTurns(stall_ms, now, stalled)
    timer = setInterval(() => guarded(turn), stepMs).unref()
  }
  const end = (wanted: (window: Window) => boolean) => {
    clearInterval(timer)
    turns?.look()
    turns?.close()
    turns = undefined
    for (const stop of [...fine]) stop()
    flight?.end(wanted)
    flight?.close()
    flight = undefined
  }
  const stepAside = (why: string) => {
    warnOnce('cpu_profile aside', `cpu_profile: ${why}; the agent does not profile beside it`)
    end((window) => window.due)
  }

  const burst = () => {
    const { burst_s, burst_interval_ms, burst_cooldown_s } = options
    if (on !== 'slow' || burst_s === 0 || now() < quietUntil) return
    quietUntil = now() + (burst_s + burst_cooldown_s) * 1000
    profileFor(burst_s, burst_interval_ms, 'burst', () => {})
  }
  /** Gives the function that ends it early. */
  const profileFor = (
    seconds: number,
    intervalMs: number,
    kind: string,
    answer: (file: string | undefined, why?: string) => void,
  ) => {
    const name = files.nameOf(kind)
    const stop = beginProfiling(intervalMs)
    const done = () => {
      if (!fine.delete(done)) return
      clearTimeout(timeout)
      const file = guarded(() => {
        const profile = stop()
        return profile && files.write(name, profile)
      })
      answer(
        file,
        file === undefined ? 'the profile could not be written; the application says why on stderr' : undefined,
      )
    }
    fine.add(done)
    const timeout = setTimeout(done, seconds * 1000).unref()
    return done
  }

  const stalled = (from: number, to: number) => {
    stalls.push({ from, to })
    if (from - startedAt < startMs) return
    const window = flight?.at({ from, to })
    if (window === undefined) return
    window.due = true
    if (window.to < Infinity) write(window)
    burst()
  }

  guarded(begin)

  return {
    hold(record, context) {
      if (flight === undefined || record.exceeded === undefined) return false
      const isHeld = guarded(() => {
        const to = now() - Math.max(0, dateNow() - record.timestamp * 1000 - record.duration_ms)
        const one: Held = { record, context, interval: { from: to - record.duration_ms, to } }
        const window = flight?.at(one.interval)
        if (window === undefined) return false
        window.due = true
        record.profile = window.name
        burst()
        if (window.to < Infinity) {
          write(window)
          if (mayBeHot(record)) tell(one, window)
          return false
        }
        if (!mayBeHot(record) || count >= mostHeld) return false
        held.set(window, [...(held.get(window) ?? []), one])
        count++
        return true
      })
      return isHeld === true
    },
    stalled: (from, to) => void guarded(() => stalled(from, to)),
    pause: (paused) => void guarded(() => (paused ? end((window) => window.due) : begin())),
    take(seconds, answer) {
      const why = whyAside('cpu', debuggerUrl)
      const stop =
        why === undefined && !closed
          ? guarded(() => profileFor(seconds, options.burst_interval_ms, 'hand', answer))
          : undefined
      if (stop === undefined)
        answer(undefined, why ?? 'the profiler could not be started; the application says why on stderr')
      return stop ?? (() => {})
    },
    flush() {
      closed = true
      guarded(() => end((window) => window.due || on === 'always'))
    },
    close() {
      closed = true
      guarded(() => end((window) => window.due))
    },
  }

  /** A call that only waited has no function to name. */
  function mayBeHot({ exceeded, timing }: ProfileRecord): boolean {
    return exceeded?.includes('slow_call_ms') === true && (timing?.blocked_ms ?? Infinity) >= interval_ms
  }
}
