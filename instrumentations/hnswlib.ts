import type { Instrumentation } from '../agent/model.ts'
import { scoresAt } from './shared/scores.ts'

const search = {
  dimensions: 'args.0.length',
  top_k: 'args.1',
  filtered: 'is(args.2)',
  results: 'result.neighbors.length',
  ...scoresAt('result.distances.0', 'result.distances.-1', 'distance'),
}
const command = (operation: string) => ({
  scope: 'query',
  target: 'database',
  metadata: { operation: `'${operation}'` },
})
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
        readIndex: command('read_index'),
        readIndexSync: command('read_index'),
        writeIndex: command('write_index'),
        writeIndexSync: command('write_index'),
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
        resizeIndex: command('resize_index'),
      },
    },
    { at: 'BruteforceSearch.new', methods: { searchKnn: { scope: 'search', metadata: search }, removePoint: remove } },
  ],
} satisfies Instrumentation
