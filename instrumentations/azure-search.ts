import type { Instrumentation } from '../agent/model.ts'
import { candidates, failedItems, failureOf, onlyDeletes, topK } from './shared/azure-search.ts'
import { command } from './shared/operations.ts'
import { scoresAt } from './shared/scores.ts'

const queries = 'args.1.vectorSearchOptions.queries'
const results = 'result.results.length'
const asked = {
  top_k: topK,
  candidates,
  dimensions: `dimensions(${queries}.0.vector)`,
  filtered: 'is(args.1.filter)',
}
const search = { ...asked, results }
/** A semantic ranker's scores, where it has ordered what was found. */
const scoreOf = (one: string) => `${one}.rerankerScore ?? ${one}.score`
const scores = scoresAt(scoreOf('result.results.0'), scoreOf('result.results.-1'), 'similarity')
/** The pages of an iteration. */
const pages = { ends: { kind: 'cursor' }, chunk: { results: 'sum(size(chunk.results))' } } as const
const words = { top_k: 'args.2.top', results }
const batch = {
  failed: failureOf,
  metadata: {
    batch_size: 'args.0.actions.length',
    results: 'trues(result.results.*.succeeded)',
    failed_items: failedItems,
  },
}

export default {
  name: 'azure-search',
  module: '@azure/search-documents',
  versions: '>=12 <14',
  target: 'vector_store',
  system: { db: 'azure.search', provider: 'azure.search' },
  classes: [
    {
      at: 'SearchClient.prototype',
      metadata: { collection: 'this.indexName' },
      methods: {
        // The first page of a result.
        searchDocuments: [
          { scope: 'search', when: `size(${queries})`, metadata: { ...search, ...scores } },
          command('search', search),
        ],
        // The pages behind the first, or by `byPage` all of them: each is asked for by `searchDocuments`.
        listSearchResultsPage: [
          { scope: 'search', when: `size(${queries})`, metadata: asked, ...pages },
          { ...command('search', asked), ...pages },
        ],
        suggest: command('suggest', words),
        autocomplete: command('autocomplete', words),
        // All writes, those of a buffered sender as well, are batches of actions.
        indexDocuments: [
          { scope: 'delete', when: onlyDeletes, ...batch },
          { scope: 'upsert', ...batch },
        ],
        getDocumentsCount: 'fetch',
        getDocument: { scope: 'fetch', metadata: { batch_size: 1 } },
      },
    },
    {
      at: 'SearchIndexClient.prototype',
      metadata: { collection: 'args.0.name ?? args.0' },
      manages: 'createIndex createOrUpdateIndex getIndex getIndexStatistics deleteIndex',
    },
    {
      at: 'SearchIndexClient.prototype',
      metadata: { collection: 'args.0.name ?? args.0' },
      ends: { kind: 'cursor' },
      chunk: { results: 'sum(1)' },
      manages: 'listIndexes listIndexesNames',
    },
    {
      at: 'KnowledgeRetrievalClient.prototype',
      versions: '>=13',
      scope: 'semantic_search.retrieve',
      metadata: {
        collection: 'this.knowledgeBaseName',
        batch_size: 'args.0.intents.length',
        results: 'result.references.length',
        // Where the request asks for its activity.
        input_tokens: 'sum(result.activity.*.inputTokensCount)',
        output_tokens: 'sum(result.activity.*.outputTokensCount)',
      },
      methods: { retrieve: {} },
    },
  ],
} satisfies Instrumentation
