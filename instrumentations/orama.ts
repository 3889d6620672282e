import type { Call, Instrumentation, Read } from '../agent/model.ts'
import { numberOf } from './shared/kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: parameters are read by shape
type Any = any

const one = () => 1
const full: Record<string, Read> = {
  top_k: 'args.1.limit',
  filtered: ({ args }) => Object.keys((args[1] as Any)?.where ?? {}).length > 0,
  results: 'result.hits.length',
}
const search: Record<string, Read> = { ...full, dimensions: 'args.1.vector.value.length' }
const byVector = ({ args }: Call) => ['vector', 'hybrid'].includes((args[1] as Any)?.mode)

export default {
  name: 'orama',
  module: '@orama/orama',
  versions: '>=2 <4',
  target: 'vector_store',
  system: { db: 'orama', local: true },
  observe: 'chain',
  // Among themselves they call what is in their own files, not these exports.
  methods: [
    { at: 'search', scope: 'search', when: byVector, metadata: search },
    { at: 'search', scope: 'query', target: 'database', metadata: { ...full, operation: () => 'search' } },
    { at: 'searchVector', scope: 'search', metadata: search },
    { at: 'insert', scope: 'upsert', metadata: { batch_size: one } },
    { at: 'insertMultiple', scope: 'upsert', metadata: { batch_size: 'args.1.length', results: 'result.length' } },
    { at: 'update', scope: 'upsert', metadata: { batch_size: one } },
    { at: 'updateMultiple', scope: 'upsert', metadata: { batch_size: 'args.2.length', results: 'result.length' } },
    { at: 'upsert?', scope: 'upsert', metadata: { batch_size: one } },
    { at: 'upsertMultiple?', scope: 'upsert', metadata: { batch_size: 'args.1.length', results: 'result.length' } },
    {
      at: 'remove',
      scope: 'delete',
      metadata: {
        batch_size: one,
        results: ({ result }) => numberOf(result) ?? (typeof result === 'boolean' ? Number(result) : undefined),
      },
    },
    { at: 'removeMultiple', scope: 'delete', metadata: { batch_size: 'args.1.length', results: 'result' } },
    // What the application's own store of documents gives is handed on as it is.
    { at: 'getByID', scope: 'fetch', observe: 'beside', metadata: { batch_size: one } },
    // A whole index, from and to what the application stores.
    ...['load', 'save'].map((at) => ({ at, scope: 'query', target: 'database', metadata: { operation: () => at } })),
  ],
} satisfies Instrumentation
