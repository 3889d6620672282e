import { moment } from '../../format.ts'

/** Unix seconds as `2026-11-27 08:00:00`, where something else says that it is UTC. */
export const momentOf = (seconds: number): string => moment(seconds).replace(' UTC', '')

/** Only the time of day: `08:00:00`. */
export const clockOf = (seconds: number): string => momentOf(seconds).slice(11)
