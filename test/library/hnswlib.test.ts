import { library } from '../support/library.ts'
import { eachManaged, managed } from '../support/managed.ts'

const added = { scope: 'vector_store.upsert', batch_size: 1, dimensions: 3 }
const apart = (top_score: unknown, last_score: unknown) => ({ top_score, last_score, score_kind: 'distance' })

// An index is no shape: it has the wrappers itself, since the prototype can't be changed. V8's own messages name an
// object by its constructor, which with `new` is a Proxy: of an assignment's error only the class is compared.
library({
  name: 'hnswlib',
  module: 'hnswlib-node',
  packages: ['compiled'],
  imports: [
    ['hnsw', 'hnswlib-node'],
    ['{ inspect }', 'node:util'],
  ],
  setUp: () => `
    const { HierarchicalNSW, BruteforceSearch, L2Space } = hnsw
    const index = new HierarchicalNSW('l2', 3)
    index.initIndex({ maxElements: 100, allowReplaceDeleted: true })
    const flat = new BruteforceSearch('cosine', 3)
    flat.initIndex(100)
    for (let i = 0; i < 5; i++) for (const one of [index, flat]) one.addPoint([i, 1, 2], i)
    const error = (call) => { try { return call() } catch ({ constructor, message }) { return [constructor.name, message] } }`,
  shapes: [
    'HierarchicalNSW',
    'HierarchicalNSW.prototype',
    'BruteforceSearch',
    'BruteforceSearch.prototype',
    'index.searchKnn',
    'index.readIndex',
  ],
  fails: `(async () => index.searchKnn([1], 2))()`,
  many: `index.searchKnn([i, 1, 2], 1 + (i % 3))`,
  calls: [
    {
      it: 'records a search with what it found, in either index',
      body: `
        index.setEf(40)
        print(index.searchKnn([1, 2, 3], 3))
        print(index.searchKnn([1, 2, 3], 3, (label) => label === 2))
        print(flat.searchKnn([1, 2, 3], 4))`,
      records: [
        {
          scope: 'vector_store.search',
          dimensions: 3,
          top_k: 3,
          filtered: false,
          results: 3,
          candidates: 40,
          ...apart('score', 'score'),
        },
        {
          scope: 'vector_store.search',
          dimensions: 3,
          top_k: 3,
          filtered: true,
          results: 1,
          candidates: 40,
          ...apart(3, 3),
        },
        {
          scope: 'vector_store.search',
          dimensions: 3,
          top_k: 4,
          filtered: false,
          results: 4,
          ...apart('score', 'score'),
        },
      ],
    },
    {
      it: 'records what writes, reads and deletes points',
      body: `
        print([index.addPoint([7, 8, 9], 7), flat.addPoint([7, 8, 9], 7)])
        print([index.getPoint(7), index.getIdsList().sort()])
        print([index.markDelete(7), flat.removePoint(7), index.unmarkDelete(7), index.resizeIndex(200)])
        print([index.getCurrentCount(), flat.getCurrentCount(), index.getMaxElements()])`,
      records: [
        added,
        added,
        { scope: 'vector_store.fetch', batch_size: 1, dimensions: 3 },
        { scope: 'vector_store.fetch', results: 6 },
        { scope: 'vector_store.delete', batch_size: 1 },
        { scope: 'vector_store.delete', batch_size: 1 },
        { scope: 'database.query', operation: 'unmark_delete' },
        managed('resize_index'),
      ],
    },
    {
      it: 'records what writes and reads a whole index, waiting or not',
      body: `
        for (const one of [index, flat]) {
          print(await one.writeIndex('private.dat'))
          const other = new one.constructor('l2', 3)
          print(await other.readIndex('private.dat'))
          print(other.getCurrentCount())
          one.writeIndexSync('private.dat')
          print(typeof other.readIndexSync('private.dat'))
        }
        print(await index.readIndex('private gone').catch(({ message }) => message))`,
      records: [
        ...eachManaged('write_index read_index write_index read_index'),
        ...eachManaged('write_index read_index write_index read_index'),
        managed('read_index', { error: 'Error' }),
      ],
    },
    {
      it: 'keeps its objects as they are, in all but own names that nothing lists',
      body: `
        const listed = []
        for (const key in index) listed.push(key)
        print([listed, Object.keys(index), Object.entries({ ...index }), JSON.stringify(index), String(index)])
        print([index instanceof HierarchicalNSW, index.constructor === HierarchicalNSW, flat instanceof HierarchicalNSW])
        print(Object.getPrototypeOf(index) === HierarchicalNSW.prototype)
        print([index.searchKnn === new HierarchicalNSW('l2', 3).searchKnn, index.searchKnn === flat.searchKnn])
        print(error(() => { 'use strict'; index.searchKnn = () => 1 })[0])
        print([error(() => HierarchicalNSW('l2', 3)), error(() => new HierarchicalNSW('private', 3)), error(() => index.searchKnn())])
        print([error(() => index.searchKnn.call({}, [1, 2, 3], 1)), new L2Space(3).distance([1, 2, 3], [1, 2, 4])])
        print([inspect(index), inspect({ index })])`,
      records: [
        { scope: 'vector_store.search', filtered: false, error: 'Error' },
        { scope: 'vector_store.search', dimensions: 3, top_k: 1, filtered: false, error: 'TypeError' },
      ],
    },
    {
      it: 'records a search of a subclass once, however it is overridden',
      body: `
        class Same extends HierarchicalNSW {}
        class Over extends HierarchicalNSW { searchKnn(...args) { return super.searchKnn(...args) } }
        class Field extends HierarchicalNSW { searchKnn = (...args) => HierarchicalNSW.prototype.searchKnn.apply(this, args) }
        for (const Index of [Same, Over, Field]) {
          const own = new Index('l2', 3)
          own.initIndex(2)
          await undefined
          print([own.searchKnn([1, 2, 3], 1), own.searchKnn.name, own instanceof Index, own instanceof HierarchicalNSW])
        }`,
      records: [1, 2, 3].flatMap(() => [
        managed('init_index'),
        {
          scope: 'vector_store.search',
          dimensions: 3,
          top_k: 1,
          filtered: false,
          results: 0,
          candidates: 10,
        },
      ]),
    },
  ],
})
