import { s3vectorsServer } from '../support/aws-server.ts'
import { library } from '../support/library.ts'
import { eachManaged, managed } from '../support/managed.ts'

const docs = { collection: 'docs', namespace: 'books', attempts: 1 }

/** The stand-in's distances: 0, a tenth, two tenths. */
const near = (results: number) => ({
  results,
  top_score: 0,
  last_score: (results - 1) / 10,
  score_kind: 'distance',
})
const listed = { scope: 'vector_store.fetch', collection: 'docs', namespace: 'books', top_k: 2 }

library({
  name: 's3vectors',
  module: '@aws-sdk/client-s3vectors',
  packages: ['current'],
  server: s3vectorsServer,
  imports: [['* as aws', '@aws-sdk/client-s3vectors']],
  setUp: ({ url }) => `
    const { S3VectorsClient, S3Vectors, QueryVectorsCommand, PutVectorsCommand, GetVectorsCommand, ListVectorsCommand, DeleteVectorsCommand } = aws
    const credentials = { accessKeyId: 'private', secretAccessKey: 'private' }
    const options = { region: 'us-east-1', endpoint: '${url}', credentials, retryMode: 'standard' }
    const client = new S3VectorsClient(options)
    const index = { vectorBucketName: 'books', indexName: 'docs' }
    const query = (more) => new QueryVectorsCommand({ ...index, topK: 3, queryVector: { float32: [1, 2] }, ...more })`,
  // Which the client otherwise says on stderr where Node 20 runs it.
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  tearDown: 'client.destroy()',
  // The client's prototype has a send of its own with the agent, and inherits it without.
  shapes: [
    'aws.paginateListVectors',
    'S3VectorsClient',
    'client',
    'client.send',
    'query()',
    'client.send(query())',
    'S3Vectors.prototype',
  ],
  fails: `client.send(query({ indexName: 'fail' }))`,
  many: 'client.send(query())',
  calls: [
    {
      it: 'records what makes, opens, lists and changes what holds the data',
      body: `
        print(await client.send(new aws.CreateIndexCommand({ ...index, dataType: 'float32', dimension: 2, distanceMetric: 'cosine' })).then(Boolean))
        print(await client.send(new aws.GetIndexCommand(index)).then(Boolean))
        print(await client.send(new aws.ListIndexesCommand({ vectorBucketName: 'books' })).then(Boolean))
        print(await client.send(new aws.ListVectorBucketsCommand({})).then(Boolean))
        print(await client.send(new aws.DeleteIndexCommand(index)).then(Boolean))`,
      records: [
        ...eachManaged('create_index get_index', { collection: 'docs', namespace: 'books', attempts: 1 }),
        managed('list_indexes', { namespace: 'books', attempts: 1 }),
        managed('list_vector_buckets', { attempts: 1 }),
        managed('delete_index', { collection: 'docs', namespace: 'books', attempts: 1 }),
      ],
    },
    {
      it: 'records a query with what it found',
      body: `
        print((await client.send(query({ filter: { a: 'private' }, returnMetadata: true }))).vectors)
        const indexArn = 'arn:aws:s3vectors:us-east-1:123456789012:bucket/private/index/docs'
        print((await client.send(new QueryVectorsCommand({ indexArn, topK: 2, queryVector: { float32: [1] } }))).vectors.length)`,
      records: [
        { scope: 'vector_store.search', ...docs, top_k: 3, dimensions: 2, filtered: true, ...near(3) },
        {
          ...{ scope: 'vector_store.search', collection: 'docs', attempts: 1 },
          ...{ top_k: 2, dimensions: 1, filtered: false, ...near(2) },
        },
      ],
    },
    {
      it: 'records what writes, reads and deletes vectors',
      body: `
        const vectors = [{ key: 'private a', data: { float32: [1, 2] }, metadata: { a: 'private' } }, { key: 'private b', data: { float32: [1, 2] } }]
        print(Object.keys(await client.send(new PutVectorsCommand({ ...index, vectors }))))
        print((await client.send(new GetVectorsCommand({ ...index, keys: ['private a', 'private b'] }))).vectors.length)
        print((await client.send(new ListVectorsCommand({ ...index, maxResults: 5, returnData: true }))).vectors.length)
        print(Object.keys(await client.send(new DeleteVectorsCommand({ ...index, keys: ['private a'] }))))`,
      records: [
        { scope: 'vector_store.upsert', ...docs, batch_size: 2, dimensions: 2 },
        { scope: 'vector_store.fetch', ...docs, batch_size: 2, results: 2 },
        { scope: 'vector_store.fetch', ...docs, top_k: 5, dimensions: 3, results: 5 },
        { scope: 'vector_store.delete', ...docs, batch_size: 1 },
      ],
    },
    {
      it: 'records calls with a callback, by the client of all commands, and a list in pages as one',
      body: `
        await new Promise((resolve) => print([typeof client.send(query(), (error, found) => { print([error, found.vectors.length]); resolve() })]))
        await new Promise((resolve) => client.send(query({ indexName: 'fail' }), {}, (error, found) => { print([error.name, found]); resolve() }))
        const whole = new S3Vectors(options)
        print((await whole.queryVectors({ ...index, topK: 1, queryVector: { float32: [1] } })).vectors.length)
        for await (const { vectors } of aws.paginateListVectors({ client }, { ...index, maxResults: 2 })) print(vectors.length)
        for await (const { vectors } of aws.paginateListVectors({ client, pageSize: 2 }, index)) { print(vectors.length); break }
        whole.destroy()`,
      records: [
        { scope: 'vector_store.search', ...docs, top_k: 3, dimensions: 2, filtered: false, ...near(3) },
        {
          scope: 'vector_store.search',
          collection: 'fail',
          namespace: 'books',
          status: 404,
          top_k: 3,
          dimensions: 2,
          filtered: false,
          error: 'NotFoundException',
        },
        { scope: 'vector_store.search', ...docs, top_k: 1, dimensions: 1, filtered: false, ...near(1) },
        { ...listed, chunks: 2, results: 4, time_to_first_chunk_ms: 'ms' },
        { ...listed, results: 2 },
      ],
    },
    {
      it: 'records what was tried again as one call',
      body: `
        const { $metadata, vectors } = await client.send(query({ indexName: 'busy' }))
        print([$metadata.attempts, vectors.length])
        print(Object.keys(await client.send(new aws.GetIndexCommand(index))))`,
      records: [
        {
          scope: 'vector_store.search',
          collection: 'busy',
          namespace: 'books',
          top_k: 3,
          dimensions: 2,
          filtered: false,
          ...near(3),
          attempts: 2,
        },
        managed('get_index', { collection: 'docs', namespace: 'books', attempts: 1 }),
      ],
    },
  ],
})
