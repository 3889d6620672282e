/** Milliseconds in at most six characters. */
export function shownMs(ms: number): string {
  if (ms === 0) return '-'
  if (ms < 0.0995) return `${Math.round(ms * 1000)}µs`
  return ms < 999.5 ? `${digits(ms)}ms` : ms < 999_500 ? `${digits(ms / 1000)}s` : `${Math.round(ms / 60_000)}min`
}

/** A number in at most five characters. */
export function shownCount(count: number): string {
  if (count === 0) return '0'
  if (count >= 1e6) return `${digits(count / 1e6)}M`
  if (count >= 99_999.5) return `${digits(count / 1e3)}k`
  return Number.isInteger(count) || count >= 99.95 ? `${Math.round(count)}` : digits(count)
}

const digits = (value: number) =>
  value < 9.995 ? value.toFixed(2) : value < 99.95 ? value.toFixed(1) : value.toFixed(0)

/** A time in milliseconds as `45s`, `12m 3s`, `2h 5m`, `3d 4h`. */
export function durationOf(ms: number): string {
  const s = Math.max(Math.round(ms / 1000), 0)
  if (s < 60) return `${s}s`
  if (s < 3600) return `${Math.floor(s / 60)}m ${s % 60}s`
  if (s < 86_400) return `${Math.floor(s / 3600)}h ${Math.floor((s % 3600) / 60)}m`
  return `${Math.floor(s / 86_400)}d ${Math.floor((s % 86_400) / 3600)}h`
}

/** The hour of the day here. */
export const clockOf = (at: number): string => new Date(at * 1000).toTimeString().slice(0, 8)
