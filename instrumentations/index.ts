import type { Instrumentation } from '../agent/model.ts'
import ai from './ai.ts'
import langchain from './langchain.ts'
import openai from './openai.ts'
import qdrant from './qdrant.ts'

/** Every library that the agent knows. */
export const builtIns: readonly Instrumentation[] = [ai, langchain, openai, qdrant]
