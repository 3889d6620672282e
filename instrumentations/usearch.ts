import type { Instrumentation } from '../agent/model.ts'
import { scoresAt } from './shared/scores.ts'

const dimensions = 'number(this.dimensions())'
/** Vectors come as rows or in one typed array. */
const rows = (vectors: string, size: string) => `size(${vectors}) ?? ${vectors}.length / ${size}`
/** Of one query its matches, of several what was found for each. */
const results = 'sum(result.counts) ?? result.keys.length'
/** Those of several queries have no common order. */
const ofOne = '(has(result.counts) == false || size(result.counts) == 1) && result.distances'
const scores = scoresAt(`${ofOne}.0`, `${ofOne}.-1`, 'distance')

export default {
  name: 'usearch',
  module: 'usearch',
  versions: '>=2.26 <3',
  target: 'vector_store',
  system: { db: 'usearch', local: true },
  classes: [
    {
      at: 'Index.prototype',
      methods: {
        // Of several in one typed array, all of them are looked at as one.
        search: {
          scope: 'search',
          vectors: 'args.0',
          metadata: { batch_size: rows('args.0', dimensions), dimensions, top_k: 'args.1', results, ...scores },
        },
        add: { scope: 'upsert', vectors: 'args.1', metadata: { batch_size: rows('args.1', dimensions), dimensions } },
        // It tells one number, or one for each key.
        remove: { scope: 'delete', metadata: { batch_size: 'count(args.0)', results: 'sum(result) ?? size(result)' } },
      },
      manages: 'save load view',
    },
    {
      vectors: 'args.1',
      metadata: {
        batch_size: rows('args.1', 'args.2'),
        candidates: rows('args.0', 'args.2'),
        dimensions: 'number(args.2)',
        top_k: 'number(args.3)',
        results,
        ...scores,
      },
      methods: { exactSearch: 'search' },
    },
  ],
} satisfies Instrumentation
