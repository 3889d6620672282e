import type { WeakScores } from '../../agent/config/weak-score.ts'
import type { Metadata, ProfileRecord, Timing } from '../../agent/model.ts'
import { createCollector } from '../../cli/report/collect.ts'
import type { Finding, FindingKind, Report } from '../../cli/report/model.ts'
import { reportOf } from '../../cli/report/summary.ts'
import { recordOf } from './records.ts'

/** A call of a request, as a test thinks of it. */
export interface Given {
  readonly name?: string
  readonly library?: string
  /** After the begin of its request, in milliseconds. */
  readonly at?: number
  readonly ms?: number
  readonly span?: string
  readonly within?: string
  readonly error?: string
  readonly status?: number | string
  readonly concurrent?: number
  readonly self?: number
  readonly metadata?: Metadata
  readonly timing?: Partial<Timing>
}

export const embed = 'embedding_provider.embed'
export const search = 'vector_store.search'
const begin = 1_782_900_000

/** The records of a request of so many milliseconds, its own last. */
export function request(
  number: number,
  ms: number,
  calls: readonly Given[],
  own: Partial<ProfileRecord> = {},
): ProfileRecord[] {
  const at = begin + number * 10
  const ids = { trace_id: `trace-${number}`, request_id: `request-${number}` }
  const made = calls.map(({ name = search, library = 'qdrant', within = 'root', ...given }, i) => ({
    ...recordOf({ name, library, duration_ms: given.ms ?? 10, timestamp: at + (given.at ?? 0) / 1000 }),
    ...(given.error !== undefined && { error: given.error }),
    ...(given.status !== undefined && { status: given.status }),
    ...(given.metadata !== undefined && { metadata: given.metadata }),
    ...(given.concurrent !== undefined && { concurrent: given.concurrent }),
    ...(given.self !== undefined && { self_ms: given.self }),
    ...(given.timing !== undefined && { timing: { blocked_ms: 0, stall_ms: 0, ...given.timing } }),
    ...{ ...ids, span_id: given.span ?? `span-${i}`, parent_id: within },
  }))
  const root = {
    ...recordOf({ name: 'request.http', library: 'http', duration_ms: ms, timestamp: at, status: 200 }),
    ...{ ...ids, span_id: 'root', kind: 'http' as const, calls: made.length },
  }
  return [...made, { ...root, ...own }]
}

/** Several requests alike. */
export const requests = (
  count: number,
  ms: number,
  calls: (i: number) => readonly Given[],
  own: Partial<ProfileRecord> = {},
) => Array.from({ length: count }, (_, i) => request(i, ms, calls(i), own)).flat()

export const findingsOf = (records: readonly ProfileRecord[], weakScores?: WeakScores): readonly Finding[] =>
  reportOn(records, weakScores).findings

/** The report of records, without any slowest request. */
export function reportOn(records: readonly ProfileRecord[], weakScores?: WeakScores): Report {
  const collector = createCollector(0, undefined, undefined, weakScores)
  // The reader shapes records as it takes them, and a test may give them twice.
  for (const record of records) collector.add(structuredClone(record))
  const read = { records: 0, torn: 0, foreign: 0, tooLong: 0 }
  return reportOf({ files: ['a'], read, ...collector.end() })
}

export const kindsOf = (records: readonly ProfileRecord[]): FindingKind[] => findingsOf(records).map(({ kind }) => kind)

/** Calls one after another, with 1 ms between them. */
export const row = (count: number, ms: number, made: (i: number) => Given = () => ({})): Given[] =>
  Array.from({ length: count }, (_, i) => ({ at: i * (ms + 1), ms, ...made(i) }))
