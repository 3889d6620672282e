import type { Call, Instrumentation } from '../agent/model.ts'
import { createSends, inputOf, nameOf } from './shared/aws.ts'

const send = createSends('S3VectorsClient')
const collection = (call: Call) => nameOf(inputOf(call)?.indexName ?? inputOf(call)?.indexArn)
const results = 'result.vectors.length'

export default {
  name: 's3vectors',
  module: '@aws-sdk/client-s3vectors',
  versions: '>=3 <4',
  target: 'vector_store',
  system: { db: 'aws.s3vectors' },
  methods: [
    send(['QueryVectorsCommand'], 'search', {
      metadata: {
        collection,
        top_k: 'args.0.input.topK',
        dimensions: 'args.0.input.queryVector.float32.length',
        filtered: (call) => inputOf(call)?.filter !== undefined,
        results,
      },
    }),
    send(['PutVectorsCommand'], 'upsert', {
      metadata: {
        collection,
        batch_size: 'args.0.input.vectors.length',
        dimensions: 'args.0.input.vectors.0.data.float32.length',
      },
    }),
    send(['GetVectorsCommand'], 'fetch', {
      metadata: { collection, batch_size: 'args.0.input.keys.length', results },
    }),
    send(['ListVectorsCommand'], 'fetch', {
      metadata: { collection, top_k: 'args.0.input.maxResults', results },
    }),
    send(['DeleteVectorsCommand'], 'delete', {
      metadata: { collection, batch_size: 'args.0.input.keys.length' },
    }),
  ],
} satisfies Instrumentation
