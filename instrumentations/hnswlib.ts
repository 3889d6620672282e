import type { Instrumentation } from '../agent/model.ts'
import { command } from './shared/operations.ts'
import { scoresAt } from './shared/scores.ts'

const search = {
  dimensions: 'args.0.length',
  top_k: 'args.1',
  filtered: 'is(args.2)',
  results: 'result.neighbors.length',
  ...scoresAt('result.distances.0', 'result.distances.-1', 'distance'),
}
const remove = { scope: 'delete', metadata: { batch_size: 1 } }

export default {
  name: 'hnswlib',
  module: 'hnswlib-node',
  versions: '>=3 <4',
  target: 'vector_store',
  system: { db: 'hnswlib', local: true },
  observe: 'chain',
  // Their prototypes can't be changed, but their objects can.
  classes: [
    {
      at: ['HierarchicalNSW.new', 'BruteforceSearch.new'],
      methods: {
        addPoint: { scope: 'upsert', metadata: { batch_size: 1, dimensions: 'args.0.length' } },
      },
      manages: {
        ...{ initIndex: 'init_index', readIndex: 'read_index', readIndexSync: 'read_index' },
        ...{ writeIndex: 'write_index', writeIndexSync: 'write_index' },
      },
    },
    {
      at: 'HierarchicalNSW.new',
      methods: {
        // An index that has nothing in it yet throws instead of telling.
        searchKnn: { scope: 'search', metadata: { ...search, candidates: 'result && this.getEf()' } },
        markDelete: remove,
        getPoint: { scope: 'fetch', metadata: { batch_size: 1, dimensions: 'result.length' } },
        getIdsList: { scope: 'fetch', metadata: { results: 'result.length' } },
        unmarkDelete: command('unmark_delete'),
      },
      manages: 'resizeIndex',
    },
    { at: 'BruteforceSearch.new', methods: { searchKnn: { scope: 'search', metadata: search }, removePoint: remove } },
  ],
} satisfies Instrumentation
