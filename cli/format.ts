export { count, counted, ms, percent } from '../agent/format.ts'

/** Unix seconds as `2026-07-01 10:00:00 UTC`. */
export const moment = (seconds: number): string =>
  `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`
