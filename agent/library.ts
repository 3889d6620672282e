import { chunk, chunkData } from './chunk.ts'
import type { Manifest } from './manifest.ts'
import type { Instrumentation } from './model.ts'

/** The manifests of all libraries; none of the libraries' own files is loaded for that. */
export function manifests(): readonly Manifest[] {
  return chunkData('libraries')
}

/** The names of the services that are known by their requests, and their scopes. */
export const wireNames = (): readonly string[] => chunk<{ wireNames(): readonly string[] }>('wire-calls').wireNames()

/** A library's own file, whole. */
export function libraryOf(name: string): Instrumentation {
  return chunk<{ default: Instrumentation }>(`library/${name}`).default
}
