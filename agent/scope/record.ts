import type { Ended, Scope } from '../call.ts'
import type { LabelSet, Metadata, ProfileRecord } from '../model.ts'
import { errorName, statusOf } from './failure.ts'
import { keepOwn, nestOf } from './nesting.ts'
import type { Repeats } from './repeats.ts'
import { applicationFrames } from './stack.ts'
import type { CheckVectors } from './vectors.ts'

/** The parts of the configuration and the process that are in a record. */
export interface RecordParts {
  readonly dateNow: () => number
  readonly sampleRate: () => number
  readonly includeMetadata: () => boolean
  /** Compares inputs, with `find_repeats`. */
  readonly repeats: () => Repeats | undefined
  /** Looks at vectors, with `check_vectors`. */
  readonly vectors: () => CheckVectors | undefined
  /** Of calls outside of requests. */
  readonly labels: () => LabelSet | undefined
  readonly pid: number
  readonly threadId: number
}

/** Builds what leaves the agent: numbers, booleans and cut strings, no reference into the application. */
export function compileRecord(parts: RecordParts): (scope: Scope, ended: Ended) => ProfileRecord {
  return (scope, ended) => {
    const { point } = scope
    const record: ProfileRecord = {
      name: point.name,
      duration_ms: Math.round(ended.durationMs * 100) / 100,
      timestamp: Math.round(parts.dateNow() - ended.durationMs - scope.idleMs) / 1000,
      library: point.library,
      concurrent: ended.concurrent,
      pid: parts.pid,
      thread_id: parts.threadId,
    }
    if (point.seen !== undefined) record.seen = point.seen
    if (ended.failed) {
      record.error = errorName(ended.error)
      const status = statusOf(ended.error)
      if (status !== undefined) record.status = status
    }
    const exceeded = exceededBy(ended, point.slow_call_ms)
    if (exceeded !== undefined) record.exceeded = exceeded
    const sampleRate = parts.sampleRate()
    if (sampleRate < 1) record.sample_rate = sampleRate
    if (parts.includeMetadata()) {
      const call = { self: scope.self, args: scope.args, result: ended.result }
      const metadata = point.read?.(call)
      // Inputs of a failed call were not embedded; that they come again is no repeat.
      const repeated = ended.failed ? undefined : parts.repeats()?.(point, call, metadata)
      const checked = parts.vectors()?.(point, call)
      // No copy of the metadata: nothing else has it, and a copy takes as long as to read it.
      const found =
        repeated === undefined && checked === undefined ? metadata : { ...metadata, ...repeated, ...checked }
      if (found !== undefined) record.metadata = scope.metadata === undefined ? found : { ...found, ...scope.metadata }
      else if (scope.metadata !== undefined) record.metadata = { ...scope.metadata }
      const { metadata: all } = record
      if (all?.response_model !== undefined && all.response_model === all.model) record.metadata = withoutAnswering(all)
      const nest = nestOf(scope)
      if (nest !== undefined && record.metadata) keepOwn(record.metadata, nest.recorded, false)
    }
    const labels = scope.span?.labels ?? parts.labels()
    if (labels !== undefined) record.labels = labels
    if (ended.memoryMb !== undefined) record.peak_memory_mb = Math.round(ended.memoryMb * 100) / 100
    if (ended.cpuMs !== undefined) record.cpu_ms = Math.round(ended.cpuMs * 100) / 100
    if (scope.span !== undefined) {
      const { traceId, spanId, parentId, requestId, selfMs, timing } = scope.span
      record.trace_id = traceId
      record.span_id = spanId
      if (parentId !== undefined) record.parent_id = parentId
      if (requestId !== undefined) record.request_id = requestId
      record.self_ms = Math.round(selfMs * 100) / 100
      record.timing = timing
    }
    const frames = scope.stack && applicationFrames(scope.stack)
    if (frames) record.stack_trace = frames
    return record
  }
}

/** A copy, for what has lost a key by `delete` takes twice as long to write. */
function withoutAnswering({ response_model: _, ...others }: Metadata): Metadata {
  return others
}

/** A threshold of 0 records all, so there is nothing to exceed. */
function exceededBy(ended: Ended, slowCallMs: number): string[] | undefined {
  const names: string[] = []
  if (ended.slow && slowCallMs > 0) names.push('slow_call_ms')
  if (ended.bulky) names.push('memory_mb')
  return names.length > 0 ? names : undefined
}
