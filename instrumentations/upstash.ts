import type { Instrumentation } from '../agent/model.ts'
import { manage } from './shared/operations.ts'
import { scoresIn } from './shared/scores.ts'
import { asks, reads, segmentOf } from './shared/upstash.ts'

const dimensions = 'dimensions(args.0.body.vector ?? args.0.body.0.vector)'

export default {
  name: 'upstash',
  module: '@upstash/vector',
  versions: '>=1.2 <2',
  target: 'vector_store',
  system: { db: 'upstash' },
  classes: [
    {
      // Below the methods, which are fields of each index and of each namespace. The way there is through an index,
      // whose making asks for nothing.
      from: (exports) => Object.getPrototypeOf(new exports.Index({ url: 'http://127.0.0.1', token: '-' }).client),
      // Its caller throws what the server told in an answer.
      failed: 'is(result.error)',
      metadata: { namespace: segmentOf },
      methods: {
        request: [
          {
            scope: 'search',
            when: asks(/^(?:resumable-)?query(?:-data)?$/),
            metadata: {
              batch_size: 'size(args.0.body)',
              top_k: 'args.0.body.topK',
              filtered: 'is(trues(args.0.body.*.filter) ?? args.0.body.filter)',
              dimensions,
              query_len: 'chars(args.0.body.data)',
              results: 'total(result.result.scores ?? result.result)',
              ...scoresIn('(result.result.scores ?? result.result)', 'score', 'similarity'),
            },
          },
          {
            scope: 'search',
            when: asks(/^resumable-query-next$/),
            metadata: {
              top_k: 'args.0.body.additionalK',
              results: 'result.result.length',
              ...scoresIn('result.result', 'score', 'similarity'),
            },
          },
          {
            scope: 'upsert',
            when: asks(/^upsert(?:-data)?$/),
            metadata: { batch_size: 'count(args.0.body)', dimensions },
          },
          {
            scope: 'upsert',
            when: asks(/^update$/),
            metadata: { batch_size: 1, dimensions, results: 'result.result.updated' },
          },
          ...reads,
          manage('info', { when: asks(/^info$/) }),
          manage('list_namespaces', { when: asks(/^list-namespaces$/) }),
        ],
      },
    },
  ],
} satisfies Instrumentation
