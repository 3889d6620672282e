const thousands = new Intl.NumberFormat('en')

/** `1,284`; a count that is scaled up from a sample is rounded. */
export const countOf = (count: number): string => thousands.format(Math.round(finite(count)))

/** A duration in milliseconds in three digits with its unit: `0.42 ms`, `842 ms`, `1.20 s`, `3 min 12 s`, `2 h 14 min`. */
export function durationOf(ms: number): string {
  const value = Math.max(0, finite(ms))
  if (value < 999.5) return `${threeDigits(value)} ms`
  const seconds = value / 1000
  if (seconds < 119.5) return `${threeDigits(seconds)} s`
  const minutes = Math.floor(Math.round(seconds) / 60)
  if (minutes < 60) return withRest(`${minutes} min`, Math.round(seconds) % 60, 's')
  const hours = Math.floor(Math.round(seconds / 60) / 60)
  if (hours < 48) return withRest(`${hours} h`, Math.round(seconds / 60) % 60, 'min')
  return withRest(`${Math.floor(hours / 24)} d`, hours % 24, 'h')
}

/** A round duration, as an axis names it: `5 ms`, `2 s`. */
export const roundDurationOf = (ms: number): string => durationOf(ms).replace(/\.0+(?= )|(\.\d*?[1-9])0+(?= )/, '$1')

/** A share, 0 to 1, as percent: `0.4 %`, `34 %`; what is not nothing is not shown as nothing. */
export function percentOf(share: number): string {
  const percent = finite(share) * 100
  if (percent > 0 && percent < 0.1) return '<0.1 %'
  return `${percent >= 9.95 || percent === 0 ? percent.toFixed(0) : percent.toFixed(1)} %`
}

/** A moment in Unix seconds as UTC: `2026-11-27 08:00:00`. */
export const momentOf = (seconds: number): string =>
  isMoment(seconds) ? new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ') : '?'

/** Only its time of day: `08:00:00`. */
export const clockOf = (seconds: number): string => momentOf(seconds).slice(11)

/** `1 call`, `1,284 calls`. */
export const some = (count: number, word: string): string =>
  `${countOf(count)} ${word}${Math.round(count) === 1 ? '' : 's'}`

const threeDigits = (value: number): string => {
  if (value === 0) return '0'
  if (value < 0.01) return '<0.01'
  return value < 99.95 ? value.toFixed(value < 9.995 ? 2 : 1) : value.toFixed(0)
}

const withRest = (whole: string, rest: number, unit: string) => (rest === 0 ? whole : `${whole} ${rest} ${unit}`)

const finite = (value: number) => (Number.isFinite(value) ? value : 0)

const isMoment = (seconds: number) => Number.isFinite(seconds) && Math.abs(seconds) < 8.64e12
