import { randomOf } from '../../random.ts'
import type { Item, Workload } from '../model.ts'

export interface Generated {
  readonly count: number
  readonly dimensions: number
  readonly clusters: number
  /** 200 unless told. */
  readonly queries?: number
  /** 1 unless told. */
  readonly seed?: number
}

/** Of the numbers around a centre, in all dimensions together: clusters that lie close, and touch. */
const spread = 0.6

/**
 * Vectors around the centres of clusters, which lie on the unit sphere; queries are drawn as the documents are. The same in
 * each run, on each machine.
 */
export function generate(described: Generated): Pick<Workload, 'documents' | 'queries'> {
  const { count, dimensions, clusters, queries = 200, seed = 1 } = described
  const random = randomOf(seed)
  const gaussian = gaussianOf(random)
  const centres = Array.from({ length: clusters }, () => unit(Float64Array.from({ length: dimensions }, gaussian)))
  const deviation = spread / Math.sqrt(dimensions)
  const vectors = (length: number): Item[] => {
    const numbers = new Float32Array(length * dimensions)
    return Array.from({ length }, (_, i) => {
      const centre = centres[Math.floor(random() * clusters)]
      const vector = numbers.subarray(i * dimensions, (i + 1) * dimensions)
      for (let j = 0; j < dimensions; j++) vector[j] = (centre?.[j] ?? 0) + deviation * gaussian()
      return { id: `${i}`, vector }
    })
  }
  return { documents: vectors(count), queries: vectors(queries) }
}

/**
 * The sum of twelve uniform numbers, which has a deviation of 1. It takes sums alone: the last digit of a logarithm or a
 * cosine, as other ways take them, is that of the engine.
 */
function gaussianOf(random: () => number): () => number {
  return () => {
    let sum = 0
    for (let i = 0; i < 6; i++) {
      const bits = Math.floor(random() * 2 ** 32)
      sum += (bits >>> 16) + (bits & 0xffff)
    }
    return (sum + 6) / 2 ** 16 - 6
  }
}

function unit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(vector.reduce((sum, one) => sum + one * one, 0))
  return length === 0 ? vector : vector.map((one) => one / length)
}
