import { chunk } from '../chunk.ts'
import type { ProbeParts, Probes } from './probe.ts'

/** The user's probes, whose part is loaded when the first is named. */
export function openProbes(parts: ProbeParts): Probes {
  let probes: Probes | undefined
  const open = () => chunk<typeof import('./probe.ts')>('probe').createProbes(parts)

  return {
    apply(paths, withMetadata) {
      if (paths.length > 0) probes ??= open()
      probes?.apply(paths, withMetadata)
    },
  }
}
