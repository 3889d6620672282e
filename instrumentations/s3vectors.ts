import type { Instrumentation } from '../agent/model.ts'
import { isCommand, sends } from './shared/aws.ts'
import { manage } from './shared/operations.ts'
import { scoresIn } from './shared/scores.ts'

const command = (name: string, scope: string) => ({ scope, when: isCommand(`${name}Vectors`) })
const results = 'result.vectors.length'
/** Where vectors are asked for. */
const returned = 'result.vectors.0.data.float32.length'
const batch_size = 'args.0.input.keys.length'
const send = [
  {
    ...command('Query', 'search'),
    metadata: {
      top_k: 'args.0.input.topK',
      dimensions: 'args.0.input.queryVector.float32.length',
      filtered: 'is(args.0.input.filter)',
      results,
      // Where the query asks for them.
      ...scoresIn('result.vectors', 'distance', 'distance'),
    },
  },
  {
    ...command('Put', 'upsert'),
    metadata: { batch_size: 'args.0.input.vectors.length', dimensions: 'args.0.input.vectors.0.data.float32.length' },
  },
  { ...command('Get', 'fetch'), metadata: { batch_size, dimensions: returned, results } },
  { ...command('List', 'fetch'), metadata: { top_k: 'args.0.input.maxResults', dimensions: returned, results } },
  { ...command('Delete', 'delete'), metadata: { batch_size } },
  ...['create', 'get', 'list', 'delete'].flatMap((verb) =>
    (verb === 'list' ? ['Indexes', 'VectorBuckets'] : ['Index', 'VectorBucket']).map((of) =>
      manage(`${verb}${of.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`, {
        when: isCommand(`${verb[0]?.toUpperCase()}${verb.slice(1)}${of}`),
      }),
    ),
  ),
]

export default {
  name: 's3vectors',
  module: '@aws-sdk/client-s3vectors',
  versions: '>=3 <4',
  target: 'vector_store',
  system: { db: 'aws.s3vectors' },
  classes: [
    {
      ...sends('S3VectorsClient', {
        collection: 'args.0.input.indexName ?? args.0.input.indexArn',
        namespace: 'args.0.input.vectorBucketName',
      }),
      methods: { send },
    },
  ],
  methods: [
    {
      // A whole list; the pages, for which it sends commands, are its own.
      at: 'paginateListVectors',
      scope: 'fetch',
      ends: { kind: 'cursor' },
      metadata: {
        collection: 'args.1.indexName ?? args.1.indexArn',
        namespace: 'args.1.vectorBucketName',
        top_k: 'args.0.pageSize ?? args.1.maxResults',
      },
      chunk: { results: 'sum(size(chunk.vectors))' },
    },
  ],
} satisfies Instrumentation
