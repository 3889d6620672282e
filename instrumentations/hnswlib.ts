import type { Call, Instrumentation, Read } from '../agent/model.ts'

const one = () => 1
const search: Record<string, Read> = {
  dimensions: 'args.0.length',
  top_k: 'args.1',
  filtered: ({ args }) => typeof args[2] === 'function',
  results: 'result.neighbors.length',
}
/** An index that has nothing in it yet throws instead of telling. */
const ef = ({ self, result, ask }: Call) => (result ? ask(self, 'getEf') : undefined)
const commands = {
  readIndex: 'read_index',
  readIndexSync: 'read_index',
  writeIndex: 'write_index',
  writeIndexSync: 'write_index',
}
/** Its prototypes can't be changed, but its objects can. */
const both = (type: string) => [
  {
    at: `${type}.new.addPoint`,
    scope: 'upsert',
    metadata: { batch_size: one, dimensions: 'args.0.length' },
  },
  ...Object.entries(commands).map(([name, operation]) => command(`${type}.new.${name}`, operation)),
]
const command = (at: string, operation: string) => ({
  at,
  scope: 'query',
  target: 'database',
  metadata: { operation: () => operation },
})

export default {
  name: 'hnswlib',
  module: 'hnswlib-node',
  versions: '>=3 <4',
  target: 'vector_store',
  system: { db: 'hnswlib', local: true },
  observe: 'chain',
  methods: [
    ...both('HierarchicalNSW'),
    ...both('BruteforceSearch'),
    { at: 'HierarchicalNSW.new.searchKnn', scope: 'search', metadata: { ...search, candidates: ef } },
    { at: 'BruteforceSearch.new.searchKnn', scope: 'search', metadata: search },
    { at: 'HierarchicalNSW.new.markDelete', scope: 'delete', metadata: { batch_size: one } },
    { at: 'BruteforceSearch.new.removePoint', scope: 'delete', metadata: { batch_size: one } },
    { at: 'HierarchicalNSW.new.getPoint', scope: 'fetch', metadata: { batch_size: one, dimensions: 'result.length' } },
    { at: 'HierarchicalNSW.new.getIdsList', scope: 'fetch', metadata: { results: 'result.length' } },
    command('HierarchicalNSW.new.unmarkDelete', 'unmark_delete'),
    command('HierarchicalNSW.new.resizeIndex', 'resize_index'),
  ],
} satisfies Instrumentation
