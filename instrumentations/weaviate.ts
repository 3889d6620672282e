import type { Call, Instrumentation, Method } from '../agent/model.ts'
import { numberOf } from './shared/kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: objects and options are the library's own
type Any = any

const forms = ['dist/node/cjs', 'dist/node/esm']
/** The classes are not exported; what is makes an object of them, from its collection's name. */
const ofManager = (exports: Any) => Object.getPrototypeOf(exports.default(undefined, '', undefined))

const ask = (folder: 'query' | 'generate', name: string, scope: string, metadata: Method['metadata']): Method[] =>
  forms.map((form) => ({
    file: `${form}/collections/${folder}/index`,
    from: ofManager,
    at: name,
    scope,
    metadata: { collection: 'this.check.name', ...metadata },
  }))

const query_len = ({ args }: Call) => (typeof args[0] === 'string' ? args[0].length : undefined)
const found = (options: number): Method['metadata'] => ({
  top_k: `args.${options}.limit`,
  filtered: ({ args }) => (args[options] as Any)?.filters !== undefined,
  results: 'result.objects.length',
})
/** With `generate`, what to generate comes before the options. */
function searches(folder: 'query' | 'generate'): Method[] {
  const more = folder === 'generate' ? 1 : 0
  return [
    ...['bm25', 'hybrid', 'nearText'].flatMap((name) => ask(folder, name, 'search', { query_len, ...found(1 + more) })),
    ...['nearVector', 'nearObject', 'nearImage'].flatMap((name) => ask(folder, name, 'search', found(1 + more))),
    ...ask(folder, 'nearMedia', 'search', found(2 + more)),
    ...ask(folder, 'fetchObjects', 'fetch', { top_k: `args.${more}.limit`, results: 'result.objects.length' }),
  ]
}

/** A collection's `data` is made of functions that keep its name to themselves. */
const names = new WeakMap<object, unknown>()
const collection = ({ self, of }: Call) => names.get(of(self))
const write = (name: string, scope: string, metadata?: Method['metadata']): Method[] =>
  forms.map((form) => ({
    file: `${form}/collections/data/index`,
    at: `default().${name}`,
    scope,
    metadata: { collection, ...metadata },
  }))
const written: Method['metadata'] = {
  batch_size: 'args.0.length',
  results: ({ result }) => result && Object.keys((result as Any).uuids ?? {}).length,
}
const noted = (scope: string): Method[] =>
  forms.map((form) => ({
    file: `${form}/collections/data/index`,
    at: 'default',
    scope,
    note: ({ args, result, of }) => void names.set(of(result), args[1]),
  }))

export default {
  name: 'weaviate',
  module: 'weaviate-client',
  versions: '>=3.12 <4',
  target: 'vector_store',
  system: { db: 'weaviate' },
  observe: 'chain',
  methods: [
    ...searches('query'),
    ...ask('query', 'fetchObjectById', 'fetch', {
      batch_size: () => 1,
      results: ({ result }) => (result === null ? 0 : result && 1),
    }),
    // The server generates from what it has found, in one call of which it tells no more.
    ...searches('generate'),
    ...noted('upsert'),
    ...noted('delete'),
    ...write('insert', 'upsert', { batch_size: () => 1 }),
    ...write('insertMany', 'upsert', written),
    ...write('ingest', 'upsert', written),
    ...write('update', 'upsert', { batch_size: () => 1 }),
    ...write('replace', 'upsert', { batch_size: () => 1 }),
    ...write('deleteById', 'delete', { batch_size: () => 1 }),
    ...write('deleteMany', 'delete', {
      results: 'result.successful',
      server_ms: ({ result }) => (numberOf((result as Any)?.took) ?? Number.NaN) * 1000,
    }),
  ],
} satisfies Instrumentation
