import type { Class, Instrumentation } from '../agent/model.ts'
import { inference } from './shared/elastic-inference.ts'
import { esql, esqlSearch, searchesEsql } from './shared/esql.ts'
import { command, either, managesIn } from './shared/operations.ts'
import { scoresIn } from './shared/scores.ts'
import { failureOf, outcome, reply, scrolled } from './shared/search-answer.ts'
import * as body from './shared/search-body.ts'

const results = reply('hits.hits.length')
/** None where an order of the application's own takes their place. */
const scores = scoresIn(reply('hits.hits'), '_score', 'similarity')
const top_k = 'args.0.size ?? args.0.body.size'
const batch = {
  batch_size: 'size(args.0.searches ?? args.0.body) / 2',
  results: `total(${reply('responses.*.hits.hits')})`,
}
const one = { batch_size: 1 }
const bulk = { batch_size: reply('items.length') }
const [updated, deleted] = [{ results: reply('updated') }, { results: reply('deleted') }]
/** Version 8 has one build of them. */
const inBuilds = (name: string, shared: Omit<Class, 'at' | 'file'>): Class[] => [
  { ...shared, at: 'default.prototype', file: `lib/${name}` },
  { ...shared, at: 'default.prototype', file: `esm/${name}`, versions: '>=9' },
]
// Of columns the rows can't be known.
const rows = { results: `number(is(args.0.columnar ?? args.0.body.columnar) == false && size(${reply('values')}))` }

export default {
  name: 'elasticsearch',
  module: '@elastic/elasticsearch',
  versions: '>=8 <10',
  target: 'vector_store',
  system: { db: 'elasticsearch', provider: 'elasticsearch' },
  classes: [
    {
      at: 'Client.prototype^', // The helpers go through these.
      metadata: { collection: body.indexOf, ...outcome },
      failed: failureOf,
      methods: {
        search: [
          { scope: 'search', when: body.byVector, metadata: { ...body.vectorSearch, results, ...scores } },
          command('search', { top_k, results }),
        ],
        msearch: either('search', body.byVectorInBatch, 'msearch', batch),
        knnSearch: { scope: 'search', metadata: { ...body.vectorSearch, results, ...scores } },
        bulk: [
          { scope: 'upsert', when: body.writesVectorsInBulk, metadata: bulk },
          { scope: 'database.query', metadata: { ...bulk, operation: body.actionOf } },
        ],
        index: either('upsert', body.writesVectors, 'index', one),
        create: either('upsert', body.writesVectors, 'create', one),
        update: either('upsert', body.writesVectors, 'update', one),
        updateByQuery: either('upsert', body.writesVectors, 'update_by_query', updated),
        delete: command('delete', one),
        deleteByQuery: either('delete', body.byVector, 'delete_by_query', deleted),
        get: command('get', one),
        mget: command('mget', {
          batch_size: 'size(args.0.docs ?? args.0.body.docs ?? args.0.ids ?? args.0.body.ids)',
          results: `trues(${reply('docs.*.found')}) ?? 0`,
        }),
        scroll: command('scroll', { results }),
      },
    },
    ...inBuilds('helpers', {
      metadata: { collection: body.indexOf },
      methods: {
        scrollSearch: [
          { scope: 'search', when: body.byVector, metadata: body.vectorSearch, ...scrolled },
          { ...command('scroll', { top_k }), ...scrolled },
        ],
      },
    }),
    ...inBuilds('api/api/inference', {
      metadata: { model: 'args.0.inference_id', attempts: outcome.attempts },
      methods: inference,
    }),
    ...inBuilds('api/api/indices', {
      target: 'database',
      metadata: { collection: body.indexOf },
      manages: managesIn(
        'indices.',
        `create get exists delete open close refresh stats getMapping putMapping getSettings putSettings getAlias
        existsAlias putAlias updateAliases deleteAlias`,
      ),
    }),
    ...inBuilds('api/api/esql', {
      metadata: { ...esql, server_ms: outcome.server_ms, attempts: outcome.attempts },
      methods: {
        query: [{ scope: 'search', when: searchesEsql, metadata: { ...esqlSearch, ...rows } }, command('esql', rows)],
      },
    }),
  ],
  // What is sent through a pool of connections that are all taken waits in it: its transport's, and that of every other.
  queues: [{ module: 'undici', at: 'Client.prototype^.dispatch', binds: 'args.1' }],
} satisfies Instrumentation
