import type { Instrumentation } from '../agent/model.ts'
import ai from './ai.ts'
import lancedb from './lancedb.ts'
import langchain from './langchain.ts'
import openai from './openai.ts'
import pg from './pg.ts'
import qdrant from './qdrant.ts'

/** Every library that the agent knows. */
export const builtIns: readonly Instrumentation[] = [ai, lancedb, langchain, openai, pg, qdrant]
