import type { Wire } from '../../agent/model.ts'

/** Functions that search, by their arguments: a vector, as the guides name it. Tables are not seen. */
export default {
  name: 'supabase',
  system: { db: 'postgresql' },
  hosts: ['supabase.co'],
  libraries: { supabase: 'x-client-info: supabase-js' },
  calls: {
    'POST /rest/v1/rpc/{function}': {
      target: 'vector_store',
      scope: 'search',
      when: 'has(dimensions(args.0.body.query_embedding ?? args.0.body.embedding ?? args.0.body.query_vector))',
      metadata: {
        collection: 'args.0.params.function',
        top_k: 'args.0.body.match_count',
        filtered: 'is(keys(args.0.body.filter))',
        dimensions: 'dimensions(args.0.body.query_embedding ?? args.0.body.embedding ?? args.0.body.query_vector)',
        results: 'size(result)',
      },
    },
  },
} satisfies Wire
