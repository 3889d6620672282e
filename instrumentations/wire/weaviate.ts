import type { Wire } from '../../agent/model.ts'

const store = { target: 'vector_store' }

/** By REST; searches by gRPC are not seen. A query of GraphQL names its class in its text, which is not read. */
export default {
  name: 'weaviate',
  system: { db: 'weaviate' },
  hosts: ['weaviate.cloud', 'weaviate.network'],
  libraries: { weaviate: 'x-weaviate-client: weaviate-client-typescript/' },
  calls: {
    'POST /v1/graphql': {
      ...store,
      scope: 'search',
      failed: 'is(result.errors)',
      metadata: { query_len: 'chars(args.0.body.query)' },
    },
    'POST /v1/batch/objects': {
      ...store,
      scope: 'upsert',
      metadata: {
        collection: 'args.0.body.objects.0.class',
        batch_size: 'size(args.0.body.objects)',
        dimensions: 'size(args.0.body.objects.0.vector)',
      },
    },
    'POST /v1/objects': {
      ...store,
      scope: 'upsert',
      metadata: { collection: 'args.0.body.class', batch_size: 1, dimensions: 'size(args.0.body.vector)' },
    },
    'GET /v1/objects/{collection}/{id}': {
      ...store,
      scope: 'fetch',
      metadata: { collection: 'args.0.params.collection' },
    },
    'DELETE /v1/batch/objects': {
      ...store,
      scope: 'delete',
      metadata: { collection: 'args.0.body.match.class', results: 'result.results.successful' },
    },
  },
} satisfies Wire
