import { agentVersion, chunk } from '../chunk.ts'
import type { Config } from '../config/schema.ts'
import type { AlertConfig, OutputConfig, OutputOf } from '../config/unions.ts'
import type { Observed, Output, ProfileRecord } from '../model.ts'
import type { Alerts } from './alert/alert-parts.ts'
import { createFileOutput } from './file.ts'
import type { Identity } from './identity.ts'
import { createLogOutput } from './log.ts'
import type { OutputParts } from './output-parts.ts'

// The application's tests may put a fake in its place.
const dateNow = Date.now

/** The configured outputs as one. A record is taken when one of them took it, or where none of them keeps records. */
export function openOutputs(
  { output, alerts, cli }: Pick<Config, 'output' | 'alerts' | 'cli'>,
  given: OutputParts,
): Output {
  const lost = (library: string, scope: string) => {
    if (keepers === 1) given.lost(library, scope)
  }
  const parts: OutputParts = { ...given, lost }
  const outputs = output.flatMap((option, i) => openOutput(option, i, parts))
  if (cli.socket !== '') outputs.push(openSocket(cli.socket, parts))
  const keepers = outputs.filter(({ keeps }) => keeps !== false).length
  const alert = openAlerts(alerts, parts)
  const observe = (call: Observed) => {
    for (const output of outputs) output.observe?.(call)
  }
  const capture = outputs.find((output) => output.capture !== undefined)?.capture

  return {
    write(record: ProfileRecord, context: unknown) {
      let taken = keepers === 0
      for (const output of outputs) taken = output.write(record, context) || taken
      alert?.write(record)
      return taken
    },
    // Asked for again where one has changed.
    get observe() {
      return outputs.some((output) => output.observe !== undefined) ? observe : undefined
    },
    ...(capture && { capture }),
    process(reading) {
      for (const output of outputs) output.process?.(reading)
    },
    ready() {
      for (const output of outputs) output.ready?.()
    },
    settle() {
      for (const output of outputs) output.settle?.()
    },
    drain(done) {
      const sending = outputs.filter((output) => output.drain !== undefined)
      let left = sending.length
      if (left === 0) return done()
      for (const output of sending)
        output.drain?.(() => {
          if (--left === 0) done()
        })
    },
    flush() {
      for (const output of outputs) output.flush()
      alert?.flush()
    },
    exit() {
      for (const output of outputs) output.exit?.()
      alert?.exit()
    },
    renew() {
      for (const output of outputs) output.renew?.()
    },
    close() {
      for (const output of outputs) output.close?.()
      alert?.close()
    },
  }
}

function openOutput(options: OutputConfig, i: number, parts: OutputParts): Output | [] {
  const { streamOf, warnOnce, lost } = parts
  switch (options.type) {
    case 'file':
      return createFileOutput(options, warnOnce, undefined, lost, openIdentity(parts))
    case 'database':
      return openDatabase(options, locationOf(parts, 'output', i, 'type'), parts)
    case 'log':
      return createLogOutput(options.destination, streamOf(options.destination), warnOnce)
    case 'module': {
      const { createExtensionOutput } = chunk<typeof import('./extension.ts')>('extension')
      return createExtensionOutput({ ...parts, path: options.path, location: locationOf(parts, 'output', i, 'path') })
    }
    case 'prometheus':
      return chunk<typeof import('./prometheus/prometheus.ts')>('prometheus').createPrometheus(options, parts) ?? []
    case 'otlp': {
      const { createOtlpOutput } = chunk<typeof import('./opentelemetry/otlp.ts')>('otlp')
      return createOtlpOutput(options, { ...parts, location: locationOf(parts, 'output', i, 'endpoint') })
    }
    case 'opentelemetry':
      return chunk<typeof import('./opentelemetry/opentelemetry.ts')>('opentelemetry').createOpenTelemetryOutput(
        options,
        parts,
      )
    case 'none':
      return []
  }
}

function openDatabase(options: OutputOf<'database'>, location: string, parts: OutputParts): Output {
  const { createDatabaseOutput, jsonlBeside } = chunk<typeof import('./database/database.ts')>('database')
  const identity = openIdentity(parts)
  const file = { path: jsonlBeside(options.database_path), rotate: { ...options.rotate, keep: 1 } }
  return createDatabaseOutput(options, { ...parts, location, identity }, () =>
    createFileOutput(file, parts.warnOnce, undefined, parts.lost, identity),
  )
}

/** Loaded with the first record, or ahead of it. */
function openIdentity({ config, ledger }: OutputParts): Identity {
  let made: Identity | undefined
  const identity = () => {
    made ??= chunk<typeof import('./identity.ts')>('identity').createIdentity({
      ...{ config, ledger, dateNow },
      agentVersion: agentVersion(),
    })
    return made
  }
  return { start: () => identity().start(), summary: () => identity().summary() }
}

function openSocket(path: string, parts: OutputParts): Output {
  const { createSocketOutput } = chunk<typeof import('./socket/socket.ts')>('socket')
  return createSocketOutput(path, { ...parts, version: agentVersion() })
}

function openAlerts(alerts: readonly AlertConfig[], parts: OutputParts): Alerts | undefined {
  if (alerts.every(({ type }) => type === 'none')) return undefined
  const { streamOf, warnOnce, fault, agentOrigins, meter, config } = parts
  const { createAlerts } = chunk<typeof import('./alert/alert.ts')>('alert')
  return createAlerts(alerts, {
    location: (i, option) => locationOf(parts, 'alerts', i, option),
    openLog: (destination, isWarning) => createLogOutput(destination, streamOf(destination), warnOnce, isWarning),
    agentOrigins,
    config,
    meter,
    warnOnce,
    fault,
  })
}

/** The location of an option, of one output or alert of several. */
function locationOf({ where }: OutputParts, group: 'output' | 'alerts', i: number, option: string): string {
  return where(`${group}.${i}.${option}`) ?? where(`${group}.${option}`) ?? 'the default'
}
