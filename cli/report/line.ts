import { isLabelName, mostLabels } from '../../agent/config/labels.ts'
import { hotIn } from '../../agent/findings/hot.ts'
import type { LabelSet, Metadata, ProfileRecord, Timing } from '../../agent/model.ts'
import { plain } from '../style.ts'

/** Counts of lines by what they are. */
export interface LineCounts {
  records: number
  /** No whole JSON: a process was killed while it wrote, or a disk was full. */
  torn: number
  /** Not ours: the application's own log. */
  foreign: number
}

/** Above these it is no call's duration, and no moment: 1e10 ms are 115 days, 1e11 s the year 5138. */
const mostMs = 1e10
const mostSeconds = 1e11
const longestName = 256
const leastRate = 1e-9
/** The beginning of a record; with `output.type: log` its level is first. */
const begin = /\{"(?:name":"|level":\d)/g
/** Begins that are tried in a line that is not JSON as it is. */
const mostBegins = 16
/** Of those after a begin, where it may end: one torn record, or a text in it, may look like a begin. */
const mostEnds = 2
/** Characters of a line with all that a record can have but its stack trace. */
const usual = 10_000

/** Takes lines, and gives each whole record in them, its texts fit for a terminal. */
export function createLines(take: (record: ProfileRecord) => void) {
  const counts: LineCounts = { records: 0, torn: 0, foreign: 0 }
  const clean = createClean()

  const found = (value: unknown, length: number) => {
    if (!isRecord(value)) return false
    counts.records++
    take(clean(length > usual ? shortened(value) : value))
    return true
  }
  return {
    counts,
    /** A record that was no line: of a database. */
    record(value: unknown, characters: number): void {
      if (!found(value, characters)) counts.foreign++
    },
    line(text: string): void {
      // `JSON.parse` that throws takes long, and a file of something else may have nothing but such lines.
      if (!text.startsWith('{"') && !named.test(text)) {
        if (text.trim() !== '') counts.foreign++
        return
      }
      const value = parsed(text)
      if (value !== undefined) {
        if (!found(value, text.length)) counts.foreign++
        return
      }
      if (text.trim() === '') return
      const { values, left } = wholeIn(text)
      for (const one of values) if (!found(one, text.length)) counts.foreign++
      if (left) counts[values.length > 0 || isTorn(text) ? 'torn' : 'foreign']++
    },
  }
}

function parsed(text: string): unknown {
  // To fail takes a hundred times as long as to see that it must.
  if (text.startsWith('{') && !/\}\s*$/.test(text.slice(-20))) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** The whole records in a line that holds more, or less, than one; and whether something of it is left. */
function wholeIn(text: string): { values: unknown[]; left: boolean } {
  const begins: number[] = []
  for (const { index } of text.matchAll(begin)) if (begins.push(index) === mostBegins) break
  // As a whole it has been tried.
  if (begins.length === 0 || (begins.length === 1 && begins[0] === 0)) return { values: [], left: true }
  const values: unknown[] = []
  let at = 0
  let left = false
  for (const from of begins) {
    if (from < at) continue
    const end = [...begins.filter((other) => other > from).slice(0, mostEnds), text.length].find(
      (to) => parsed(text.slice(from, to)) !== undefined,
    )
    if (end === undefined) continue
    values.push(parsed(text.slice(from, end)))
    left ||= text.slice(at, from).trim() !== ''
    at = end
  }
  return { values, left: left || text.slice(at).trim() !== '' }
}

/** A part of JSON, not somebody's words. */
const isTorn = (text: string) => text.startsWith('{"') || named.test(text)
const named = /"(?:duration_ms|timestamp|library|thread_id)" *:/

export function isRecord(value: unknown): value is ProfileRecord {
  if (typeof value !== 'object' || value === null) return false
  const { name, library, duration_ms, timestamp } = value as Record<string, unknown>
  return isName(name) && isName(library) && isWithin(duration_ms, mostMs) && isWithin(timestamp, mostSeconds)
}

const isName = (value: unknown) => typeof value === 'string' && value !== '' && value.length <= longestName
const isWithin = (value: unknown, most: number) => typeof value === 'number' && value >= 0 && value < most

/** Thousands of them wait for the others of their request: of a long one that is kept which is asked for. */
function shortened(record: ProfileRecord): ProfileRecord {
  const { stack_trace: _, metadata, labels, timing, exceeded, usage, ...rest } = record
  const kept = Object.fromEntries(Object.entries(rest).filter(([key, value]) => key.length < 32 && isShort(value)))
  const short = (fields: object | undefined) =>
    Object.fromEntries(
      Object.entries(fields ?? {})
        .filter(([key, value]) => key.length <= longestName && isShort(value))
        .slice(0, 64),
    )
  return {
    ...(kept as unknown as ProfileRecord),
    ...(metadata !== undefined && { metadata: short(metadata) as Metadata }),
    ...(labels !== undefined && { labels: short(labels) as LabelSet }),
    ...(timing !== undefined && { timing: short(timing) as unknown as Timing }),
    ...hotIn(record),
    // The agent writes fewer.
    ...(Array.isArray(usage) && { usage: usage.slice(0, 64) }),
    ...(Array.isArray(exceeded) && { exceeded: exceeded.slice(0, 4) }),
  }
}

const isShort = (value: unknown) => typeof value !== 'object' && `${value}`.length <= longestName

/** Makes the texts of records fit for a terminal, each of the few different ones once. */
export function createClean() {
  const known = new Map<string, string>()

  const once = (text: string): string => {
    let made = known.get(text)
    if (made === undefined) {
      made = plain(text)
      if (known.size < 5000) known.set(text, made)
    }
    return made
  }
  return (record: ProfileRecord): ProfileRecord => {
    record.name = once(record.name)
    record.library = once(record.library)
    if (typeof record.error === 'string') record.error = once(record.error.slice(0, longestName))
    else delete record.error
    const { sample_rate: rate } = record
    if (!(typeof rate === 'number' && rate >= leastRate && rate < 1)) delete record.sample_rate
    for (const key of ids) cleanId(record, key)
    for (const key of ['metadata', 'timing'] as const)
      if (typeof record[key] !== 'object' || record[key] === null) delete record[key]
    if (record.labels !== undefined) cleanLabels(record, once)
    return record
  }
}

function cleanLabels(record: ProfileRecord, once: (text: string) => string): void {
  const { labels } = record
  if (typeof labels !== 'object' || labels === null) delete record.labels
  else
    record.labels = Object.fromEntries(
      Object.entries(labels)
        .filter(([name, value]) => isLabelName(name) && typeof value === 'string')
        .slice(0, mostLabels)
        .map(([name, value]) => [name, once(value.slice(0, longestLabel))]),
    )
}

/** The agent's own bounds. */
const longestLabel = 64

const ids = ['trace_id', 'span_id', 'parent_id', 'request_id', 'test_id', 'run_id'] as const

function cleanId(record: ProfileRecord, key: (typeof ids)[number]): void {
  const id = record[key]
  if (id === undefined || (typeof id === 'string' && /^[\w.:-]{1,128}$/.test(id))) return
  if (typeof id === 'string') record[key] = plain(id.slice(0, 128))
  else delete record[key]
}
