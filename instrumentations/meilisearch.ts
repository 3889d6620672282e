import type { Call, Instrumentation } from '../agent/model.ts'
import {
  asks,
  batch,
  byVector,
  byVectorInBatch,
  collection,
  hits,
  holdsText,
  near,
  page,
} from './shared/meilisearch.ts'
import { command, manage } from './shared/operations.ts'

const search = [
  { scope: 'search', when: byVector, metadata: near },
  { when: asks(/^search$/), ...command('search', hits) },
]
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
          { when: asks(/^facet-search$/), ...command('facet_search', hits) },
          { scope: 'search', when: byVectorInBatch, metadata: batch },
          { when: asks(/^multi-search$/), ...command('multi_search', batch) },
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
