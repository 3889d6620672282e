import { isMainThread, threadId } from 'node:worker_threads'
import type { Loaded } from './config/load.ts'
import { atExit } from './exit.ts'
import { createLimiter } from './filter/limiter.ts'
import { createSampler } from './filter/sampler.ts'
import { covers, isTargeted, unknownTargets } from './filter/targets.ts'
import { thresholdOf } from './filter/threshold.ts'
import { attach } from './hook/attach.ts'
import { subscribe } from './hook/channel.ts'
import { libraryOf, outlines } from './hook/library.ts'
import { isEntry } from './hook/match.ts'
import { type MethodPoint, targetsOf } from './hook/target.ts'
import { createLedger } from './ledger.ts'
import { markedLibrary, publishMarks } from './marks.ts'
import type { Instrumentation, Method } from './model.ts'
import { outlineOf, scopeName } from './outline.ts'
import { openOutputs } from './output/open.ts'
import { createMeasure } from './scope/measure.ts'
import { compilePoint } from './scope/point.ts'
import { compileRecord } from './scope/record.ts'
import { createTally } from './scope/tally.ts'
import { tap } from './scope/watch.ts'
import { createScopes } from './scope/wrap.ts'
import { createStream, shareStream } from './stream.ts'
import { countEmitted, isNew, isNoted } from './threads.ts'
import { createVoice, textOf } from './voice.ts'

/** Creates every part and joins them, in the order in which a call meets them. */
export function start(loaded: Loaded, folder: string, env: NodeJS.ProcessEnv): void {
  const { config, where, instrumentations: own } = loaded
  const streams = { stdout: createStream(1), stderr: createStream(2) }
  const tell = createVoice((line) => streams.stderr.write(line, true), isNew)
  const ledger = createLedger()
  const now = performance.now.bind(performance)
  const dateNow = Date.now
  const fault = (error: unknown) =>
    tell(`fault ${textOf(error)}`, `a fault of the agent, please report it: ${textOf(error, 'stack')}`)
  for (const problem of loaded.problems) tell(problem, problem)

  // What a call passes: sampler, threshold, limiter, record, outputs.
  const sampleRate = config.mode === 'sampling' ? config.sample_rate : 1
  const streamOf = (destination: 'stdout' | 'stderr') => {
    shareStream(destination === 'stdout' ? 1 : 2)
    return streams[destination]
  }
  const outputs = openOutputs(config.output, streamOf, tell)
  const record = compileRecord({
    dateNow,
    sampleRate,
    includeMetadata: config.include_metadata,
    pid: process.pid,
    threadId,
  })
  const scopes = createScopes({
    now,
    sample: createSampler(sampleRate, dateNow() ^ (process.pid << 12) ^ threadId),
    measure: config.level === 'detailed' ? createMeasure() : undefined,
    memory_mb: config.thresholds.memory_mb,
    stackTrace: config.include_stack_trace,
    admit: createLimiter(config.max_records_per_minute, now),
    emit: (scope, ended) => {
      const taken = outputs.write(record(scope, ended))
      if (taken) countEmitted()
      return taken
    },
    tally: createTally(now, tell),
    fault,
  })

  // What is patched: the built-ins and the user's own, as far as they are targeted.
  const pointOf = (instrumentation: Instrumentation, method: Method) => {
    const { name: library } = instrumentation
    const scope = scopeName(instrumentation, method)
    return compilePoint(instrumentation, method, {
      on: isTargeted(config.targets, scope, library),
      slow_call_ms: thresholdOf(config.thresholds, scope, library, method.target ?? instrumentation.target),
      counts: ledger.counts(library, scope),
      includeMetadata: config.include_metadata,
      own: own.includes(instrumentation),
      tell,
    })
  }
  const builtIns = outlines()
  const all = [...builtIns.filter(({ name }) => !own.some((one) => one.name === name)), ...own.map(outlineOf)]
  const targets = all.flatMap((outline) => {
    const { name, channels } = outline
    const entry = own.find((one) => one.name === name)
    try {
      const on = outline.scopes.map((scope) => isTargeted(config.targets, scope, name))
      const targeted = on.includes(true)
      ledger.note(name, targeted ? 'never_loaded' : 'disabled', targeted ? '' : `not in targets, ${where('targets')}`)
      if (!targeted) return []
      let points: readonly MethodPoint[] | undefined
      const pointsOf = () => {
        const whole = entry ?? libraryOf(name)
        points ??= whole.methods.map((method) => ({ method, point: pointOf(whole, method) }))
        return points
      }
      // A mistake in an entry is told at the start.
      if (entry !== undefined) pointsOf()
      for (const { channel, scope, method } of channels) {
        if (!on[scope]) continue
        const heard = () => ledger.note(name, 'patched', `channel ${channel}`)
        subscribe(channel, () => (pointsOf()[method] as MethodPoint).point, scopes, heard, fault)
      }
      return targetsOf({ outline, on, points: pointsOf, own: entry !== undefined }, scopes.wrap)
    } catch (error) {
      ledger.note(name, 'shape_mismatch', (error as Error).message)
      tell(
        `wrong ${name}`,
        `instrumentations: ${name}: ${(error as Error).message} (${where(`instrumentations.${name}`)}); the entry is left out`,
      )
      return []
    }
  })
  for (const { name, module, target, methods } of own) {
    const place = where(`instrumentations.${name}`)
    if (builtIns.some((one) => one.name === name))
      tell(`replaced ${name}`, `instrumentations: ${name} takes the place of the built-in of that name (${place})`)
    const twice = [name, target].find((word) =>
      all.some((other) => other.name !== name && (word === name ? other.target : other.name) === word),
    )
    if (twice !== undefined)
      tell(
        `twice ${name}`,
        `instrumentations: ${name}: ${twice} names both a target and an entry or library (${place}); rename it`,
      )
    if (!methods.some((method) => isTargeted(config.targets, `${method.target ?? target}.${method.scope}`, name))) {
      tell(
        `left out ${name}`,
        `instrumentations: ${name} (${place}) is not among the targets (${where('targets')}); it is not profiled`,
      )
    } else if (isEntry(module)) {
      tell(
        `entry ${name}`,
        `instrumentations: ${name}: the application's entry file can't be hooked (${place}); move its functions to a module that it loads`,
      )
    }
  }
  const byTarget = Object.keys(config.thresholds.by_target)
  const collect = attach({ targets, folder, follow: tap, note: ledger.note, tell, fault })

  publishMarks({
    scopes,
    counts: ledger.counts,
    targets: config.targets,
    thresholds: config.thresholds,
    includeMetadata: config.include_metadata,
    found(scope) {
      for (const target of [...config.targets, ...byTarget]) if (covers(target, scope)) isNew(`marked ${target}`)
    },
    tell,
    fault,
  })
  atExit({
    ledger,
    flush: outputs.flush,
    tell,
    debug: isSet(env.CROSSBRIDGE_PROFILING_DEBUG),
    before() {
      collect()
      if (!isMainThread) return
      const known = all.flatMap((one) => [one.name, one.target, ...one.scopes])
      for (const [option, names] of Object.entries({ targets: config.targets, 'thresholds.by_target': byTarget })) {
        const answered = names.filter((name) => isNoted(`marked ${name}`))
        for (const { name, hint } of unknownTargets(names, [...known, markedLibrary], answered)) {
          const mend = hint ? `; did you mean ${hint}?` : ''
          tell(
            `unknown ${option} ${name}`,
            `${option}: ${name} is no target, scope, library or entry (${where(option)})${mend}`,
          )
        }
      }
    },
  })
}

const isSet = (value: string | undefined) => value !== undefined && !/^(|0|false)$/i.test(value)
