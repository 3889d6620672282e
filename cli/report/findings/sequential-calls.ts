import { count, counted, ms } from '../../format.ts'
import { type Call, type CallTree, round } from '../tree.ts'
import type { Detector } from './detector.ts'
import { createByScope, groupBy, keepWorse, longestMs, toleranceMs } from './evidence.ts'
import { isSingleEmbedding } from './single-embeddings.ts'

/** Two calls in a row are most often one that needs the other. */
const leastCalls = 3
/** A saving of less is not worth a change. */
const leastSavesMs = 20

interface Tally {
  rows: number
  calls: number
  takenMs: number
  savesMs: number
  most: number
}

/** Calls of one scope that the same code makes one after another, where it might make them together. */
export function createSequentialCalls(): Detector {
  const scopes = createByScope<Tally>(() => ({
    ...{ rows: 0, calls: 0, takenMs: 0, savesMs: 0, most: 0 },
  }))

  const add = (row: readonly Call[], tree: CallTree) => {
    const [first] = row
    if (first === undefined || row.length < leastCalls) return
    const taken = row.reduce((sum, { record }) => sum + record.duration_ms, 0)
    const saves = taken - longestMs(row)
    if (saves < leastSavesMs) return
    const tally = scopes.of(first)
    tally.rows += first.weight
    tally.calls += row.length * first.weight
    tally.takenMs += taken * first.weight
    tally.savesMs += saves * first.weight
    tally.most = Math.max(tally.most, row.length)
    keepWorse(tally, saves, tree, first)
  }

  return {
    look(tree) {
      if (tree.traceId === undefined || tree.calls.length < leastCalls) return
      const calls = tree.calls.filter((call) => !isSingleEmbedding(call))
      const keyOf = ({ record }: Call) => `${record.parent_id} ${record.library} ${record.name}`
      for (const group of groupBy(calls, keyOf)) for (const row of rowsOf(group)) add(row, tree)
    },
    findings: () =>
      scopes.findings(({ name, library, tally: { rows, calls, takenMs, savesMs, most } }) => ({
        kind: 'sequential_calls',
        title: `${name} of ${library} is called several times in a row, each call waiting for the one before.`,
        evidence: [
          `${counted(rows, 'row')} of ${leastCalls} or more, ${counted(calls, 'call')} and ${ms(takenMs)} in all, up to ${count(most)} in a row`,
        ],
        advice:
          'They may be independent of each other: if no call needs what the one before it gave, make them together with ' +
          'Promise.all, or as one batch. If they are made together already, they wait in a queue or a pool that takes one ' +
          'at a time: raise its limit.',
        saves: `up to ${ms(savesMs)} of waiting, if they are independent`,
        saves_ms: round(savesMs),
      })),
  }
}

/** Calls that begin when the one before has ended; those that overlap end a row. */
function rowsOf(calls: readonly Call[]): Call[][] {
  const rows: Call[][] = []
  let last: Call | undefined
  for (const call of [...calls].sort((one, other) => one.startMs - other.startMs)) {
    const follows = last !== undefined && call.startMs >= last.endMs - toleranceMs
    if (follows) rows.at(-1)?.push(call)
    else rows.push([call])
    last = call
  }
  return rows
}
