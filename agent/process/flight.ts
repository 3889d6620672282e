import type { Profiler } from 'node:inspector'
import type { Interval } from './samples.ts'
import { openWindows } from './sessions.ts'

/** A stretch of time that is profiled. */
export interface Window {
  /** Its file, should it be written. */
  readonly name: string
  readonly from: number
  /** When it ended; Infinity while it is open. */
  to: number
  /** Something fell into it, so that it is to be written. */
  due: boolean
  written: boolean
  profile: Profiler.Profile | undefined
}

interface FlightParts {
  readonly intervalMs: number
  /** How long a window is, and after how long the next one begins. */
  readonly windowMs: number
  readonly stepMs: number
  readonly name: () => string
  readonly now: () => number
}

/** The windows of the last seconds. */
export interface Flight {
  /** Begins a window, and ends those whose time is over, in this order so that nothing is left out between them. */
  turn(): void
  /** The window that has most of an interval; of several the first. */
  at(interval: Interval): Window | undefined
  /** Ends the open windows that `wanted` accepts, early. */
  end(wanted: (window: Window) => boolean): void
  close(): void
}

/** `ended` is notified of each window that has a profile now. */
export function beginFlight(parts: FlightParts, ended: (window: Window) => void): Flight {
  const { intervalMs, windowMs, stepMs, name, now } = parts
  const windows = openWindows(intervalMs)
  /** In the order of their begin: ended ones first, which are kept for calls that are reported late. */
  let all: Window[] = []

  const end = (window: Window) => {
    window.profile = windows.end(window.name)
    window.to = now()
    ended(window)
  }

  return {
    turn() {
      const at = now()
      const fresh: Window = {
        ...{ name: name(), from: at, to: Infinity, due: false, written: false, profile: undefined },
      }
      windows.begin(fresh.name)
      // Half a step of tolerance: timers come late, never early.
      for (const one of all) if (one.to === Infinity && at - one.from > windowMs - stepMs / 2) end(one)
      all = [...all.filter(({ to }) => to === Infinity || at - to < windowMs), fresh]
    },
    at(interval) {
      const shared = (one: Window) => Math.min(one.to, interval.to) - Math.max(one.from, interval.from)
      const best = all.reduce<Window | undefined>(
        (found, one) => (found === undefined || shared(one) > shared(found) ? one : found),
        undefined,
      )
      return best !== undefined && shared(best) >= 0 ? best : undefined
    },
    end(wanted) {
      for (const one of all) if (one.to === Infinity && wanted(one)) end(one)
    },
    close() {
      all = []
      windows.close()
    },
  }
}
