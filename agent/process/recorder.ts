import { url as debuggerUrl } from 'node:inspector'
import type { Config } from '../config/schema.ts'
import type { ProfileRecord, WarnOnce } from '../model.ts'
import { whyAside } from './aside.ts'
import { type Answer, createFineProfiles, type Files, unwritten } from './fine.ts'
import { beginFlight, type Flight, type Window } from './flight.ts'
import { createFrameNames } from './frames.ts'
import { guard } from './guard.ts'
import { openMeanwhile } from './open.ts'
import { hotOf, type Interval } from './samples.ts'
import { createStalls, type Stalls } from './stalls.ts'

export interface RecorderParts {
  readonly options: Config['cpu_profile']
  readonly files: Files
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
  /** Profiles for some seconds because somebody asks. Gives the function that ends it early. */
  take(seconds: number, answer: Answer): () => void
  /** At exit or a reload: writes what is due, and holds nothing any more. */
  close(): void
}

interface Held {
  readonly record: ProfileRecord
  readonly context: unknown
  readonly interval: Interval
}

// The application's tests may put fakes in their place.
const { setInterval, clearInterval } = globalThis
const { now: dateNow } = Date
const mostHeld = 1000

export function createRecorder(parts: RecorderParts): Recorder {
  const { options, files, now, release, warnOnce } = parts
  const { on, interval_ms, burst_s, burst_interval_ms } = options
  const windowMs = options.window_s * 1000
  const stepMs = on === 'slow' ? windowMs / 2 : windowMs
  const guarded = guard(parts)
  const nameOf = createFrameNames(process.cwd(), parts.own)
  const fine = createFineProfiles(files, guarded)
  const held = new Map<Window, Held[]>()
  let count = 0
  let flight: Flight | undefined
  let stalls: Stalls | undefined
  let timer: NodeJS.Timeout | undefined
  let sampled: (() => void) | undefined
  let ending = false
  let closed = false
  let quietUntil = 0

  const write = (window: Window) => {
    if (window.written || window.profile === undefined) return
    window.written = true
    files.write(window.name, window.profile)
  }
  /** Something fell into a window. */
  const mark = (window: Window) => {
    window.due = true
    write(window)
    if (on !== 'slow' || burst_s === 0 || ending || now() < quietUntil) return
    quietUntil = now() + (burst_s + options.burst_cooldown_s) * 1000
    fine.begin('burst', burst_s, burst_interval_ms, () => {})
  }
  const tell = ({ record, interval }: Held, { profile }: Window) => {
    if (profile === undefined) return
    const stalled = stalls?.within(interval) ?? []
    const hot = hotOf(profile, stalled.length > 0 ? stalled : [interval], nameOf)
    if (hot !== undefined) record.hot = hot
  }
  const ended = (window: Window) => {
    guarded(() => {
      const found = window.profile && stalls?.find(window.profile)
      if (window.due || on === 'always' || (found !== undefined && found.length > 0)) mark(window)
    })
    const all = held.get(window) ?? []
    held.delete(window)
    count -= all.length
    for (const one of all) {
      guarded(() => tell(one, window))
      release(one.record, one.context)
    }
  }

  const begin = () => {
    if (closed || flight !== undefined || on === 'signal' || on === 'off' || isAside()) return
    flight = beginFlight({ intervalMs: interval_ms, windowMs, stepMs, now, name: () => files.nameOf('cpu') }, ended)
    sampled = openMeanwhile().sampling()
    flight.turn()
    if (on === 'slow') stalls = createStalls(options.stall_ms, 3 * windowMs, now)
    timer = setInterval(() => guarded(turn), stepMs).unref()
  }
  const turn = () => {
    stalls?.look()
    if (isAside()) end()
    else flight?.turn()
  }
  const isAside = () => {
    const why = whyAside('cpu', debuggerUrl)
    if (why !== undefined) warnOnce('cpu_profile aside', `cpu_profile: ${why}; the agent does not profile beside it`)
    return why !== undefined
  }
  const end = () => {
    clearInterval(timer)
    stalls?.look()
    ending = true
    flight?.end(({ due, from }) => due || on === 'always' || stalls?.mayShow(from) === true)
    ending = false
    stalls?.close()
    fine.end()
    flight?.close()
    sampled?.()
    flight = stalls = sampled = undefined
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
        record.profile = window.name
        mark(window)
        if (!mayBeHot(record)) return false
        if (window.profile !== undefined) tell(one, window)
        if (window.to < Infinity || count >= mostHeld) return false
        held.set(window, [...(held.get(window) ?? []), one])
        count++
        return true
      })
      return isHeld === true
    },
    stalled(from, to) {
      guarded(() => {
        stalls?.add({ from, to })
        const window = flight?.at({ from, to })
        if (window !== undefined) mark(window)
      })
    },
    pause: (paused) => void guarded(paused ? end : begin),
    take(seconds, answer) {
      const why = whyAside('cpu', debuggerUrl)
      const stop = why === undefined && guarded(() => fine.begin('hand', seconds, burst_interval_ms, answer))
      if (stop) return stop
      answer(undefined, why ?? unwritten)
      return () => {}
    },
    close() {
      closed = true
      guarded(end)
    },
  }

  /** A call that only waited has no function to name. */
  function mayBeHot({ exceeded, timing }: ProfileRecord): boolean {
    if (exceeded?.includes('slow_call_ms') !== true) return false
    return timing === undefined || timing.blocked_ms + openMeanwhile().beginOf(timing) >= interval_ms
  }
}
