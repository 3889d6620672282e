import { threadId } from 'node:worker_threads'
import type { Pipeline } from './call.ts'
import { now } from './clock.ts'
import type { Config } from './config/schema.ts'
import { createGovernor, leastShare } from './filter/governor.ts'
import { createLimiter } from './filter/limiter.ts'
import { createSampler } from './filter/sampler.ts'
import { followLabels } from './labels.ts'
import type { Ledger } from './ledger.ts'
import type { Counts, Output, ProfileRecord, WarnOnce } from './model.ts'
import { openOutputs } from './output/open.ts'
import type { OutputParts } from './output/output-parts.ts'
import { openMeanwhile } from './process/open.ts'
import { followRecording } from './recording.ts'
import type { ModulePatch } from './replace/patch.ts'
import type { LiveSpan } from './request/context.ts'
import type { Kept } from './request/kept.ts'
import { openRequests } from './request/open.ts'
import type { LogFields, OpenRequests } from './request/request.ts'
import type { TellRoute } from './request/routes/route-patches.ts'
import { requestPoint } from './request-point.ts'
import { unseen } from './scope/inside.ts'
import { createMeasure } from './scope/measure.ts'
import { createMeter } from './scope/meter.ts'
import { closeNesting } from './scope/nesting.ts'
import { compileObserver } from './scope/observer.ts'
import { openRepeats } from './scope/open-repeats.ts'
import { openVectors } from './scope/open-vectors.ts'
import { compileRecord } from './scope/record.ts'
import { rehearsedEnd, rehearsedScope } from './scope/rehearsal.ts'
import type { Repeats } from './scope/repeats.ts'
import type { CheckVectors } from './scope/vectors.ts'
import type { Stream } from './stream.ts'
import { followSystem } from './system.ts'
import { openTestExecution } from './test-execution.ts'
import { addUnsent, countEmitted, countLost } from './threads.ts'

interface PipelineParts {
  readonly config: Config
  /** The configuration file's folder. */
  readonly folder: string
  /** The location of an option in the configuration. */
  readonly where: (path: string) => string | undefined
  readonly ledger: Ledger
  /** Hosts that the agent itself speaks to, as `URL.host` has them; outputs add theirs. */
  readonly agentOrigins: Set<string>
  readonly streamOf: (destination: 'stdout' | 'stderr') => Stream
  readonly warnOnce: WarnOnce
  /** For outputs that a reload opens: what has been reported before is reported again. */
  readonly warnAgain: () => WarnOnce
  readonly fault: (error: unknown) => void
}

/** Sampler, threshold, limiter, record, outputs: what a call passes. */
export interface PipelineControl {
  readonly pipeline: Pipeline
  /** Makes all parts anew from a configuration; calls under way end by the new one. */
  apply(config: Config): void
  /** The innermost profiled call here, where requests are on. */
  current(): LiveSpan | undefined
  /** Binds work that the application keeps for later to its request, while requests are on. */
  readonly kept: Kept
  /** Tells the route of an incoming request, while requests are on. */
  readonly tellRoute: TellRoute
  /** Attach to test frameworks. */
  readonly testModules: readonly ModulePatch[]
  readonly handsOutTests: () => boolean
  /** The ids for a log line of the application, in a request. */
  logFields(): LogFields | undefined
  /** Takes a record that no call made, past the limiter. */
  readonly take: (record: ProfileRecord, counts: Counts) => void
  /** Does ahead what the first call would pay for: opens the outputs, runs the code of a record once. */
  ready(): void
  /** Writes and sends now what the outputs hold back, and calls back when that has arrived or is given up. */
  drain(done: () => void): void
  /** At exit. */
  flush(): void
}

export function createPipeline(parts: PipelineParts): PipelineControl {
  const { ledger, streamOf, warnOnce, warnAgain, fault, folder, where, agentOrigins } = parts
  const dateNow = Date.now
  const meter = createMeter(
    now,
    warnOnce,
    (at) => governor.look(at),
    () => openMeanwhile().openProcessor(),
  )
  const governor = createGovernor({ now, total: meter.total, warnOnce, changed: (left) => setShare(left) })
  ledger.restraint = governor.text
  const limiter = createLimiter(now, 0, () => {
    const location = where('max_records_per_minute') ?? 'the default'
    warnOnce(
      'limit',
      `max_records_per_minute (${limiter.most}, ${location}) is reached: further records of such a minute are left out and only counted; raise it to keep them`,
    )
  })
  let { config } = parts
  let outputs: Output | undefined
  let opened = ''
  let requests: OpenRequests | undefined
  const labels = followLabels({ where, warnOnce })
  ledger.labels = labels.counts
  /** The options that they were opened with. */
  let asked: string | undefined
  let repeats: Repeats | undefined
  let vectors: CheckVectors | undefined
  let rate = 1
  /** The share of the rate that the governor leaves. */
  let share = 1
  let decide = () => true
  let observe: Pipeline['observe']

  const deliver = (record: ProfileRecord, context: unknown) => {
    const since = now()
    const taken = outputs?.write(record, context) ?? false
    meter.spent(now() - since)
    return taken
  }
  const write = (record: ProfileRecord, context: unknown) => {
    const taken = recording.hold(record, context) || deliver(record, context)
    if (taken) countEmitted()
    return taken
  }
  /** A record that was taken has not arrived. */
  const lost = (library: string, scope: string) => {
    const counts = ledger.counts(library, scope)
    counts.emitted--
    counts.dropped++
    countLost()
  }
  const recording = followRecording({
    ...{ where, warnOnce, fault, spent: meter.spent },
    release: (record, context) => {
      if (!deliver(record, context)) lost(record.library, record.name)
    },
  })
  const record = compileRecord({
    dateNow,
    // Calls under way when it paused were sampled before.
    sampleRate: () => rate * (share || leastShare),
    includeMetadata: () => pipeline.includeMetadata,
    repeats: () => repeats,
    vectors: () => vectors,
    labels: labels.constants,
    pid: process.pid,
    threadId,
  })
  const pipeline: Pipeline = {
    now,
    sample: () => false,
    reads: true,
    prepares: false,
    detailed: false,
    measure: undefined,
    memory_mb: 0,
    errors: true,
    stackTrace: false,
    includeMetadata: true,
    tryAcquire: () => limiter.tryAcquire(1),
    emit: (scope, ended) => write(record(scope, ended), scope.context),
    observe: undefined,
    capture: undefined,
    requests: undefined,
    meter,
    fault,
  }

  const suppressTracing: OutputParts['suppressTracing'] = (run) => {
    const { sample } = pipeline
    pipeline.sample = never
    try {
      return run()
    } finally {
      pipeline.sample = sample
    }
  }
  const setShare = (left: number) => {
    share = left
    decide = createSampler(rate * share, dateNow() ^ (process.pid << 12) ^ threadId)
    pipeline.sample = requests?.sample ?? decide
    recording.pause(left === 0)
    settleObserver()
  }
  const settleObserver = () => {
    pipeline.observe = share > 0 ? observe : undefined
    pipeline.reads = rate * share > 0 || requests !== undefined || pipeline.observe !== undefined
  }
  const setObserver = () => {
    observe = outputs?.observe && compileObserver(outputs.observe, () => pipeline.includeMetadata, labels.constants)
    settleObserver()
  }
  const outputParts = (warn: WarnOnce): OutputParts => ({
    ...{ streamOf, warnOnce: warn, fault, folder, where, ledger, meter, agentOrigins, suppressTracing },
    unseen,
    config: () => config,
    changed: () => setObserver(),
    lost,
    takeProfile: recording.take,
    addUnsent,
  })
  const system = followSystem({
    ...{ meter, fault },
    open: (output, alerts) =>
      openOutputs(
        { output: [output], alerts: ofThresholds(alerts), cli: { socket: '' } },
        {
          ...outputParts(warnAgain()),
          section: 'system.',
          where: (path) => where(path.startsWith('output') ? `system.${path}` : path),
        },
      ),
    told: (reading) => outputs?.process?.(reading),
  })
  const tests = openTestExecution({
    ...{ config, where, warnOnce, fault, folder },
    open: (output) =>
      openOutputs(
        { output: [output], alerts: [], cli: { socket: '' } },
        {
          ...outputParts(warnOnce),
          section: 'test_execution.',
          where: (path) => where(`test_execution.${path}`),
        },
      ),
    roots: () => requests?.tests,
    countsOf: ledger.counts,
  })
  const apply = (next: Config) => {
    config = next
    labels.apply(next)
    const wanted = JSON.stringify([
      ...[next.output, next.alerts, next.cli, countsCosts(next) && next.prices],
      countsCalls(next) && next.labels,
    ])
    // While off they stay open: records of calls under way still go there.
    if (next.enabled && wanted !== opened) {
      outputs?.close?.()
      outputs = openOutputs(next, outputParts(opened === '' ? warnOnce : warnAgain()))
      opened = wanted
    } else if (next.enabled) outputs?.renew?.()
    recording.apply(next)
    system.apply(next)
    limiter.most = next.max_records_per_minute
    rate = next.mode === 'sampling' ? next.sample_rate : 1
    const sample = () => decide()
    closeNesting()
    const options = next.enabled && (next.requests || tests.on) ? JSON.stringify(next.request) : undefined
    if (options !== undefined && options === asked) requests?.renew(requestPoint(next, ledger))
    else {
      requests?.close()
      requests =
        options === undefined
          ? undefined
          : openRequests({
              options: next.request,
              tests: tests.on,
              sample,
              point: requestPoint(next, ledger),
              labelsOf: labels.of,
              pipeline,
              tryAcquire: limiter.tryAcquire,
              record,
              write,
              now,
              warnOnce,
              fault,
            })
    }
    asked = options
    pipeline.requests = requests
    pipeline.detailed = next.level === 'detailed'
    if (pipeline.detailed) pipeline.measure ??= createMeasure()
    pipeline.memory_mb = next.thresholds.memory_mb
    pipeline.errors = next.errors === 'always'
    pipeline.stackTrace = next.include_stack_trace
    pipeline.includeMetadata = next.include_metadata
    // Switched off, what it knew goes with its salt.
    repeats = next.enabled && next.find_repeats ? (repeats ?? openRepeats(warnOnce)) : undefined
    vectors = next.enabled && next.check_vectors ? (vectors ?? openVectors(warnOnce)) : undefined
    pipeline.capture = outputs?.capture
    setObserver()
    governor.reset(next.limits.self_cpu_percent)
    const { detailed, stackTrace, capture } = pipeline
    pipeline.prepares = detailed || stackTrace || capture !== undefined || requests !== undefined
  }
  apply(parts.config)

  return {
    pipeline,
    apply,
    current: () => requests?.current(),
    kept: {
      bound: (callback) => requests?.kept.bound(callback) ?? callback,
      enterFor: (object) => requests?.kept.enterFor(object),
      contexts: () => requests?.kept.contexts(),
    },
    tellRoute: (response, route) => requests?.tellRoute(response, route),
    testModules: tests.modules,
    handsOutTests: tests.handsOut,
    logFields: () => requests?.logFields(),
    take(record, counts) {
      counts.seen++
      if (!limiter.tryAcquire(1)) counts.limited++
      else if (write(record, undefined)) counts.emitted++
      else counts.dropped++
    },
    ready() {
      if (outputs === undefined) return
      outputs.ready?.()
      JSON.stringify(record(rehearsedScope(now()), rehearsedEnd))
    },
    drain(done) {
      outputs?.settle?.()
      if (outputs?.drain === undefined) done()
      else outputs.drain(done)
    },
    flush() {
      requests?.flush()
      tests.flush()
      recording.close()
      system.flush()
      outputs?.flush()
      outputs?.exit?.()
    },
  }
}

const never = () => false
const countsCalls = ({ output }: Config) => output.some(({ type }) => type === 'prometheus')
const countsCosts = ({ output }: Config) => output.some((one) => one.type === 'prometheus' && one.costs !== 'off')
/** Snapshots of the process are no calls that findings could be of. */
const ofThresholds = (alerts: Config['alerts']) =>
  alerts.filter((one) => one.type === 'none' || one.on === 'thresholds')
