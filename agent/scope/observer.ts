import type { Pipeline } from '../call.ts'
import type { LabelSet, Output } from '../model.ts'
import { errorName } from './failure.ts'
import { keepOwn, nestOf } from './nesting.ts'

/** Tells an output that keeps totals of each call's end. */
export function compileObserver(
  told: NonNullable<Output['observe']>,
  includeMetadata: () => boolean,
  labels: () => LabelSet | undefined,
): Pipeline['observe'] {
  return (scope, { durationMs, result, failed, error, memoryMb }) => {
    const { point, self, args, metadata: streamed, span } = scope
    const nest = nestOf(scope)
    const totals = includeMetadata() ? point.readTotals?.({ self, args, result }) : undefined
    const metadata = streamed === undefined ? totals : { ...totals, ...streamed }
    if (nest !== undefined && metadata) keepOwn(metadata, nest.told, true)
    told({
      point,
      durationMs,
      error: failed ? errorName(error) : undefined,
      memoryMb,
      metadata,
      labels: span?.labels ?? labels(),
      traceId: span?.traceId,
      spanId: span?.spanId,
    })
  }
}
