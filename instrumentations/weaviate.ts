import type { Call, Class, Instrumentation } from '../agent/model.ts'
import { named, nameOf } from './shared/weaviate.ts'

const formsOf = (folder: string) => ['cjs', 'esm'].map((form) => `dist/node/${form}/collections/${folder}/index`)
const results = 'result.objects.length'

/** Searches have their options at `at`. */
function searches(folder: string, at: number, more?: Class['methods']): Class {
  const found = (at: number) => ({ top_k: `args.${at}.limit`, filtered: `has(args.${at}.filters)`, results })
  const near = { scope: 'search', metadata: found(at) }
  const text = { scope: 'search', metadata: { query_len: 'chars(args.0)', ...found(at) } }
  return {
    file: formsOf(folder),
    // The classes are not exported; what is makes an object of them, from its collection's name.
    from: (exports) => Object.getPrototypeOf(exports.default(undefined, '', undefined)),
    metadata: { collection: 'this.check.name' },
    methods: {
      bm25: text,
      hybrid: text,
      nearText: text,
      nearVector: near,
      nearObject: near,
      nearImage: near,
      nearMedia: { scope: 'search', metadata: found(at + 1) },
      fetchObjects: { scope: 'fetch', metadata: { top_k: `args.${at - 1}.limit`, results } },
      ...more,
    },
  }
}
/** No object is no result; nothing comes of a call that failed. */
const one = ({ result }: Call) => (result === null ? 0 : result && 1)
const single = (scope: string) => ({ scope, metadata: { batch_size: 1 } })
const many = { scope: 'upsert', metadata: { batch_size: 'args.0.length', results: 'keys(result.uuids)' } }

export default {
  name: 'weaviate',
  module: 'weaviate-client',
  versions: '>=3.12 <4',
  target: 'vector_store',
  system: { db: 'weaviate' },
  observe: 'chain',
  classes: [
    searches('query', 1, { fetchObjectById: { scope: 'fetch', metadata: { batch_size: 1, results: one } } }),
    // The server generates from what it has found, in one call of which it tells no more. What to generate comes before
    // the options.
    searches('generate', 2),
    { file: formsOf('data'), methods: { default: ['upsert', 'delete'].map((scope) => ({ scope, note: named })) } },
    {
      at: 'default()',
      file: formsOf('data'),
      metadata: { collection: nameOf },
      methods: {
        insert: single('upsert'),
        insertMany: many,
        ingest: many,
        update: single('upsert'),
        replace: single('upsert'),
        deleteById: single('delete'),
        deleteMany: { scope: 'delete', metadata: { results: 'result.successful', server_ms: 'result.took * 1000' } },
      },
    },
  ],
} satisfies Instrumentation
