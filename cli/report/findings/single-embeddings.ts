import { count, counted, ms } from '../../format.ts'
import { numberIn } from '../scopes.ts'
import { type Call, type CallTree, round } from '../tree.ts'
import type { Detector } from './detector.ts'
import { coveredMs, createByScope, groupBy, holds, isEmbedding, keepWorse, longestMs, toleranceMs } from './evidence.ts'

/** Fewer calls of one text are no pattern. */
const leastInRequest = 3
/** Without traces: as many, one after another in one thread with no more than this between them. */
const mostGapMs = 20
/** One for each model in each thread. */
const mostRows = 1000

interface Tally {
  /** Requests, or rows of calls; weighted, like all else. */
  groups: number
  calls: number
  savesMs: number
  most: number
  isTraced: boolean
}

/** Calls of one text, of one request or one after another. */
interface Row {
  readonly first: Call
  readonly tree: CallTree
  calls: number
  /** The time in which one of them at least was under way. */
  coveredMs: number
  longestMs: number
  /** The end of the last, in Unix milliseconds; of those of no request. */
  until: number
}

/** Texts that are embedded one by one where one call could take them all. */
export function createSingleEmbeddings(): Detector {
  const scopes = createByScope<Tally>(() => ({
    ...{ groups: 0, calls: 0, savesMs: 0, most: 0 },
    isTraced: false,
  }))
  const rows = new Map<string, Row>()

  const add = ({ first, tree, calls, coveredMs, longestMs }: Row) => {
    if (calls < leastInRequest) return
    const tally = scopes.of(first)
    const saves = Math.max(0, coveredMs - longestMs)
    tally.groups += first.weight
    tally.calls += calls * first.weight
    tally.savesMs += saves * first.weight
    tally.most = Math.max(tally.most, calls)
    tally.isTraced ||= tree.traceId !== undefined
    keepWorse(tally, saves, tree, first)
  }
  const addLoose = (call: Call, tree: CallTree) => {
    const { pid, thread_id, timestamp, duration_ms } = call.record
    const key = `${pid} ${thread_id} ${keyOf(call)}`
    const row = rows.get(key)
    const gapMs = row === undefined ? Infinity : timestamp * 1000 - row.until
    const until = timestamp * 1000 + duration_ms
    if (row !== undefined && gapMs >= -toleranceMs && gapMs <= mostGapMs) {
      row.calls++
      row.coveredMs += duration_ms
      row.longestMs = Math.max(row.longestMs, duration_ms)
      row.until = until
      return
    }
    if (row !== undefined) add(row)
    if (row !== undefined || rows.size < mostRows)
      rows.set(key, { first: call, tree, calls: 1, coveredMs: duration_ms, longestMs: duration_ms, until })
  }

  return {
    look(tree) {
      const single = tree.calls.filter((call) => isSingleEmbedding(call) && !holds(call, isEmbedding))
      if (tree.traceId === undefined) {
        for (const call of single) addLoose(call, tree)
        return
      }
      for (const calls of groupBy(single, keyOf)) {
        const [first] = calls
        const times = { coveredMs: coveredMs(calls), longestMs: longestMs(calls), until: 0 }
        if (first !== undefined) add({ first, tree, calls: calls.length, ...times })
      }
    },
    findings() {
      for (const row of rows.values()) add(row)
      rows.clear()
      return scopes.findings(({ library, tally: { groups, calls, savesMs, most, isTraced } }) => {
        const all = `${counted(calls, 'embedding call')} of one text each`
        return {
          kind: 'single_embeddings',
          title: `${library} embeds texts one by one where one call could take them together.`,
          evidence: [
            isTraced
              ? `${counted(groups, 'request')} made ${all}, up to ${count(most)} in one`
              : `${all} came one right after another, up to ${count(most)} in a row`,
          ],
          advice:
            'Collect the texts and pass them as one array: embedding services take many inputs in a call, at nearly the ' +
            'time of one.',
          saves: `${savesMs < 1 ? '' : `up to ${ms(savesMs)} of waiting, and `}${counted(calls - groups, 'call')}`,
          saves_ms: round(savesMs),
        }
      })
    },
  }
}

/** A call that embeds one text; what does not say how many is taken for one. */
export const isSingleEmbedding = (call: Call) =>
  isEmbedding(call) && numberIn(call.record.metadata, 'batch_size') <= 1 && call.record.error === undefined

const keyOf = ({ record }: Call) => `${record.library} ${record.name} ${record.metadata?.model ?? ''}`
