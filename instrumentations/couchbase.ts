import type { Call, Instrumentation } from '../agent/model.ts'

// biome-ignore lint/suspicious/noExplicitAny: requests are the library's own objects
type Any = any

/** As its getters have them. */
const vectorsOf = ({ args }: Call): Any[] | undefined => (args[1] as Any)?._vectorSearch?._queries
/** A search with its options, or with a callback in their place. */
const search = {
  scope: 'search',
  ends: { kind: 'callback' },
  metadata: {
    collection: 'args.0',
    top_k: 'args.2.limit',
    batch_size: (call: Call) => vectorsOf(call)?.length,
    candidates: (call: Call) => vectorsOf(call)?.[0]?._numCandidates,
    filtered: (call: Call) => vectorsOf(call)?.some(({ _prefilter }) => _prefilter !== undefined),
    results: 'result.rows.length',
    server_ms: 'result.meta.metrics.took',
  },
} as const
const query = {
  scope: 'query',
  target: 'database',
  ends: { kind: 'callback' },
  metadata: {
    operation: ({ args }: Call) => /^\s*([a-z]+)/i.exec(String(args[0]))?.[1]?.toLowerCase(),
    query_len: 'args.0.length',
    results: 'result.rows.length',
  },
} as const

/** Rows that are listened for, not awaited, end no call: it stays unobserved. */
export default {
  name: 'couchbase',
  module: 'couchbase',
  versions: '>=4.3 <5',
  target: 'vector_store',
  system: { db: 'couchbase' },
  observe: 'chain',
  methods: [
    { at: 'Scope.prototype.search', ...search },
    { at: 'Cluster.prototype.search', ...search },
    { at: 'Cluster.prototype.searchQuery', ...search },
    { at: 'Scope.prototype.query', ...query },
    { at: 'Cluster.prototype.query', ...query },
  ],
} satisfies Instrumentation
