import { count, counted } from '../../format.ts'
import { numberIn } from '../scopes.ts'
import type { Call } from '../tree.ts'
import { type Cause, createCauses } from './causes.ts'
import type { Detector, Draft } from './detector.ts'
import { allButLongest, groupBy, resultsOf, toleranceMs } from './evidence.ts'
import { take } from './request.ts'

/** As many as others take for it (perf-sentinel, Sentry): fewer may be so many different things. */
const leastCalls = 5

interface Tally {
  most: number
  /** Groups of as many calls as the search before them had results, and all. */
  matching: number
  groups: number
}

/** A search, and then one call for each of its results. */
export function createNPlusOne(): Detector {
  const causes = createCauses<Tally>(() => ({ most: 0, matching: 0, groups: 0 }))

  return {
    look(request) {
      if (request.calls.length <= leastCalls) return
      for (const group of groupBy(request.calls.filter(isSingle), keyOf)) {
        const [first] = group
        if (first === undefined || group.length < leastCalls) continue
        const sources = request.calls.filter(
          (call) => isSource(call) && !group.includes(call) && call.endMs <= first.startMs + toleranceMs,
        )
        if (sources.length === 0) continue
        const cause = causes.ofCall(first)
        for (const { call, ms } of allButLongest(group)) causes.add(cause, request, take(call, ms), call)
        if (cause === undefined) continue
        cause.tally.most = Math.max(cause.tally.most, group.length)
        cause.tally.groups += request.weight
        if (sources.some((call) => resultsOf(call) === group.length)) cause.tally.matching += request.weight
      }
    },
    findings: () => causes.all().map(draftOf),
  }
}

const keyOf = (call: Call) =>
  `${call.parent?.record.span_id} ${call.scope.library} ${call.scope.name} ${call.record.metadata?.collection ?? ''} ${call.record.metadata?.operation ?? ''}`

/** Reads one thing: a fetch by id, a statement with one row. */
function isSingle(call: Call): boolean {
  const { scope, record, children } = call
  if (record.error !== undefined || children.length > 0 || numberIn(record.metadata, 'batch_size') > 1) return false
  if (scope.verb !== 'fetch' && scope.verb !== 'query') return false
  const { operation } = record.metadata ?? {}
  if (typeof operation === 'string' && !/^(?:select|get|hget|hgetall|json\.get|find|findone|match)/i.test(operation))
    return false
  return (resultsOf(call) ?? 1) <= 1
}

const isSource = ({ scope }: Call) => /^(?:search|retrieve|query|fetch)$/.test(scope.verb)

function draftOf(cause: Cause & { tally: Tally }): Draft {
  const { subject, calls, requests, tally } = cause
  const perRequest = calls / requests + tally.groups / requests
  return {
    ...{
      kind: 'n_plus_one',
      confidence: tally.matching >= tally.groups / 2 ? 'direct' : 'heuristic',
      cause,
      isTimed: true,
    },
    title: `After a search, ${subject.library} reads its results one by one.`,
    evidence: [
      `${counted(requests, 'request')} made ${count(perRequest)} calls of ${subject.name} on average, up to ${count(tally.most)}, each for one thing`,
      tally.matching > 0 &&
        `in ${count(tally.matching)} of ${count(tally.groups)} there were as many as the search had results`,
    ],
    advice:
      'Read them in one call: a fetch takes many ids, a statement `WHERE id = ANY($1)`; or have the search return what is needed.',
  }
}
