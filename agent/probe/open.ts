import { createRequire } from 'node:module'
import type { ProbeParts, Probes } from './probe.ts'

/** The user's probes, whose part is loaded when the first is named. */
export function openProbes(parts: ProbeParts): Probes {
  let probes: Probes | undefined
  const open = () => {
    const { createProbes } = createRequire(import.meta.url)('../chunk/probe.cjs') as typeof import('./probe.ts')
    return createProbes(parts)
  }

  return {
    apply(paths, withMetadata) {
      if (paths.length > 0) probes ??= open()
      probes?.apply(paths, withMetadata)
    },
  }
}
