import type { Wire } from '../../agent/model.ts'
import { scoresIn } from '../shared/scores.ts'

const of = { collection: 'args.0.params.collection', namespace: 'args.0.params.keyspace' }
const store = { target: 'vector_store', failed: 'is(result.errors)' }
const documents = 'result.data.documents'

/** The command is the one key of the body. */
export default {
  name: 'astra',
  system: { db: 'astra' },
  hosts: ['apps.astra.datastax.com'],
  libraries: { astra: 'user-agent: astra-db-ts' },
  calls: {
    'POST /**/v1/{keyspace}/{collection}': [
      {
        ...store,
        scope: 'search',
        when: 'is(args.0.body.find.sort.$vector || args.0.body.find.sort.$vectorize)',
        metadata: {
          ...of,
          top_k: 'args.0.body.find.options.limit',
          filtered: 'is(keys(args.0.body.find.filter))',
          dimensions: 'dimensions(args.0.body.find.sort.$vector)',
          results: `${documents}.length`,
          ...scoresIn(documents, '$similarity', 'similarity'),
        },
      },
      {
        ...store,
        scope: 'fetch',
        when: 'has(args.0.body.find || args.0.body.findOne)',
        metadata: { ...of, results: `${documents}.length ?? (result.data.document && 1)` },
      },
      {
        ...store,
        scope: 'upsert',
        when: 'has(args.0.body.insertMany || args.0.body.insertOne)',
        metadata: {
          ...of,
          batch_size: 'size(args.0.body.insertMany.documents) ?? 1',
          results: 'size(result.status.insertedIds)',
          dimensions:
            'dimensions(args.0.body.insertMany.documents.0.$vector ?? args.0.body.insertOne.document.$vector)',
        },
      },
      { ...store, scope: 'delete', when: 'has(args.0.body.deleteMany || args.0.body.deleteOne)', metadata: of },
    ],
  },
} satisfies Wire
