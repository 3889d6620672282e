import { type ScopeTotals, selfMsOf } from '../../agent/findings/scopes.ts'
import { type Call, type CallTree, round } from '../../agent/findings/tree.ts'
import type { Frame } from './model.ts'

const mostFrames = 2000
const mostDepth = 50

interface Node {
  readonly name: string
  readonly library: string
  calls: number
  totalMs: number
  selfMs: number
  readonly children: Map<ScopeTotals, Node>
}

/** Lays requests on top of each other: the same scope under the same scopes is one frame. */
export function createFlame() {
  const root = nodeOf('requests', '')
  let frames = 0
  let leftOut = 0

  const add = (call: Call, parent: Node, depth: number) => {
    const { record, scope, weight } = call
    let node = parent.children.get(scope)
    if (node === undefined) {
      if (frames >= mostFrames || depth >= mostDepth) {
        leftOut++
        return
      }
      frames++
      node = nodeOf(scope.name, scope.library)
      parent.children.set(scope, node)
    }
    node.calls += weight
    node.totalMs += record.duration_ms * weight
    node.selfMs += selfMsOf(record) * weight
    for (const child of call.children) add(child, node, depth + 1)
  }
  return {
    /** Calls beyond the frames that are kept. */
    leftOut: () => leftOut,
    add({ calls }: CallTree): void {
      root.calls += calls[0]?.weight ?? 0
      for (const call of calls) if (call.depth === 0) add(call, root, 0)
    },
    frame(): Frame {
      root.totalMs = [...root.children.values()].reduce((sum, { totalMs }) => sum + totalMs, 0)
      return frameOf(root)
    },
  }
}

const nodeOf = (name: string, library: string): Node => ({
  ...{ name, library, calls: 0, totalMs: 0, selfMs: 0 },
  children: new Map(),
})

function frameOf({ name, library, calls, totalMs, selfMs, children }: Node): Frame {
  return {
    ...{ name, library, calls: Math.round(calls), total_ms: round(totalMs), self_ms: round(selfMs) },
    children: [...children.values()].sort((a, b) => b.totalMs - a.totalMs).map(frameOf),
  }
}
