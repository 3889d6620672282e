import type { Call, Instrumentation, Read } from '../agent/model.ts'
import { listOf, numberOf } from './shared/kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: vectors come as rows or in one typed array, keys as one or many
type Any = any

const dimensionsOf = ({ self, ask }: Call) => numberOf(ask(self, 'dimensions'))
const rowsOf = (vectors: Any, dimensions: number | undefined) =>
  Array.isArray(vectors) ? vectors.length : (numberOf(vectors?.length) ?? 0) / (dimensions ?? 0)
const sum = (counts: Any) =>
  Array.from(ArrayBuffer.isView(counts) ? (counts as Any) : listOf(counts), (one) => numberOf(one) ?? 0).reduce(
    (all, count) => all + count,
    0,
  )
/** Of one query its matches, of several what was found for each. */
const found = ({ result }: Call) => {
  const { keys, counts } = (result ?? {}) as Any
  return counts === undefined ? keys?.length : sum(counts)
}
const query = (operation: string) => ({
  at: `Index.prototype.${operation}`,
  scope: 'query',
  target: 'database',
  metadata: { operation: () => operation },
})
/** One number, or one for each key. */
const deleted: Read = ({ result }) => (typeof result === 'object' && result !== null ? sum(result) : numberOf(result))

export default {
  name: 'usearch',
  module: 'usearch',
  versions: '>=2.26 <3',
  target: 'vector_store',
  system: { db: 'usearch', local: true },
  methods: [
    {
      at: 'Index.prototype.search',
      scope: 'search',
      metadata: {
        batch_size: (call) => rowsOf(call.args[0], dimensionsOf(call)),
        dimensions: dimensionsOf,
        top_k: 'args.1',
        results: found,
      },
    },
    {
      at: 'exactSearch',
      scope: 'search',
      metadata: {
        batch_size: ({ args }) => rowsOf(args[1], numberOf(args[2])),
        candidates: ({ args }) => rowsOf(args[0], numberOf(args[2])),
        dimensions: ({ args }) => numberOf(args[2]),
        top_k: ({ args }) => numberOf(args[3]),
        results: found,
      },
    },
    {
      at: 'Index.prototype.add',
      scope: 'upsert',
      metadata: { batch_size: (call) => rowsOf(call.args[1], dimensionsOf(call)), dimensions: dimensionsOf },
    },
    {
      at: 'Index.prototype.remove',
      scope: 'delete',
      metadata: { batch_size: 'count(args.0)', results: deleted },
    },
    ...['save', 'load', 'view'].map(query),
  ],
} satisfies Instrumentation
