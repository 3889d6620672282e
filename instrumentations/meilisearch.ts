import type { Call, Instrumentation } from '../agent/model.ts'
import { asks, byVector, byVectorInBatch, collection, dimensions, holdsText } from './shared/meilisearch.ts'
import { manage } from './shared/operations.ts'
import { scoresIn } from './shared/scores.ts'

const sent = (name: string) => `args.0.body.${name} ?? args.0.params.${name}`
const server_ms = 'result.processingTimeMs ?? sum(result.results.*.processingTimeMs)'
const hits = {
  collection,
  top_k: `${sent('limit')} ?? ${sent('hitsPerPage')}`,
  filtered: `is(${sent('filter')})`,
  query_len: `chars(${sent('q')})`,
  dimensions,
  results: 'result.hits.length ?? result.facetHits.length',
  server_ms,
}
/** Where the search asks for its scores. */
const near = { ...hits, ...scoresIn('result.hits', '_rankingScore', 'similarity') }
const batch = {
  batch_size: 'args.0.body.queries.length',
  top_k: 'args.0.body.federation.limit',
  filtered: 'is(trues(args.0.body.queries.*.filter))',
  dimensions,
  results: 'total(result.results.*.hits) ?? result.hits.length',
  server_ms,
}
const database = { scope: 'database.query' }
const search = [
  { scope: 'search', when: byVector, metadata: near },
  { ...database, when: asks(/^search$/), metadata: { ...hits, operation: "'search'" } },
]
const facets = { ...database, when: asks(/^facet-search$/), metadata: { ...hits, operation: "'facet_search'" } }
const page = { collection, top_k: sent('limit'), filtered: `is(${sent('filter')})`, results: 'result.results.length' }
const documents = { when: asks(/^documents$/) }
const document = { when: asks(/^documents\/./), metadata: { collection, batch_size: 1 } }
const write = { scope: 'upsert', ...documents, metadata: { collection, batch_size: 'size(args.0.body)' } }

/** An index, all of them, its settings or its numbers. */
const [all, single, settings] = [asks(/^indexes$/), asks(/^indexes\/[^/]+$/), asks(/^settings(?:\/|$)/)]
const managed = (operation: string, when: (call: Call) => boolean) =>
  manage(operation, { when, metadata: { collection } })
const sets = managed('update_settings', settings)

export default {
  name: 'meilisearch',
  module: 'meilisearch',
  versions: '>=0.60 <0.63',
  target: 'vector_store',
  system: { db: 'meilisearch', provider: 'meilisearch' },
  observe: 'chain',
  classes: [
    {
      // Below the methods of an index, which hang a `waitTask` on the promise of what they send. The way there is
      // through an index, whose making asks for nothing.
      from: (exports) => Object.getPrototypeOf(new exports.Index({ host: 'http://127.0.0.1' }, '').httpRequest),
      methods: {
        post: [
          ...search,
          { scope: 'search', when: asks(/^similar$/), metadata: near },
          facets,
          { scope: 'search', when: byVectorInBatch, metadata: batch },
          { ...database, when: asks(/^multi-search$/), metadata: { ...batch, operation: "'multi_search'" } },
          write,
          { scope: 'upsert', when: asks(/^documents\/edit$/), metadata: { collection } },
          { ...write, scope: 'delete', when: asks(/^documents\/delete(?:-batch)?$/) },
          {
            scope: 'fetch',
            when: asks(/^documents\/fetch$/),
            metadata: { ...page, batch_size: 'args.0.body.ids.length' },
          },
          manage('create_index', { when: all, metadata: { collection: 'args.0.body.uid' } }),
          manage('swap_indexes', { when: asks(/^swap-indexes$/) }),
        ],
        get: [
          ...search,
          { scope: 'fetch', ...documents, metadata: page },
          { scope: 'fetch', ...document },
          managed('list_indexes', all),
          managed('get_index', single),
          managed('get_settings', settings),
          managed('get_stats', asks(/^stats$/)),
        ],
        postStream: {
          scope: 'llm.generate',
          when: asks(/^chats\/[^/]+\/chat\/completions$/),
          metadata: { model: 'args.0.body.model', stream: true },
          chunk: {},
          token: holdsText,
        },
        put: [write, sets],
        patch: [managed('update_index', single), sets],
        delete: [
          { scope: 'delete', ...documents, metadata: { collection } },
          { scope: 'delete', ...document },
          managed('delete_index', single),
          managed('reset_settings', settings),
        ],
      },
    },
  ],
} satisfies Instrumentation
