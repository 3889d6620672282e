import type { Instrumentation } from '../agent/model.ts'
import { byVectorStage, collectionOf, insertsVectors, isWhole, vectorStage } from './shared/mongo-pipeline.ts'

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
      metadata: { collection: collectionOf, operation: 'args.1.commandName()' },
      // Every operation of every object of the driver goes through this function, with its retries.
      methods: {
        executeOperation: [
          { scope: 'search', when: byVectorStage, metadata: { ...vectorStage, results } },
          { scope: 'upsert', when: insertsVectors, metadata: { batch_size } },
          {
            scope: 'query',
            target: 'database',
            when: isWhole,
            metadata: { batch_size, results },
          },
        ],
      },
    },
  ],
} satisfies Instrumentation
