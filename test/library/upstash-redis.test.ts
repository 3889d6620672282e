import { library } from '../support/library.ts'
import { upstashServer } from '../support/upstash-server.ts'

const collection = 'docs'
const search = { scope: 'vector_store.search', operation: 'vector.query', collection, filtered: false }
const added = { scope: 'vector_store.upsert', operation: 'vector.add', collection }
const command = (operation: string, more = {}) => ({ scope: 'database.query', operation, ...more })

library({
  name: 'upstash-redis',
  module: '@upstash/redis',
  packages: ['current'],
  server: upstashServer,
  imports: [['{ Redis }', '@upstash/redis']],
  setUp: ({ url }) => `
    const options = { url: '${url}', token: 'private-token', responseEncoding: false }
    const redis = new Redis(options)
    const plain = new Redis({ ...options, enableAutoPipelining: false })
    const docs = redis.vector.index('docs')`,
  shapes: ['Redis', 'Redis.prototype', 'plain', 'docs', 'Object.getPrototypeOf(plain.client)', "plain.get('private')"],
  fails: `plain.get('private-odd')`,
  many: 'docs.query({ vector: [i], topK: 1 + (i % 3) })',
  calls: [
    {
      it: 'records searches and writes of a vector index',
      body: `
        print(await docs.query({ vector: [1, 2], topK: 3 }))
        print(await docs.query({ vector: Float32Array.of(1, 2, 3), topK: 2 }))
        print(await docs.add('private', [1, 2, 3]))
        print(await docs.add('private', Float32Array.of(1, 2)))`,
      records: [
        { ...search, dimensions: 2, top_k: 3, results: 3 },
        { ...search, dimensions: 3, top_k: 2, results: 2 },
        { ...added, dimensions: 3 },
        { ...added, dimensions: 2 },
      ],
    },
    {
      it: 'records what else is asked for by its command, alone or in a pipeline of the client that has no other',
      body: `
        print(await docs.delete('private'))
        print(await plain.get('private'))
        print(await redis.get('private'))
        print(await redis.search.index({ name: 'docs' }).query({ filter: { title: 'private' } }))`,
      records: [command('vector.del'), command('get'), command('get'), command('search.query')],
    },
    {
      it: 'records a pipeline and a transaction as the foremost of their commands',
      body: `
        print(await plain.pipeline().get('private').set('private', 1).exec())
        print(await plain.multi().get('private').exec())
        print(await Promise.all([redis.set('private', 1), redis.del('private')]))
        print(await plain.pipeline().get('private').get('private-odd').exec({ keepErrors: true }))`,
      records: [
        command('pipeline', { batch_size: 2 }),
        command('multi', { batch_size: 1 }),
        command('pipeline', { batch_size: 2 }),
        command('pipeline', { batch_size: 2, failed_items: 1 }),
      ],
    },
    {
      it: 'records as failed what the server refuses, also in a pipeline of its own',
      body: `
        for (const one of [redis, plain]) print(await one.get('private-odd').catch((error) => error.name))`,
      records: [command('get', { error: 'Error' }), command('get', { error: 'UpstashError' })],
    },
  ],
})
