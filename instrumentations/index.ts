import type { Instrumentation } from '../agent/model.ts'
import openai from './openai.ts'
import qdrant from './qdrant.ts'

/** Every library that the agent knows. */
export const builtIns: readonly Instrumentation[] = [openai, qdrant]
