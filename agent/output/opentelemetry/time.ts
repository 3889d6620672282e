import type { ProfileRecord } from '../../model.ts'

/** Seconds and nanoseconds of Unix time, as OpenTelemetry has them. */
type HrTime = [seconds: number, nanoseconds: number]

/** When a record's call began. */
export function startOf({ timestamp }: ProfileRecord): HrTime {
  return timeOf(timestamp * 1000)
}

/** When a record's call ended. */
export function endOf({ timestamp, duration_ms }: ProfileRecord): HrTime {
  return timeOf(timestamp * 1000 + duration_ms)
}

/** The record's duration. */
export function durationOf({ duration_ms }: ProfileRecord): HrTime {
  return timeOf(duration_ms)
}

function timeOf(ms: number): HrTime {
  // Whole microseconds, so that the seconds' fraction never rounds up to a second.
  const us = Math.round(ms * 1000)
  const seconds = Math.floor(us / 1e6)
  return [seconds, (us - seconds * 1e6) * 1000]
}
