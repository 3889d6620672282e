import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Instrumentation } from '../model.ts'
import type { Outline } from '../outline.ts'

/** Every library that the agent knows, in outline: none of their files is loaded for that. */
export function outlines(): readonly Outline[] {
  return JSON.parse(readFileSync(new URL('../chunk/libraries.json', import.meta.url), 'utf8'))
}

/** A library's own file, whole. */
export function libraryOf(name: string): Instrumentation {
  return createRequire(import.meta.url)(`../chunk/library/${name}.cjs`).default
}
