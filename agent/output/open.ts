import type { AlertConfig, OutputConfig } from '../config/schema.ts'
import type { Ledger } from '../ledger.ts'
import type { Observed, Output, ProfileRecord, Tell } from '../model.ts'
import type { OwnWork } from '../scope/meter.ts'
import type { Stream } from '../stream.ts'
import { createFileOutput } from './file.ts'
import { createLogOutput } from './log.ts'

/** What outputs may need of the rest. */
export interface OutputParts {
  readonly streamOf: (destination: 'stderr' | 'stdout') => Stream
  readonly tell: Tell
  readonly fault: (error: unknown) => void
  /** The configuration file's folder. */
  readonly folder: string
  readonly ledger: Ledger
  readonly meter: OwnWork
  /** Takes the host (`URL.host`) that an output speaks to: its requests are no records of `network`. */
  readonly own: Set<string>
}

/** The configured outputs as one. A record is taken when one of them took it; `none` takes all. */
export function openOutputs(
  options: readonly OutputConfig[],
  _alerts: readonly AlertConfig[],
  parts: OutputParts,
): Output {
  const outputs = options.flatMap((option) => openOutput(option, parts) ?? [])
  const observers = outputs.filter(({ observe }) => observe !== undefined)
  const capture = outputs.find((output) => output.capture !== undefined)?.capture

  return {
    write(record: ProfileRecord, context: unknown) {
      let taken = outputs.length === 0
      for (const output of outputs) taken = output.write(record, context) || taken
      return taken
    },
    ...(observers.length > 0 && {
      observe(call: Observed) {
        for (const output of observers) output.observe?.(call)
      },
    }),
    ...(capture && { capture }),
    flush() {
      for (const output of outputs) output.flush()
    },
    close() {
      for (const output of outputs) output.close?.()
    },
  }
}

function openOutput(options: OutputConfig, { streamOf, tell }: OutputParts): Output | undefined {
  switch (options.type) {
    case 'file':
      return createFileOutput(options.path, tell)
    case 'log':
      return createLogOutput(options.destination, streamOf(options.destination), tell)
    default:
      return undefined
  }
}
