import { ours } from '../diagnostics.ts'
import type { Metadata, ProfileRecord } from '../model.ts'

/** The parts of the agent that a probe's record uses. */
export interface Stamp {
  readonly dateNow: () => number
  readonly pid: number
  readonly threadId: number
  /** Gives the part of a value that a record may hold under a key. */
  readonly keep: (key: string, value: unknown) => string | number | boolean | undefined
}

const longest = 128
const mostKeys = 64
/** Unix seconds of the year 5138; what is above it is milliseconds. */
const latest = 1e11

/** Makes a record of what a probe emits; throws what is wrong with it, for the user. */
export function recordOf(given: unknown, withMetadata: boolean, stamp: Stamp): ProfileRecord {
  if (typeof given !== 'object' || given === null)
    throw ours(`it must be an object, not ${given === null ? 'null' : typeof given}`)
  const { name, library = 'probe', duration_ms = 0, timestamp, metadata } = given as Record<string, unknown>
  const at = timestamp ?? stamp.dateNow() / 1000
  const record: ProfileRecord = {
    name: text('name', name),
    duration_ms: Math.round(number('duration_ms', duration_ms, 'milliseconds, 0 or more') * 100) / 100,
    timestamp: Math.round(number('timestamp', at, 'Unix seconds', latest) * 1000) / 1000,
    library: text('library', library),
    concurrent: 0,
    pid: stamp.pid,
    thread_id: stamp.threadId,
  }
  const kept = withMetadata ? keptOf(metadata, stamp.keep) : undefined
  if (kept !== undefined) record.metadata = kept
  return record
}

function keptOf(metadata: unknown, keep: Stamp['keep']): Metadata | undefined {
  if (metadata === undefined || metadata === null) return undefined
  if (typeof metadata !== 'object') throw ours('metadata must be an object')
  const kept: Metadata = {}
  for (const [key, value] of Object.entries(metadata).slice(0, mostKeys)) {
    const found = key.length > longest || key === '__proto__' ? undefined : keep(key, value)
    if (found !== undefined) kept[key] = found
  }
  return Object.keys(kept).length > 0 ? kept : undefined
}

function text(field: string, value: unknown): string {
  if (typeof value === 'string' && value !== '' && value.length <= longest) return value
  throw ours(`${field} must be a text of 1 to ${longest} characters`)
}

function number(field: string, value: unknown, unit: string, most = Infinity): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0 && value < most) return value
  throw ours(`${field} must be a number: ${unit}`)
}
