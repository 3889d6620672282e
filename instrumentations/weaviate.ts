import type { Instrumentation } from '../agent/model.ts'
import { managesIn } from './shared/operations.ts'
import { formsOf, nameOf, noted, of, searches, tenantOf, tokens } from './shared/weaviate.ts'

/** A collection makes its variants itself. */
const both = ['.withTenant().withConsistency()', '.withConsistency().withTenant()']
const given = { metadata: { dimensions: 'dimensions(args.0)' } }
const single = (scope: string) => ({ scope, metadata: { batch_size: 1 } })
const one = { scope: 'upsert', metadata: { batch_size: 1, dimensions: 'dimensions(args.0.vectors)' } }
const batch = { batch_size: 'args.0.length', failed_items: 'keys(result.errors) || undefined' }
const many = {
  scope: 'upsert',
  // Errors are told by the place in the batch; where nothing was written, all have one.
  failed: 'is(keys(result.uuids)) == false && result.errors.0',
  metadata: { ...batch, dimensions: 'dimensions(args.0.0.vectors)', results: 'keys(result.uuids)' },
}
const removed = { results: 'result.successful', failed_items: 'result.failed || undefined' }
const overAll = { scope: 'fetch', metadata: { filtered: 'is(args.0.filters)' } }
const links = { scope: 'upsert', failed: 'keys(result.errors) == size(args.0) && result.errors.0', metadata: batch }

export default {
  name: 'weaviate',
  module: 'weaviate-client',
  versions: '>=3.12 <4',
  target: 'vector_store',
  system: { db: 'weaviate' },
  observe: 'chain',
  classes: [
    searches('query', 1),
    {
      // What is found is not handed on, only numbers of it.
      file: formsOf('aggregate'),
      from: ({ default: use }) => Object.getPrototypeOf(use(null, '', { supportsAggregateGRPC: async () => ({}) })),
      scope: 'search',
      metadata: { ...of('this'), top_k: 'args.1.objectLimit', filtered: 'is(args.1.filters)' },
      methods: { 'hybrid nearImage nearObject nearText': {}, nearVector: given, overAll },
    },
    // The server generates from what it has found, in one call. What to generate comes before the options.
    searches('generate', 2, { input_tokens: tokens('input'), output_tokens: tokens('output') }),
    {
      // All objects of an iteration; the pages, which it fetches by `query`, are its own.
      at: ['', '.withTenant()', '.withConsistency()', ...both].map((variant) => `default()${variant}`),
      file: formsOf('collection'),
      ends: { kind: 'cursor' },
      metadata: of('this.query.check'),
      chunk: { results: 'sum(1)' },
      methods: { iterator: { scope: 'fetch' } },
    },
    {
      at: 'default()',
      file: ['cjs', 'esm'].map((form) => `dist/node/${form}/collections/index`),
      metadata: { collection: 'args.0.name ?? args.0.class ?? args.0' },
      manages: 'create createFromSchema createFromJson? delete deleteAll exists export exportToJson? listAll',
    },
    { file: formsOf('config'), methods: { default: { scope: 'manage', note: noted } } },
    {
      at: 'default()',
      file: formsOf('config'),
      metadata: { collection: nameOf },
      manages: managesIn('config_', 'get update addProperty addReference addVector getShards updateShards'),
    },
    {
      file: formsOf('data'),
      methods: { default: ['upsert', 'delete', 'fetch'].map((scope) => ({ scope, note: noted })) },
    },
    {
      at: 'default()',
      file: formsOf('data'),
      metadata: { collection: nameOf, namespace: tenantOf, server_ms: 'result.took * 1000' },
      methods: {
        insert: one,
        'insertMany ingest': many,
        'update replace': one,
        deleteById: single('delete'),
        deleteMany: { scope: 'delete', failed: 'is(result.failed) && result.successful == 0', metadata: removed },
        exists: single('fetch'),
        referenceAdd: single('upsert'),
        referenceAddMany: links,
        referenceReplace: single('upsert'),
        referenceDelete: single('delete'),
      },
    },
  ],
} satisfies Instrumentation
