import { readdirSync } from 'node:fs'
import type { Instrumentation } from '../agent/model.ts'

// The sources' names: dist may hold files that are no more.
const files = readdirSync(new URL('../../instrumentations/', import.meta.url))
  .filter((name) => name.endsWith('.ts'))
  .sort()

/** Every library that the agent knows: the files in instrumentations/, each of the name that it gives itself. */
export const builtIns: readonly Instrumentation[] = await Promise.all(
  files.map(async (name) => (await import(`../instrumentations/${name.replace('.ts', '.js')}`)).default),
)
