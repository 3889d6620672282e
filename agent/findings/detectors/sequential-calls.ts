import { count, counted } from '../../format.ts'
import { numberIn } from '../scopes.ts'
import type { Call } from '../tree.ts'
import { createCauses } from './causes.ts'
import type { Detector } from './detector.ts'
import { allButLongest, bump, groupBy, mostOf, resultsOf, toleranceMs } from './evidence.ts'
import { take } from './request.ts'
import { isSingleEmbedding } from './single-embeddings.ts'

/** Two calls of one scope in a row are most often one that needs the other. */
const leastCalls = 3
/** A saving of less is nothing that somebody waits for. */
const leastSavesMs = 20

/**
 * What a call may need the result of: each needs those of a lower step, and those of one step may be independent. What is
 * looked up after a search may be what it has found; before it, it is not.
 */
const steps: Readonly<Record<string, number>> = {
  ...{ embed: 0, fetch: 1, query: 1, search: 1, retrieve: 1 },
  ...{ upsert: 2, rerank: 3, generate: 4 },
}

interface Tally {
  rows: number
  most: number
  readonly names: Map<string, number>
}

/** Calls that the same code makes one after another where it might make them together, of whatever scopes. */
export function createSequentialCalls(): Detector {
  const causes = createCauses<Tally>(() => ({ rows: 0, most: 0, names: new Map() }))

  return {
    look(request) {
      if (request.calls.length < 2) return
      for (const siblings of groupBy(request.calls, ({ parent }) => parent?.record.span_id ?? ''))
        for (const row of allRowsOf(siblings).map(withoutPages)) {
          const [first] = row
          if (first === undefined || !mayBeIndependent(row)) continue
          const saves = allButLongest(row)
          if (saves.reduce((sum, { ms }) => sum + ms, 0) < leastSavesMs) continue
          const cause = causes.ofCall(first, false)
          for (const { call, ms } of saves) causes.add(cause, request, take(call, ms), call)
          if (cause === undefined) continue
          cause.tally.rows += request.weight
          cause.tally.most = Math.max(cause.tally.most, row.length)
          for (const call of row) bump(cause.tally.names, nameOf(call), request.weight)
        }
    },
    findings: () =>
      causes.all().map((cause) => {
        const { subject, requests, calls, tally } = cause
        return {
          ...({ kind: 'sequential_calls', confidence: 'heuristic', cause, isTimed: true } as const),
          title: `Calls that may be independent wait for each other: ${mostOf(tally.names, 3)}.`,
          evidence: [
            `${counted(requests, 'request')} made ${count((calls + tally.rows) / tally.rows)} of them in a row on average, up to ${count(tally.most)}; each began when the one before had ended`,
          ],
          advice:
            `If no call needs what the one before it gave, make them together with Promise.all${subject.name.endsWith('.search') ? ', or as one batch search' : ', or as one batch'}. ` +
            'If they are made together already, they wait in a queue or a pool that takes one at a time: raise its limit.',
        }
      }),
  }
}

/** A search needs the embedding before it, but not that of the next question: embeddings end no row of others. */
function allRowsOf(calls: readonly Call[]): Call[][] {
  const embedding = ({ scope }: Call) => scope.verb === 'embed'
  const others = calls.filter((call) => !embedding(call))
  if (others.length === calls.length) return rowsOf(calls)
  return [...rowsOf(calls).filter(([first]) => first !== undefined && embedding(first)), ...rowsOf(others)]
}

/** Calls of one step that begin when the one before has ended; those that overlap, or are of another step, end a row. */
function rowsOf(calls: readonly Call[]): Call[][] {
  const rows: Call[][] = []
  let last: Call | undefined
  for (const call of [...calls].sort((one, other) => one.startMs - other.startMs || one.endMs - other.endMs)) {
    const follows =
      last !== undefined &&
      call.startMs >= last.endMs - toleranceMs &&
      steps[call.scope.verb] !== undefined &&
      steps[call.scope.verb] === steps[last.scope.verb] &&
      !(isLookup(call) && !isLookup(last) && steps[call.scope.verb] === 1)
    if (follows) rows.at(-1)?.push(call)
    else rows.push([call])
    last = call
  }
  return rows
}

function mayBeIndependent(row: readonly Call[]): boolean {
  const [first] = row
  if (first === undefined || row.length < 2) return false
  if (row.some(({ record }) => record.error !== undefined)) return false
  const { verb } = first.scope
  const names = new Set(row.map(nameOf))
  if (verb === 'generate') return row.length >= leastCalls && !isConversation(row)
  if (verb === 'upsert' && row.some(({ record }) => numberIn(record.metadata, 'batch_size') > 1)) return false
  if (verb === 'embed' && names.size === 1 && row.every(isSingleEmbedding)) return false
  // Two different searches of one question need the same vector, not each other.
  if (row.length < leastCalls)
    return names.size === row.length && row.every((call) => call.scope.verb === 'embed' || isSearch(call))
  return true
}

/** By words too, as the other half of a hybrid search: it needs the question, not what a search before it has found. */
const isSearch = ({ scope, record }: Call) =>
  scope.verb === 'search' || (scope.verb === 'query' && /^m?search$/.test(String(record.metadata?.operation)))

const isLookup = (call: Call) => (call.scope.verb === 'fetch' || call.scope.verb === 'query') && !isSearch(call)

/** The pages of a list are one thing. */
function withoutPages(row: readonly Call[]): readonly Call[] {
  if (row.length < leastCalls) return row
  const pages = new Set(groupBy(row, nameOf).flatMap((group) => (isPaging(group) ? group.slice(1) : [])))
  return row.filter((call) => !pages.has(call))
}

/** Each turn has what was said before, so it needs it. */
function isConversation(row: readonly Call[]): boolean {
  const tokens = row.map(({ record }) => numberIn(record.metadata, 'input_tokens'))
  return tokens[0] === 0 || tokens.every((one, i) => i === 0 || one > (tokens[i - 1] ?? 0))
}

/** Reads on from where the one before has ended: all pages are full but perhaps the last. */
function isPaging(row: readonly Call[]): boolean {
  if (row.length < 2) return false
  const results = row.map((call) => resultsOf(call) ?? 0)
  const [size = 0] = results
  const last = results.at(-1) ?? 0
  if (size <= 1 || !results.slice(0, -1).every((one) => one === size) || last > size) return false
  return row[0]?.scope.verb !== 'search' || last < size
}

function nameOf(call: Call): string {
  const { collection, model } = call.record.metadata ?? {}
  const detail = typeof collection === 'string' ? collection : model
  return `${call.scope.name} of ${call.scope.library}${typeof detail === 'string' ? ` (${detail})` : ''}`
}
