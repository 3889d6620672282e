import { count, counted, percent } from '../format.ts'
import { longestLineBytes } from '../splitter.ts'
import type { Collected } from './collect.ts'
import type { ScoreReport } from './model.ts'
import { mostScopes } from './scopes.ts'
import { relativeError } from './timeline.ts'

/** Notes that a reader of the figures needs. */
export function notesOf(collected: Collected): string[] {
  const {
    read,
    probes,
    snapshotsLeftOut,
    lowestRate,
    slow,
    scopes,
    leftOut,
    requests,
    isTraced,
    lateRecords,
    flameLeftOut,
    scores,
    unusedWeakScores,
  } = collected
  const records = scopes.reduce((sum, one) => sum + one.records, 0)
  const nested = scopes.reduce((sum, one) => sum + one.nestedTokens, 0)
  return [
    lowestRate < 1 &&
      `Calls were sampled, down to ${percent(lowestRate)} of them: each record counts 1 / sample_rate times, so that counts, sums and what would be saved are estimates.`,
    slowNote(slow, records, requests > 0),
    collected.runsNote,
    `Percentiles are right within ${percent(relativeError)}; the longest call is exact.`,
    records > 0 &&
      !isTraced &&
      'Records have no trace ids, so there are no requests and no self time, and a call counts also in the calls around it: `requests: true` in crossbridge.yml adds them.',
    nested > 0 &&
      `${count(nested)} tokens of frameworks' calls count in the calls of the clients inside these: no sum has a token twice.`,
    lateRecords > 0 &&
      `Written long after the others of their request: ${counted(lateRecords, 'record')}; they count, but are missing in requests and findings.`,
    undirectedNote(scores),
    unusedWeakScores.length > 0 &&
      `thresholds.weak_score names ${unusedWeakScores.join(', ')}, of which no search tells a score; it does nothing.`,
    flameLeftOut > 0 &&
      `Left out of the flame view: ${counted(flameLeftOut, 'call')} nested deeper, or in more ways, than it can hold.`,
    leftOut > 0 && `Left out: ${counted(leftOut, 'call')} of further scopes; there are more than ${mostScopes}.`,
    probes > 0 && `Left out: ${counted(probes, 'record')} of probes, which are no calls.`,
    snapshotsLeftOut > 0 && `Left out: ${counted(snapshotsLeftOut, 'snapshot')} of further processes.`,
    read.foreign > 0 &&
      `Left out: ${counted(read.foreign, 'line')} of something else, such as the application's own log.`,
    read.torn > 0 &&
      `Torn, as a process leaves them that is killed while it writes: ${counted(read.torn, 'line')}; what was whole in them counts.`,
    read.tooLong > 0 &&
      `Left out: ${counted(read.tooLong, 'line')} longer than ${count(longestLineBytes)} bytes; no record is that long.`,
  ].filter((note) => typeof note === 'string')
}

function slowNote(slow: number, records: number, hasRequests: boolean): string | false {
  if (slow === 0) return false
  if (slow === records)
    return 'Only calls above slow_call_ms left a record: counts and percentiles are those of slow calls. With slow_call_ms: 0 all leave one.'
  const what = hasRequests ? 'of requests without a slow call' : 'of other scopes'
  return `slow_call_ms was in force (${percent(slow / records)} of the records passed it): fast calls ${what} may be missing, so counts are too low and percentiles too high.`
}

/** Which of two scores is nearer can't be guessed. */
function undirectedNote(scores: readonly ScoreReport[]): string | false {
  const named = [
    ...new Set(
      scores
        .filter(({ undirected }) => undirected !== undefined)
        .map(({ collection, library }) => (collection === undefined ? library : `${collection} of ${library}`)),
    ),
  ]
  if (named.length === 0) return false
  return `thresholds.weak_score is not applied to ${named.join(', ')}: the store does not tell whether a higher score is nearer or a lower one; say { below: … } or { above: … } there.`
}
