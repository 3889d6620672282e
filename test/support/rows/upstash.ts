import { upstashServer } from '../upstash-server.ts'
import type { Any, Family } from './row.ts'

const two = `[{ id: 'a', vector: [1, 2] }, { id: 'b', vector: [3, 4] }]`

/** Upstash's answers. */
const found = ({ result }: Any) => ({ results: result.filter(Boolean).length })

/** The same of a search, and its scores. */
const near = (answered: Any) => ({
  ...found(answered),
  top_score: answered.result[0].score,
  last_score: answered.result.at(-1).score,
})

/** Stores of vectors of which one vendor has several. */
export const upstash: Family = {
  upstash: {
    server: upstashServer,
    imports: [['{ Index as UpstashIndex }', '@upstash/vector']],
    setUp: `const index = new UpstashIndex({ url, token: 'k', retry: false })`,
    rows: [
      ['vector_store.manage', 'index.info()', ({ path }) => ({ operation: path.slice(1) })],
      [
        'vector_store.search',
        'index.query({ vector: [1, 2], topK: 3 })',
        ({ sent, answered }) => ({ ...near(answered), top_k: sent.topK, dimensions: sent.vector.length }),
      ],
      [
        'vector_store.upsert',
        `index.upsert(${two})`,
        ({ sent }) => ({ batch_size: sent.length, dimensions: sent[0].vector.length }),
      ],
      [
        'vector_store.fetch',
        `index.fetch(['a', 'b', 'c'])`,
        ({ sent, answered }) => ({ ...found(answered), batch_size: sent.ids.length }),
      ],
      [
        'vector_store.delete',
        `index.delete(['a', 'b'])`,
        ({ sent, answered }) => ({ batch_size: sent.ids.length, results: answered.result.deleted }),
      ],
      ['vector_store.search', `index.query({ vector: [1], topK: 1 }, { namespace: 'missing' })`, '{}'],
    ],
  },
  'upstash-search': {
    server: upstashServer,
    imports: [['{ Search as UpstashSearch }', '@upstash/search']],
    setUp: `
      const client = new UpstashSearch({ url, token: 'k', retry: false })
      const docs = client.index('docs')`,
    rows: [
      ['vector_store.manage', 'client.info()', ({ path }) => ({ operation: path.slice(1) })],
      [
        'vector_store.search',
        `docs.search({ query: 'private', limit: 3 })`,
        ({ sent, answered }) => ({ ...near(answered), top_k: sent.topK, query_len: sent.query.length }),
      ],
      [
        'vector_store.upsert',
        `docs.upsert([{ id: 'a', content: {} }, { id: 'b', content: {} }])`,
        ({ sent }) => ({ batch_size: sent.length }),
      ],
      [
        'vector_store.fetch',
        `docs.fetch(['a', 'b', 'c'])`,
        ({ sent, answered }) => ({ ...found(answered), batch_size: sent.ids.length }),
      ],
      [
        'vector_store.delete',
        `docs.delete(['a', 'b'])`,
        ({ sent, answered }) => ({ batch_size: sent.ids.length, results: answered.result.deleted }),
      ],
      ['vector_store.search', `client.index('missing').search({ query: 'private' })`, '{}'],
    ],
  },
  'upstash-redis': {
    server: upstashServer,
    imports: [['{ Redis as UpstashRedis }', '@upstash/redis']],
    setUp: `
      const redis = new UpstashRedis({ url, token: 'k', retry: false, responseEncoding: false, enableAutoPipelining: false })
      const docs = redis.vector.index('docs')`,
    rows: [
      ['database.manage', `docs.info()`, ({ sent }) => ({ collection: sent.flat()[1] })],
      [
        'vector_store.search',
        'docs.query({ vector: [1, 2], topK: 3 })',
        ({ answered }) => ({ results: answered.result.length }),
      ],
      ['vector_store.upsert', `docs.add('a', [1, 2, 3])`, '{ dimensions: 3 }'],
      [
        'database.query',
        `redis.pipeline().get('a').set('a', 1).exec()`,
        ({ path, sent }) => ({ operation: path.slice(1), batch_size: sent.length }),
      ],
      ['database.query', `redis.get('private-odd')`, ({ sent }) => ({ operation: sent[0] })],
    ],
  },
}
