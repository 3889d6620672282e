import type { Pipeline } from '../../agent/call.ts'

/** A pipeline that takes every call and does nothing else. */
export const plain: Pipeline = {
  now: () => performance.now(),
  sample: () => true,
  reads: true,
  prepares: false,
  detailed: false,
  measure: undefined,
  memory_mb: 0,
  errors: true,
  stackTrace: false,
  includeMetadata: true,
  tryAcquire: () => true,
  emit: () => true,
  observe: undefined,
  capture: undefined,
  requests: undefined,
  meter: { begin: () => 0, end() {}, done() {} },
  fault() {},
}
