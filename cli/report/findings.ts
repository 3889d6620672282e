import type { Detector } from './findings/detector.ts'
import { createEmptyResults } from './findings/empty-results.ts'
import { createLargeTopK } from './findings/large-top-k.ts'
import { createRateLimits } from './findings/rate-limits.ts'
import { createRepeatedInputs } from './findings/repeated-inputs.ts'
import { createRetries } from './findings/retries.ts'
import { createSequentialCalls } from './findings/sequential-calls.ts'
import { createSingleEmbeddings } from './findings/single-embeddings.ts'
import { createBlockedLoop, createColdConnections } from './findings/waiting.ts'
import type { Finding } from './model.ts'
import type { CallTree } from './tree.ts'

/** All detectors together; their findings, what saves the most time first. */
export function createFindings() {
  const detectors: readonly Detector[] = [
    createSingleEmbeddings(),
    createRepeatedInputs(),
    createSequentialCalls(),
    createRetries(),
    createRateLimits(),
    createBlockedLoop(),
    createColdConnections(),
    createLargeTopK(),
    createEmptyResults(),
  ]

  return {
    look(tree: CallTree): void {
      for (const detector of detectors) detector.look(tree)
    },
    all: (): Finding[] =>
      detectors
        .flatMap((detector) => detector.findings())
        .sort((one, other) => (other.saves_ms ?? -1) - (one.saves_ms ?? -1)),
  }
}
