import type { Instrumentation } from '../agent/model.ts'
import {
  batchSize,
  byVectorStage,
  collectionOf,
  failureOf,
  isWhole,
  vectorStage,
  writesVectors,
} from './shared/mongo-pipeline.ts'

/** A bulk's own results have what failed of it. */
const writes = { batch_size: batchSize, failed_items: 'size(result.writeErrors) || undefined' }
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
  versions: '>=6.20 <8',
  target: 'vector_store',
  system: { db: 'mongodb' },
  classes: [
    {
      file: 'lib/operations/execute_operation',
      metadata: { collection: collectionOf, operation: 'args.1.commandName()' },
      failed: failureOf,
      // Every operation of every object of the driver goes through this function, with its retries.
      methods: {
        executeOperation: [
          { scope: 'search', when: byVectorStage, metadata: { ...vectorStage, results } },
          { scope: 'upsert', when: writesVectors, metadata: writes },
          {
            scope: 'query',
            target: 'database',
            when: isWhole,
            metadata: { ...writes, results },
          },
        ],
      },
    },
  ],
} satisfies Instrumentation
