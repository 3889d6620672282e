import { createBrokenVectors } from './detectors/broken-vectors.ts'
import type { Cause } from './detectors/causes.ts'
import { createColdStart } from './detectors/cold-start.ts'
import { createConnections } from './detectors/connections.ts'
import type { Detector, Draft, Whole } from './detectors/detector.ts'
import { createDominant } from './detectors/dominant.ts'
import { createDurations } from './detectors/durations.ts'
import { createEmptyResults } from './detectors/empty-results.ts'
import { createFailing } from './detectors/failing.ts'
import { findingOf, passes, shareOf } from './detectors/finding.ts'
import { createGrowingPrompts } from './detectors/growing-prompts.ts'
import { createIdleReranking } from './detectors/idle-reranking.ts'
import { createLargeAnswers } from './detectors/large-answers.ts'
import { createLargeTopK } from './detectors/large-top-k.ts'
import { createManagement } from './detectors/management.ts'
import { createMismatchedVectors } from './detectors/mismatched-vectors.ts'
import { createNPlusOne } from './detectors/n-plus-one.ts'
import { createOutsideCalls } from './detectors/outside-calls.ts'
import { createPools } from './detectors/pools.ts'
import { createProcessTime } from './detectors/process-time.ts'
import { createRepeatedInputs } from './detectors/repeated-inputs.ts'
import { openRequest, timeLeft } from './detectors/request.ts'
import { createRetries } from './detectors/retries.ts'
import { createSequentialCalls } from './detectors/sequential-calls.ts'
import { createSingleEmbeddings } from './detectors/single-embeddings.ts'
import { createSlowSibling } from './detectors/slow-sibling.ts'
import type { Finding, RequestReport, RequestTimeReport } from './model.ts'
import { isSameRequest } from './same-request.ts'
import type { ScopeTotals } from './scopes.ts'
import { type CallTree, round } from './tree.ts'
import { createWeak, type Weak } from './weak.ts'

/**
 * All detectors, over requests or over what there is without. Each takes from a request the time that it accounts for, in
 * this order: what the process itself did, what went wrong, how it was connected, which calls were needless, and last
 * what is merely slow. So a moment is in one finding alone.
 */
export function createFindings(isRequests: boolean, weak: Weak = createWeak({})) {
  const process = createProcessTime()
  const detectors: readonly Detector[] = [
    ...[createFailing(), createRetries()],
    ...[createConnections(), createPools()],
    ...[createManagement(), createNPlusOne(), createSingleEmbeddings(), createRepeatedInputs()],
    ...[createIdleReranking(), createLargeTopK(), createLargeAnswers(), createSequentialCalls()],
    ...[
      createOutsideCalls(),
      createBrokenVectors(),
      createEmptyResults(weak),
      createMismatchedVectors(),
      createGrowingPrompts(),
      createColdStart(),
    ],
    ...[createSlowSibling(), createDominant()],
  ]
  const durations = createDurations()
  const paths = new Map<ScopeTotals, number>()
  let [requests, records, totalMs, ownMs, processMs] = [0, 0, 0, 0, 0]

  const whole = (measuredMs: number): Whole => ({
    ...{ requests, records, totalMs: measuredMs, isRequests, medianMs: durations.median() },
    pathMs: ({ ofScopes }: Cause) => [...ofScopes.keys()].reduce((sum, scope) => sum + (paths.get(scope) ?? 0), 0),
  })
  return {
    records: () => records,
    look(tree: CallTree): void {
      const request = openRequest(tree)
      const { weight, durationMs, calls } = request
      totalMs += durationMs * weight
      ownMs += request.ownLeftMs * weight
      // What touches no call, such as a health check, has time; but it is none of those that a cause could touch.
      if (calls.length > 0 || request.ownLeftMs >= 1) {
        const units = isRequests ? 1 : calls.filter(({ depth }) => depth === 0).length
        requests += units * weight
        records += units
        durations.add(durationMs, weight)
      }
      for (const call of calls) paths.set(call.scope, (paths.get(call.scope) ?? 0) + call.pathMs * weight)
      process.look(request)
      processMs += (durationMs - timeLeft(request)) * weight
      for (const detector of detectors) detector.look(request)
    },
    /** The findings, the largest share first, and the requests that they cite. */
    all(): { readonly findings: readonly Finding[]; readonly cited: readonly RequestReport[] } {
      const all = whole(totalMs)
      const held = process.findings(all, []).filter((draft) => passes(draft, all))
      const starved = held.find(({ kind }) => kind === 'starved')
      const passed: Draft[] = held.filter((draft) => draft !== starved)
      // What neighbours and short pauses take from all alike, is no part of what the causes share: they are looked for as if
      // the machine were at rest.
      const restMs = totalMs - processMs + passed.reduce((sum, { cause }) => sum + cause.ms, 0)
      const sums = whole(restMs)
      for (const detector of detectors)
        passed.push(...detector.findings(sums, passed).filter((draft) => passes(draft, sums)))
      const shared = starved === undefined ? sums : whole(restMs + starved.cause.ms)
      const shown = starved === undefined ? passed : withStarved(starved, passed, (draft) => passes(draft, shared))
      shown.sort((one, other) => shareOf(other, shared) - shareOf(one, shared) || (one.kind < other.kind ? -1 : 1))
      const cited = shown.flatMap(({ cause: { example } }) => example?.show?.() ?? [])
      return { findings: shown.map((draft) => findingOf(draft, shared)), cited: cited.filter(isFirst) }
    },
    /** Where the time of the requests went, by their critical paths. */
    time(): RequestTimeReport {
      const share = (ms: number) => Math.round((ms / Math.max(1e-9, totalMs)) * 1e4) / 1e4
      return {
        requests: Math.round(requests),
        total_ms: round(totalMs),
        p50_ms: round(durations.median()),
        parts: [...paths]
          .filter(([, ms]) => ms > 0)
          .sort(([a, one], [b, other]) => other - one || (a.name < b.name ? -1 : 1))
          .map(([{ name, library }, ms]) => ({ name, library, share: share(ms) })),
        outside_calls: share(ownMs),
      }
    },
  }
}

const lostTo = ({ ms, cause }: Draft) => ms ?? cause.ms

/**
 * Where a call is needless, and had no processor, either is enough to be rid of that time: what it made the call longer
 * counts half for each, so that both are seen, however starved the process is. The rest is the call's own: its service was
 * at work.
 */
function withStarved(starved: Draft, others: readonly Draft[], isEnough: (draft: Draft) => boolean): Draft[] {
  const late = starved.cause.ms > 0 ? lostTo(starved) / starved.cause.ms : 0
  let left = lostTo(starved)
  const shown = others.flatMap((draft) => {
    const metMs = draft.isTimed ? Math.min(left, draft.cause.starvedMs * late * 0.5) : 0
    const ownMs = draft.isTimed ? draft.cause.starvedMs * (1 - late) : 0
    const both = metMs + ownMs === 0 ? draft : { ...draft, ms: lostTo(draft) + metMs + ownMs }
    if (!isEnough(both)) return []
    left -= metMs
    return [both]
  })
  return [{ ...starved, ms: left }, ...shown]
}

const isFirst = (one: RequestReport, i: number, all: readonly RequestReport[]) =>
  all.findIndex((other) => isSameRequest(one, other)) === i
