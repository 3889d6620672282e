import type { Instrumentation } from '../agent/model.ts'
import { byVectorStage, collectionOf, insertsVectors, vectorStage } from './shared/mongo-pipeline.ts'

const command = 'args.1.commandName()'
/** A cursor's later portions and its end, and the sessions' own, belong to other calls. */
const isPart = ['getMore', 'killCursors', 'endSessions'].map((name) => `${command} == '${name}'`).join(' || ')
const batch_size = 'args.1.documents.length'
/** Told where the first portion is all: the cursor's id, a long, is none. */
const results = `number(${[
  'has(number(result.batchSize()))',
  'result.id().high == 0',
  'result.id().low == 0',
  'result.batchSize()',
].join(' && ')})`

export default {
  name: 'mongodb',
  module: 'mongodb',
  versions: '>=6.22 <8',
  target: 'vector_store',
  system: { db: 'mongodb' },
  classes: [
    {
      file: 'lib/operations/execute_operation',
      metadata: { collection: collectionOf, operation: command },
      // Every operation of every object of the driver goes through this function, with its retries.
      methods: {
        executeOperation: [
          { scope: 'search', when: byVectorStage, metadata: { ...vectorStage, results } },
          { scope: 'upsert', when: insertsVectors, metadata: { batch_size } },
          {
            scope: 'query',
            target: 'database',
            when: `is(${isPart}) == false`,
            metadata: { batch_size, results },
          },
        ],
      },
    },
  ],
} satisfies Instrumentation
