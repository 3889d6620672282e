import type { Instrumentation } from '../agent/model.ts'
import lancedb from './lancedb.ts'
import openai from './openai.ts'
import pg from './pg.ts'
import qdrant from './qdrant.ts'

/** Every library that the agent knows. */
export const builtIns: readonly Instrumentation[] = [lancedb, openai, pg, qdrant]
