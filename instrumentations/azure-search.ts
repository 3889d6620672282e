import type { Call, Instrumentation, Read } from '../agent/model.ts'
import { listOf, objectsOf } from './shared/kinds.ts'

// biome-ignore lint/suspicious/noExplicitAny: options and replies are read by shape
type Any = any

const queriesOf = ({ args }: Call) => listOf((args[1] as Any)?.vectorSearchOptions?.queries)
const actionsOf = ({ args }: Call) => objectsOf((args[0] as Any)?.actions)
const deletes = (call: Call) =>
  actionsOf(call).length > 0 && actionsOf(call).every(({ __actionType }) => __actionType === 'delete')

const search: Record<string, Read> = {
  collection: 'this.indexName',
  top_k: (call) => queriesOf(call)[0]?.kNearestNeighborsCount ?? (call.args[1] as Any)?.top,
  filtered: ({ args }) => (args[1] as Any)?.filter !== undefined,
  results: 'result.results.length',
}
const batch: Record<string, Read> = {
  collection: 'this.indexName',
  batch_size: 'args.0.actions.length',
  results: ({ result }) => objectsOf((result as Any)?.results).filter(({ succeeded }) => succeeded).length,
}
const words: Record<string, Read> = {
  collection: 'this.indexName',
  top_k: 'args.2.top',
  results: 'result.results.length',
}

export default {
  name: 'azure-search',
  module: '@azure/search-documents',
  versions: '>=12 <14',
  target: 'vector_store',
  system: { db: 'azure.search', provider: 'azure.search' },
  methods: [
    // Each page of a result, of which `search` asks for the first.
    {
      at: 'SearchClient.prototype.searchDocuments',
      scope: 'search',
      when: (call) => queriesOf(call).length > 0,
      metadata: search,
    },
    {
      at: 'SearchClient.prototype.searchDocuments',
      scope: 'query',
      target: 'database',
      metadata: { ...search, operation: () => 'search' },
    },
    {
      at: 'SearchClient.prototype.suggest',
      scope: 'query',
      target: 'database',
      metadata: { ...words, operation: () => 'suggest' },
    },
    {
      at: 'SearchClient.prototype.autocomplete',
      scope: 'query',
      target: 'database',
      metadata: { ...words, operation: () => 'autocomplete' },
    },
    // All writes, those of a buffered sender as well, are batches of actions.
    { at: 'SearchClient.prototype.indexDocuments', scope: 'delete', when: deletes, metadata: batch },
    { at: 'SearchClient.prototype.indexDocuments', scope: 'upsert', metadata: batch },
    {
      at: 'SearchClient.prototype.getDocument',
      scope: 'fetch',
      metadata: { collection: 'this.indexName', batch_size: () => 1 },
    },
    {
      at: 'KnowledgeRetrievalClient.prototype.retrieve',
      scope: 'retrieve',
      target: 'semantic_search',
      versions: '>=13',
      metadata: { collection: 'this.knowledgeBaseName', results: 'result.references.length' },
    },
  ],
} satisfies Instrumentation
