import type { Call, Instrumentation, Method } from '../agent/model.ts'
import { listOf } from './shared/kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: arguments and results of three majors are read by shape
type Any = any

const asked = ({ args }: Call): Any => args[0] ?? {}
const countOf = (list: unknown) => (Array.isArray(list) ? list.length : list === undefined ? undefined : 1)
/** One vector may stand alone where a list of them is meant. */
const vectorsIn = (list: Any) => (Array.isArray(list) && typeof list[0] === 'number' ? 1 : countOf(list))
const totalOf = ({ result }: Call) => listOf((result as Any)?.ids).flat().length
const batch_size = (call: Call) => countOf(asked(call).ids)
const searchesIn = ({ args }: Call): Any[] => (Array.isArray(args[0]) ? args[0] : [args[0]])
/** A search is built by methods that are named as the options of a plain one. */
const optionOf = (search: Any, name: string) =>
  search?.[`_${name}`] === undefined ? search?.[name] : search[`_${name}`]
const limitOf = (call: Call) => optionOf(searchesIn(call)[0], 'limit')
const isFiltered = (search: Any) => typeof optionOf(search, 'where') === 'object'

/** Up to version 2 the class is exported; since 3 only one that extends it is. */
const both = (name: string, scope: string, metadata?: Method['metadata']): Method[] => [
  { at: `Collection.prototype.${name}`, scope, versions: '<3', metadata: { collection: 'this.name()', ...metadata } },
  since3(name, scope, { collection: ofImpl, ...metadata }),
]
const since3 = (name: string, scope: string, metadata: Method['metadata']): Method => ({
  at: `CollectionHandle.prototype^.${name}`,
  scope,
  versions: '>=3',
  ...(metadata && { metadata }),
})
/** A handle made of an id alone has no name. */
const ofImpl = ({ self, ask }: Call) => ask(self, 'name') || undefined

export default {
  name: 'chromadb',
  module: 'chromadb',
  versions: '>=1.10 <4',
  target: 'vector_store',
  system: { db: 'chroma' },
  methods: [
    ...both('query', 'search', {
      top_k: 'args.0.nResults',
      batch_size: (call) =>
        countOf(asked(call).queryTexts ?? asked(call).queryURIs) ?? vectorsIn(asked(call).queryEmbeddings),
      filtered: (call) => asked(call).where !== undefined || asked(call).whereDocument !== undefined,
      results: totalOf,
    }),
    since3('search', 'search', {
      collection: ofImpl,
      top_k: (call) => limitOf(call)?.limit ?? limitOf(call),
      batch_size: (call) => searchesIn(call).length,
      filtered: (call) => searchesIn(call).some(isFiltered),
      results: totalOf,
    }),
    ...both('add', 'upsert', { batch_size }),
    ...both('upsert', 'upsert', { batch_size }),
    ...both('update', 'upsert', { batch_size }),
    ...both('get', 'fetch', { batch_size, top_k: 'args.0.limit', results: 'result.ids.length' }),
    ...both('peek', 'fetch', { top_k: 'args.0.limit', results: 'result.ids.length' }),
    ...both('count', 'fetch'),
    ...both('delete', 'delete', { batch_size }),
    {
      // What the application's own function does for a query or for records without vectors.
      ...since3('embed', 'embed', {
        provider: 'this.embeddingFunction().name',
        batch_size: 'args.0.length',
        dimensions: 'result.0.length',
      }),
      target: 'embedding_provider',
      inputs: 'args.0',
    },
  ],
} satisfies Instrumentation
