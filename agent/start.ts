import { fileURLToPath } from 'node:url'
import { isMainThread, threadId } from 'node:worker_threads'
import { chunk, codeFolder } from './chunk.ts'
import type { Loaded } from './config/load.ts'
import type { Config } from './config/schema.ts'
import { createWarnOnce, faultOf, lineOf } from './diagnostics.ts'
import { atExit } from './exit.ts'
import { followUnknownTargets } from './filter/unknown-targets.ts'
import { whyLate } from './imported.ts'
import { createLedger } from './ledger.ts'
import { attach } from './load/attach.ts'
import { supportsSyncHooks } from './load/loader.ts'
import { publishManual } from './manual.ts'
import { followNetwork } from './network.ts'
import { openLedger } from './output/open-ledger.ts'
import { createPipeline, type PipelineControl } from './pipeline.ts'
import { createPlan } from './plan.ts'
import { openProbes } from './probe/open.ts'
import { type Reread, watchConfig } from './reload.ts'
import { openRoutes } from './request/open.ts'
import { pinoLines } from './request/pino.ts'
import { watchRunner } from './runner.ts'
import { tap } from './scope/ending/watch.ts'
import { keepUnder } from './scope/read.ts'
import { rehearsed } from './scope/rehearsal.ts'
import { createScopes } from './scope/wrap.ts'
import { createStream, shareStream } from './stream.ts'
import { isNew, speaks } from './threads.ts'
import { followWire } from './wire.ts'

// The application's tests may put a fake in its place.
const { setImmediate: soon } = globalThis

/** Creates every part and joins them, in the order in which a call meets them. */
export function start(loaded: Loaded, folder: string, env: NodeJS.ProcessEnv, reread?: Reread): void {
  const { config } = loaded
  let current = loaded
  let wasOn = config.enabled
  const track = reread !== undefined
  const where = (path: string) => current.where(path)
  const { said, streamOf, warnOnce, warnAgain, say } = openDiagnostics()
  const ledger = createLedger()
  const fault = (error: unknown) => {
    ledger.faults++
    const what = faultOf(error, home)
    warnOnce(`fault ${what}`, `a fault of the agent, please report it: ${what}`)
  }
  for (const problem of loaded.problems) warnOnce(problem, problem)
  const late = whyLate(env)
  // A module of CommonJS may well have begun with it.
  if (late?.inModule && config.enabled && isMainThread) warnOnce('late', late.text)
  const onlyRuns = watchRunner(env)

  const shared = { ledger, warnOnce, fault }
  const agentOrigins = new Set<string>()
  const control = createPipeline({ ...shared, config, folder, where, agentOrigins, streamOf, warnAgain })
  const scopes = createScopes(control.pipeline)
  const plan = createPlan({ ...shared, loaded, track, scopes, kept: control.kept })
  const wantsLogIds = () => {
    const { enabled, requests, request } = current.config
    return enabled && requests && request.log_ids
  }
  const logFields = () => (wantsLogIds() ? control.logFields() : undefined)
  const logLines = wantsLogIds() || track ? [pinoLines(logFields, wantsLogIds, fault)] : []
  const wantsRoutes = () => current.config.enabled && current.config.requests
  const routes = wantsRoutes() || track ? openRoutes(control.tellRoute, wantsRoutes, fault) : []
  const probes = openProbes({
    folder,
    location: () => where('probes') ?? 'the default',
    stamp: { dateNow: Date.now, pid: process.pid, threadId, keep: keepUnder },
    counts: ledger.counts,
    take: control.take,
    warnOnce,
  })
  const probe = (by: Config) => isMainThread && probes.apply(by.enabled ? by.probes : [], by.include_metadata)
  const network = followNetwork({ ...shared, config, scopes, agentOrigins, current: control.current })
  const wire = followWire({ ...shared, config, scopes, userEntries: loaded.instrumentations })
  const rehearse = rehearseOnce(control, fault)
  const note: typeof ledger.note = (library, state, detail) => {
    ledger.note(library, state, detail)
    if (state === 'patched' || state === 'untested_version') rehearse()
  }
  const hooks = attach({
    ...shared,
    modules: [...plan.modules, ...logLines, ...routes, ...control.testModules],
    folder,
    track,
    follow: tap,
    note,
  })
  const unknown = followUnknownTargets({ current: () => current, manifests: plan.manifests, warnOnce })
  const manual = publishManual({ scopes, config, counts: ledger.counts, found: unknown.found, warnOnce, fault })
  probe(config)
  if (isMainThread && isFrozenBetween(env))
    chunk<typeof import('./lambda.ts')>('lambda').followInvocations({ drain: control.drain, warnOnce, fault })

  const apply = (next: Loaded) => {
    current = next
    wasOn ||= next.config.enabled
    control.apply(next.config)
    plan.refresh(next)
    manual.refresh(next.config)
    network.refresh(next.config)
    wire.refresh(next.config)
    hooks.refresh()
    probe(next.config)
  }
  if (track) watchConfig({ first: loaded, reread, say, apply, fault })
  atExit({
    collect: hooks.collect,
    warnOfUnknownTargets: unknown.warn,
    stopProbes: () => probes.apply([], true),
    flush() {
      wire.flush()
      control.flush()
    },
    words: {
      ledger,
      warnOnce,
      observed: () => control.pipeline.observe !== undefined,
      debug: isSet(env.CROSSBRIDGE_PROFILING_DEBUG),
      late: late?.text,
    },
    writeLedger: openLedger(env.CROSSBRIDGE_PROFILING_LEDGER, {
      ledger,
      hooks: supportsSyncHooks() ? 'sync' : 'thread',
      problems: said,
      warnOnce,
    }),
    isApplication: () => wasOn && !control.handsOutTests() && !(ledger.isIdle() && onlyRuns()),
  })
}

/** What the agent says of itself on stderr; `said` is all of it, for the ledger's file. */
function openDiagnostics() {
  const streams = { stdout: createStream(1), stderr: createStream(2) }
  const said: string[] = []
  const write = (line: string) => streams.stderr.write(line, true)
  const warnOnce = createWarnOnce((line) => {
    said.push(line.trimEnd())
    write(line)
  }, isNew)

  return {
    said,
    streamOf(destination: 'stdout' | 'stderr') {
      shareStream(destination === 'stdout' ? 1 : 2)
      return streams[destination]
    },
    warnOnce,
    // Worker threads read the same, so the main thread says it for all; and it may be said again and again.
    say: (message: string) => void (speaks && write(lineOf(message))),
    warnAgain: () => (speaks ? createWarnOnce(write) : warnOnce),
  }
}

/** Opens the outputs and passes a call that never was, when the first library is there: see scope/rehearsal.ts. */
function rehearseOnce(control: PipelineControl, fault: (error: unknown) => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    soon(() => {
      try {
        control.ready()
        // Its own scopes, so that it does not count as concurrent to a call under way.
        if (control.pipeline.observe === undefined)
          void createScopes(control.pipeline).wrap([rehearsed], async () => {})()
      } catch (error) {
        fault(error)
      }
    }).unref()
  }
}

/** AWS Lambda, where a process has one invocation at a time. */
const isFrozenBetween = (env: NodeJS.ProcessEnv) =>
  env.AWS_LAMBDA_RUNTIME_API !== undefined && env.AWS_LAMBDA_MAX_CONCURRENCY === undefined

/** The folder of the agent's code. */
const home = fileURLToPath(codeFolder())

const isSet = (value: string | undefined) => value !== undefined && !/^(|0|false)$/i.test(value)
