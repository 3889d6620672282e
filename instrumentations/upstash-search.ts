import type { Instrumentation } from '../agent/model.ts'
import { manage } from './shared/operations.ts'
import { scoresIn } from './shared/scores.ts'
import { asks, reads, segmentOf } from './shared/upstash.ts'

export default {
  name: 'upstash-search',
  module: '@upstash/search',
  versions: '>=0.1.2 <0.2',
  target: 'vector_store',
  system: { db: 'upstash' },
  classes: [
    {
      // Below the methods, which are fields of each index; an index of @upstash/vector in it asks through this too.
      from: (exports) => Object.getPrototypeOf(new exports.Search({ url: 'http://127.0.0.1', token: '-' }).client),
      failed: 'is(result.error)',
      metadata: { collection: segmentOf },
      methods: {
        request: [
          {
            scope: 'search',
            when: asks(/^search$/),
            metadata: {
              top_k: 'args.0.body.topK',
              filtered: 'is(args.0.body.filter)',
              query_len: 'chars(args.0.body.query)',
              results: 'result.result.length',
              ...scoresIn('result.result', 'score', 'similarity'),
            },
          },
          { scope: 'upsert', when: asks(/^upsert-data$/), metadata: { batch_size: 'size(args.0.body)' } },
          ...reads,
          manage('info', { when: asks(/^info$/) }),
          manage('list_indexes', { when: asks(/^list-namespaces$/) }),
        ],
      },
    },
  ],
} satisfies Instrumentation
