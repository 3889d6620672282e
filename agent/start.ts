import { fileURLToPath } from 'node:url'
import { isMainThread, threadId } from 'node:worker_threads'
import { codeFolder } from './chunk.ts'
import type { Loaded } from './config/load.ts'
import type { Config } from './config/schema.ts'
import { meaningOf } from './config/unified.ts'
import { createWarnOnce, faultOf, lineOf } from './diagnostics.ts'
import { atExit } from './exit.ts'
import { covers, unknownTargets } from './filter/targets.ts'
import { whyLate } from './imported.ts'
import { createLedger } from './ledger.ts'
import { attach } from './load/attach.ts'
import { supportsSyncHooks } from './load/loader.ts'
import { manifestOf, targetNames } from './manifest.ts'
import { publishManual } from './manual.ts'
import { followNetwork } from './network.ts'
import { openLedger } from './output/open-ledger.ts'
import { createPipeline } from './pipeline.ts'
import { createPlan } from './plan.ts'
import { openProbes } from './probe/open.ts'
import { type Reread, watchConfig } from './reload.ts'
import { pinoLines } from './request/pino.ts'
import { watchRunner } from './runner.ts'
import { tap } from './scope/ending/watch.ts'
import { keep } from './scope/read.ts'
import { rehearsed } from './scope/rehearsal.ts'
import { createScopes } from './scope/wrap.ts'
import { createStream, shareStream } from './stream.ts'
import { isNew, isNoted, speaks } from './threads.ts'

// The application's tests may put a fake in its place.
const { setImmediate: soon } = globalThis

/** Creates every part and joins them, in the order in which a call meets them. */
export function start(loaded: Loaded, folder: string, env: NodeJS.ProcessEnv, reread?: Reread): void {
  const { config } = loaded
  let current = loaded
  const where = (path: string) => current.where(path)
  let wasOn = config.enabled
  const track = reread !== undefined
  const streams = { stdout: createStream(1), stderr: createStream(2) }
  const told: string[] = []
  const warnOnce = createWarnOnce((line) => {
    told.push(line.trimEnd())
    streams.stderr.write(line, true)
  }, isNew)
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
  const runs = () => ledger.isIdle() && onlyRuns()
  const streamOf = (destination: 'stdout' | 'stderr') => {
    shareStream(destination === 'stdout' ? 1 : 2)
    return streams[destination]
  }

  const write = (line: string) => streams.stderr.write(line, true)
  // Worker threads read the same, so the main thread says it for all; and it may be said again and again.
  const say = (message: string) => void (speaks && write(lineOf(message)))
  const warnAgain = () => (speaks ? createWarnOnce(write) : warnOnce)

  const agentOrigins = new Set<string>()
  const control = createPipeline({ config, folder, where, ledger, agentOrigins, streamOf, warnOnce, warnAgain, fault })
  const scopes = createScopes(control.pipeline)
  const plan = createPlan({ loaded, track, scopes, kept: control.kept, ledger, warnOnce, fault })
  const wantsLogIds = () => {
    const { enabled, requests, request } = current.config
    return enabled && requests && request.log_ids
  }
  const lines =
    wantsLogIds() || track
      ? [pinoLines(() => (wantsLogIds() ? control.logFields() : undefined), wantsLogIds, fault)]
      : []
  const modules = [...plan.modules, ...lines]
  const probes = openProbes({
    folder,
    location: () => where('probes') ?? 'the default',
    stamp: { dateNow: Date.now, pid: process.pid, threadId, keep },
    counts: ledger.counts,
    take: control.take,
    warnOnce,
  })
  const probe = (by: Config) => isMainThread && probes.apply(by.enabled ? by.probes : [], by.include_metadata)
  const network = followNetwork({ config, scopes, ledger, agentOrigins, current: control.current, warnOnce, fault })
  let isReady = false
  const note: typeof ledger.note = (library, state, detail) => {
    ledger.note(library, state, detail)
    if (isReady || (state !== 'patched' && state !== 'untested_version')) return
    isReady = true
    soon(() => {
      try {
        control.ready()
        // In scopes of its own, so that no call under way counts it as another.
        if (control.pipeline.observe === undefined)
          void createScopes(control.pipeline).wrap([rehearsed], async () => {})()
      } catch (error) {
        fault(error)
      }
    }).unref()
  }
  const hooks = attach({ modules, folder, track, follow: tap, note, warnOnce, fault })
  const manual = publishManual({
    scopes,
    config,
    counts: ledger.counts,
    found(scope) {
      for (const target of namedBy(current.config)) if (covers(target, scope)) isNew(`marked ${target}`)
    },
    warnOnce,
    fault,
  })
  probe(config)

  const apply = (next: Loaded) => {
    current = next
    wasOn ||= next.config.enabled
    control.apply(next.config)
    plan.refresh(next)
    manual.refresh(next.config)
    network.refresh(next.config)
    hooks.refresh()
    probe(next.config)
  }
  if (track) watchConfig({ first: loaded, reread, say, apply, fault })
  atExit({
    ledger,
    flush() {
      probes.apply([], true)
      control.flush()
    },
    warnOnce,
    observed: () => control.pipeline.observe !== undefined,
    debug: isSet(env.CROSSBRIDGE_PROFILING_DEBUG),
    wasOn: () => wasOn,
    runs,
    late: late?.text,
    before() {
      hooks.collect()
      if (!isMainThread || !wasOn || runs()) return
      const { config, instrumentations } = current
      const known = targetNames([...plan.manifests, ...instrumentations.map(manifestOf)])
      for (const [option, names] of [
        ['targets', config.targets],
        ['thresholds.by_target', Object.keys(config.thresholds.by_target)],
      ] as const) {
        const answered = names.filter((name) => isNoted(`marked ${name}`) || meaningOf(name) !== undefined)
        for (const { name, hint } of unknownTargets(names, known, answered)) {
          const mend = hint ? `; did you mean ${hint}?` : ''
          warnOnce(
            `unknown ${option} ${name}`,
            `${option}: ${name} is no target, scope, library or entry (${where(option)})${mend}`,
          )
        }
      }
    },
  })
  // Its last words come after those of the exit.
  openLedger(env.CROSSBRIDGE_PROFILING_LEDGER, {
    ledger,
    hooks: supportsSyncHooks() ? 'sync' : 'thread',
    problems: told,
    warnOnce,
  })
}

/** The agent's own files. */
const home = fileURLToPath(codeFolder())

/** What the configuration calls by name. */
const namedBy = ({ targets, thresholds }: Config) => [...targets, ...Object.keys(thresholds.by_target)]

const isSet = (value: string | undefined) => value !== undefined && !/^(|0|false)$/i.test(value)
