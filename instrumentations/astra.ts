import type { Call, Instrumentation, Read } from '../agent/model.ts'

// biome-ignore lint/suspicious/noExplicitAny: cursors and replies are read by shape
type Any = any

/** `$vector`, `$vectorize` and `$hybrid`; in a table, a column with a vector or a text instead of a direction. */
function isVectorSort(sort: Any): boolean {
  if (typeof sort !== 'object' || sort === null || Array.isArray(sort)) return false
  return Object.entries(sort).some(([key, value]) =>
    key.startsWith('$')
      ? key !== '$lexical'
      : typeof value === 'object' || (typeof value === 'string' && !/^(?:asc|desc)/.test(value)),
  )
}

const sizeOf = (filter: Any) => Object.keys((Array.isArray(filter) ? filter[0] : filter) ?? {}).length
const optionsOf = ({ self }: Call): Any => (self as Any)?._internal?._options ?? (self as Any)?._options ?? {}
const optionsOfOne = ({ args }: Call): Any => args[1] ?? {}

const common: Record<string, Read> = {
  collection: ({ self, ask }: Any) =>
    self?.name ?? self?.collectionName ?? ask(self, 'dataSource')?.name ?? self?._httpClient?.collection,
}
const page: Record<string, Read> = {
  ...common,
  top_k: (call) => optionsOf(call).limit,
  filtered: ({ self }: Any) => sizeOf(self?._internal?._filter ?? self?._filter) > 0,
  // A page with whether there are more; one as the application has it; or none, and the cursor keeps it.
  results: ({ self, result }: Any) => (result?.[0]?.result ?? result?.result ?? self?._buffer)?.length,
}
const single: Record<string, Read> = {
  ...common,
  filtered: ({ args }) => sizeOf(args[0]) > 0,
  results: ({ result }) => (result ? 1 : 0),
}
const insert: Record<string, Read> = { ...common, batch_size: 'count(args.0)', results: 'result.insertedCount' }
const update: Record<string, Read> = { ...common, results: 'result.modifiedCount' }
const remove: Record<string, Read> = { ...common, results: 'result.deletedCount' }

/** A cursor asks page by page, whatever the application calls: `toArray`, `next`, `hasNext`, `for await`. */
const pages = [
  { at: 'FindCursor.prototype._fetchNextPage', versions: '>=2' },
  { at: 'FindCursor.prototype.fetchNextPage', versions: '>=2' },
  { at: 'FindCursor.prototype._getMore', versions: '<2' },
].flatMap((way) => [
  { ...way, scope: 'search', when: (call: Call) => isVectorSort(optionsOf(call).sort), metadata: page },
  { ...way, scope: 'fetch', metadata: page },
])
const hybrid = { scope: 'search', versions: '>=2', metadata: page } as const

const methodsOf = (owner: 'Collection' | 'Table') => {
  const own = owner === 'Table' ? { versions: '>=2' } : {}
  const at = (method: string) => ({ ...own, at: `${owner}.prototype.${method}` })
  return [
    {
      ...at('findOne'),
      scope: 'search',
      when: (call: Call) =>
        isVectorSort(optionsOfOne(call).sort) || Boolean(optionsOfOne(call).vector ?? optionsOfOne(call).vectorize),
      metadata: { ...single, top_k: () => 1 },
    },
    { ...at('findOne'), scope: 'fetch', metadata: single },
    { ...at('insertOne'), scope: 'upsert', metadata: { ...common, batch_size: () => 1 } },
    { ...at('insertMany'), scope: 'upsert', metadata: insert },
    { ...at('updateOne'), scope: 'upsert', metadata: update },
    { ...at('deleteOne'), scope: 'delete', metadata: remove },
    { ...at('deleteMany'), scope: 'delete', metadata: remove },
  ]
}

export default {
  name: 'astra',
  module: '@datastax/astra-db-ts',
  versions: '>=1.5 <3',
  target: 'vector_store',
  system: { db: 'astra' },
  methods: [
    ...pages,
    { at: 'FindAndRerankCursor.prototype._fetchNextPage', ...hybrid },
    { at: 'FindAndRerankCursor.prototype.fetchNextPage', ...hybrid },
    ...methodsOf('Collection'),
    ...methodsOf('Table'),
    { at: 'Collection.prototype.updateMany', scope: 'upsert', metadata: update },
    { at: 'Collection.prototype.replaceOne', scope: 'upsert', metadata: update },
    { at: 'Collection.prototype.findOneAndUpdate', scope: 'upsert', metadata: common },
    { at: 'Collection.prototype.findOneAndReplace', scope: 'upsert', metadata: common },
    { at: 'Collection.prototype.findOneAndDelete', scope: 'delete', metadata: common },
  ],
} satisfies Instrumentation
