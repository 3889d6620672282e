import type { Instrumentation } from '../agent/model.ts'
import { asksForNear, failureOf, filteredOf, limitOf, relationOf, request, writesVectors } from './shared/postgrest.ts'

export default {
  name: 'supabase',
  // What `@supabase/supabase-js` makes its requests with.
  module: '@supabase/postgrest-js',
  versions: '>=2.109 <3',
  target: 'vector_store',
  system: { db: 'postgresql' },
  classes: [
    {
      // A request is sent by each `then` and by nothing else, so that two of them are two calls.
      at: 'PostgrestBuilder.prototype',
      ends: { kind: 'then' },
      failed: failureOf,
      // A single row is an object.
      metadata: { collection: relationOf, results: 'size(result.data) ?? number(has(keys(result.data)) && 1)' },
      methods: {
        // biome-ignore lint/suspicious/noThenProperty: the name of the library's method
        then: [
          { scope: 'search', when: asksForNear, metadata: { top_k: limitOf, filtered: filteredOf } },
          { scope: 'upsert', when: writesVectors, metadata: request },
          { scope: 'database.query', metadata: { ...request, top_k: limitOf } },
        ],
      },
    },
  ],
} satisfies Instrumentation
