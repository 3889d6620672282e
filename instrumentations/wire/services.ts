import type { Wire } from '../../agent/model.ts'
import openai from './openai.ts'
import qdrant from './qdrant.ts'

/** Every service that is known by its requests. */
export const wires: readonly Wire[] = [openai, qdrant]
