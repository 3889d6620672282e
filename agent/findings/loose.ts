import { toleranceMs } from './detectors/evidence.ts'
import { type Call, type CallTree, treeOf, type Weighted } from './tree.ts'

/** Calls of no request that follow each other in one thread with no more between them are one piece of work. */
const mostGapMs = 20
const mostRows = 1000
const mostCalls = 200

interface Row {
  readonly trees: CallTree[]
  calls: number
  /** The end of the last, in Unix milliseconds. */
  until: number
}

/** Puts calls of no request together that one piece of code seems to make one after another; parallel ones stay alone. */
export function createLoose(take: (tree: CallTree) => void, most = mostCalls) {
  const rows = new Map<string, Row>()

  const finish = ({ trees }: Row) => {
    const [first] = trees
    if (first !== undefined) take(trees.length === 1 ? first : together(trees))
  }
  return {
    add(tree: CallTree): void {
      const { pid, thread_id } = tree.calls[0]?.record ?? {}
      const key = `${pid} ${thread_id}`
      const row = rows.get(key)
      const from = tree.from * 1000
      const until = from + tree.durationMs
      const gapMs = row === undefined ? Number.NaN : from - row.until
      if (row !== undefined && gapMs >= -toleranceMs && gapMs <= mostGapMs && row.calls < most) {
        row.trees.push(tree)
        row.calls += tree.calls.length
        row.until = until
        return
      }
      if (row !== undefined) finish(row)
      if (row === undefined && rows.size >= mostRows) take(tree)
      else rows.set(key, { trees: [tree], calls: tree.calls.length, until })
    },
    end(): void {
      for (const row of rows.values()) finish(row)
      rows.clear()
    },
  }
}

/** One tree of several: ids are those of each, which differ where there are any. */
function together(trees: readonly CallTree[]): CallTree {
  const all: Weighted[] = trees.flatMap(({ calls }) => calls as readonly Call[])
  return { ...treeOf(all, 0), traceId: trees[0]?.traceId, isRequest: false }
}
