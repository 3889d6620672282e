import type { Item, Metric } from '../model.ts'

/** A query's true neighbours. */
export interface Neighbours {
  /** Nearest first; of equal scores the earlier document. */
  readonly ids: readonly string[]
  /** `cosine` and `dot` higher is nearer, `euclidean` lower. */
  readonly scores: readonly number[]
  /** Further documents that are as near as the last of `ids`: they count as found, too. */
  readonly tied: readonly string[]
}

/** Documents of a block, which stays in the processor's cache while all queries pass it. */
const blockRows = 256

/** Scores that differ by less are equal: stores compute in 32 bits, and in another order. */
const tolerance = 1e-6

/** The k nearest documents of each query, by looking at all. Every item must have a vector, all of one length. */
export function exactNeighbours(
  documents: readonly Item[],
  queries: readonly Item[],
  k: number,
  metric: Metric,
): Neighbours[] {
  const dimensions = documents[0]?.vector?.length ?? 0
  const heaps = queries.map(() => createNearest(k))
  const vectors = queries.map(({ vector = [] }) => Float64Array.from(vector))
  const lengths = metric === 'cosine' ? queries.map(lengthOf) : []
  const block = new Float64Array(blockRows * dimensions)
  for (let from = 0; from < documents.length; from += blockRows) {
    const rows = Math.min(blockRows, documents.length - from)
    const sizes = new Float64Array(rows)
    for (let i = 0; i < rows; i++) {
      const document = documents[from + i] as Item
      block.set(document.vector ?? [], i * dimensions)
      if (metric === 'cosine') sizes[i] = lengthOf(document)
    }
    for (const [q, vector] of vectors.entries()) {
      const heap = heaps[q] as Nearest
      for (let i = 0; i < rows; i++) {
        const sum = metric === 'euclidean' ? squared(block, i * dimensions, vector) : dot(block, i * dimensions, vector)
        const size = (lengths[q] ?? 0) * (sizes[i] ?? 0)
        // A vector of zeros has no direction: it is like nothing.
        heap.add(from + i, metric === 'euclidean' ? -sum : metric === 'dot' ? sum : size === 0 ? 0 : sum / size)
      }
    }
  }
  return heaps.map((heap) => {
    const { first, tied } = heap.end()
    const idOf = (index: number) => documents[index]?.id ?? ''
    return {
      ids: first.map(({ index }) => idOf(index)),
      scores: first.map(({ nearness }) => (metric === 'euclidean' ? Math.sqrt(-nearness) : nearness)),
      tied: tied.map(({ index }) => idOf(index)),
    }
  })
}

const lengthOf = ({ vector = new Float32Array() }: Item) => {
  let sum = 0
  for (let i = 0; i < vector.length; i++) sum += (vector[i] as number) ** 2
  return Math.sqrt(sum)
}

function dot(block: Float64Array, at: number, vector: Float64Array): number {
  let sum = 0
  for (let i = 0; i < vector.length; i++) sum += (block[at + i] as number) * (vector[i] as number)
  return sum
}

function squared(block: Float64Array, at: number, vector: Float64Array): number {
  let sum = 0
  for (let i = 0; i < vector.length; i++) {
    const off = (block[at + i] as number) - (vector[i] as number)
    sum += off * off
  }
  return sum
}

interface Near {
  readonly index: number
  /** Higher is nearer. */
  readonly nearness: number
}
type Nearest = ReturnType<typeof createNearest>

/** The k nearest so far, and what is as near as the last of them; documents come in their order. */
function createNearest(k: number) {
  let kept: Near[] = []
  let least = Number.NEGATIVE_INFINITY
  /** Sorted when there are so many. */
  let bound = 2 * k + 64
  const settle = () => {
    kept.sort((a, b) => b.nearness - a.nearness || a.index - b.index)
    const last = kept[k - 1]?.nearness ?? Number.NEGATIVE_INFINITY
    least = last - tolerance * Math.abs(last)
    kept = kept.filter(({ nearness }) => nearness >= least)
  }
  return {
    add(index: number, nearness: number): void {
      if (nearness < least) return
      kept.push({ index, nearness })
      if (kept.length >= bound) {
        settle()
        bound = Math.max(2 * k + 64, 2 * kept.length)
      }
    },
    end() {
      settle()
      return { first: kept.slice(0, k), tied: kept.slice(k) }
    },
  }
}
