import type { Profile } from './read.ts'

/** V8 hands some samples over late; of a file with millions of those the rest stays as it is. */
const mostMoves = 50_000_000

/**
 * The time of each node by its samples, and the samples that were counted. A sample stands for the time until the next, as
 * in DevTools, the last one at most for the longest of the others.
 */
export function slicesOf({ nodes, samples, deltasUs, startUs, endUs }: Profile, fromUs: number) {
  const selfUs = new Float64Array(nodes.length)
  const { taken, timesUs } = inOrder(samples, deltasUs, startUs)
  let count = 0
  let longestUs = deltasUs[0] ?? 0
  for (const [i, node] of taken.entries()) {
    const begin = timesUs[i] ?? 0
    const next = timesUs[i + 1] ?? Math.min(Math.max(begin, endUs), begin + longestUs)
    const us = Math.max(0, next - Math.max(begin, fromUs))
    longestUs = Math.max(longestUs, us)
    if (node < 0 || us === 0) continue
    selfUs[node] = (selfUs[node] ?? 0) + us
    count++
  }
  return { selfUs, count }
}

function inOrder(samples: Int32Array, deltasUs: Int32Array, startUs: number) {
  const length = Math.min(samples.length, deltasUs.length)
  const taken = samples.slice(0, length)
  const timesUs = new Float64Array(length)
  let [us, moves] = [startUs, 0]
  for (let i = 0; i < length; i++) {
    us += deltasUs[i] ?? 0
    const node = taken[i] ?? 0
    let to = i
    for (; to > 0 && (timesUs[to - 1] ?? 0) > us && moves < mostMoves; to--, moves++) {
      timesUs[to] = timesUs[to - 1] ?? 0
      taken[to] = taken[to - 1] ?? 0
    }
    timesUs[to] = us
    taken[to] = node
  }
  return { taken, timesUs }
}
