import { library } from '../support/library.ts'
import { eachManaged } from '../support/managed.ts'

const near = { top_score: 0, score_kind: 'distance' }

library({
  name: 'usearch',
  module: 'usearch',
  packages: ['current'],
  imports: [
    ['{ Index, exactSearch, MetricKind }', 'usearch'],
    ['* as all', 'usearch'],
  ],
  setUp: () => `
    const index = new Index(3, 'cos')
    const shown = ({ keys, counts }) => [Array.from(keys, String), counts && Array.from(counts, String)]`,
  shapes: ['Index', 'Index.prototype', 'index', 'exactSearch', 'Object.keys(all)', 'all.default'],
  fails: `(async () => index.search([[1, 2, 3]], -1))()`,
  many: `index.search(Float32Array.of(i, 1, 2), 1 + (i % 3))`,
  calls: [
    {
      it: 'records what writes vectors, one or many',
      body: `
        print(typeof index.add(1n, Float32Array.of(1, 2, 3)))
        print(typeof index.add([2n, 3n], [[4, 5, 6], [7, 8, 1]]))
        print(typeof index.add(BigUint64Array.of(4n, 5n), Float32Array.of(1, 0, 0, 0, 1, 0)))
        print(index.size())`,
      records: [1, 2, 2].map((batch_size) => ({ scope: 'vector_store.upsert', batch_size, dimensions: 3 })),
    },
    {
      it: 'records a search by one vector and by several with what they found',
      body: `
        print(shown(index.search(Float32Array.of(1, 2, 3), 2)))
        print(shown(index.search([[1, 2, 3], [3, 2, 1]], 9)))`,
      records: [
        {
          scope: 'vector_store.search',
          batch_size: 1,
          dimensions: 3,
          top_k: 2,
          results: 2,
          ...near,
          last_score: 'score',
        },
        { scope: 'vector_store.search', batch_size: 2, dimensions: 3, top_k: 9, results: 10 },
      ],
    },
    {
      it: 'records an exact search, however it is reached',
      body: `
        print(shown(exactSearch([[1, 2], [3, 4], [5, 6]], [[1, 2]], 2, 2, MetricKind.L2sq)))
        print(shown(all.default.exactSearch(Float32Array.of(1, 2, 3, 4), Float32Array.of(1, 2, 2, 2), 2, 1, MetricKind.IP)))`,
      records: [
        {
          scope: 'vector_store.search',
          batch_size: 1,
          candidates: 3,
          dimensions: 2,
          top_k: 2,
          results: 2,
          ...near,
          last_score: 8,
        },
        { scope: 'vector_store.search', batch_size: 2, candidates: 2, dimensions: 2, top_k: 1, results: 2 },
      ],
    },
    {
      it: 'records what removes vectors',
      body: `print([index.remove(4n), index.remove([5n, 9n])])`,
      records: [
        { scope: 'vector_store.delete', batch_size: 1, results: 1 },
        { scope: 'vector_store.delete', batch_size: 2, results: 1 },
      ],
    },
    {
      it: 'records what saves and loads a whole index',
      body: `
        print(typeof index.save('private.usearch'))
        for (const way of ['load', 'view']) {
          const other = new Index(3, 'cos')
          print(typeof other[way]('private.usearch'))
          print(other.size())
        }`,
      records: eachManaged('save load view'),
    },
  ],
})
