import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Instrumentation } from '../model.ts'

/**
 * Every library that the agent knows, in outline: where its methods are and what scopes they have, without metadata
 * and functions. That is enough to know when its module is loaded.
 */
export function outlines(): readonly Instrumentation[] {
  return JSON.parse(readFileSync(new URL('../chunk/libraries.json', import.meta.url), 'utf8'))
}

/** A library's own file, whole. */
export function libraryOf(name: string): Instrumentation {
  return createRequire(import.meta.url)(`../chunk/library/${name}.cjs`).default
}
