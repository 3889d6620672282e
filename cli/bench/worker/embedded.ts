import type { Embedder } from '../adapters/adapter.ts'
import { batches } from '../adapters/adapter.ts'
import type { Item, Query } from '../model.ts'
import { exactNeighbours } from '../workload/exact.ts'
import type { Answers, Job } from './protocol.ts'

const mostDocuments = 1000
const mostQueries = 200

/** What queries find among documents by the vectors that this model gives both: exact, so that the model alone is judged. */
export async function embedAnswers(
  embedder: Embedder,
  size: number,
  documents: readonly Item[],
  queries: readonly Query[],
  { k, metric }: Job,
): Promise<Answers> {
  const embedded = async (items: readonly Item[], most: number): Promise<Item[]> => {
    const withText = items.filter(({ text }) => text).slice(0, most)
    const all: Item[] = []
    for (const part of batches(withText, size)) {
      const vectors = await embedder.embed(part.map(({ text }) => text as string))
      for (const [i, { id }] of part.entries()) all.push({ id, vector: Float32Array.from(vectors[i] ?? []) })
    }
    return all
  }
  const stored = await embedded(documents, mostDocuments)
  if (stored.length === 0) return new Map()
  const asked = await embedded(queries, mostQueries)
  const found = exactNeighbours(stored, asked, k, metric)
  return new Map(
    asked.map(({ id }, i) => [id, (found[i]?.ids ?? []).map((one, rank) => ({ id: one, ...scoreAt(found[i], rank) }))]),
  )
}

const scoreAt = (found: { readonly scores: readonly number[] } | undefined, rank: number) => {
  const score = found?.scores[rank]
  return score === undefined ? {} : { score }
}
