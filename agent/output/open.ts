import type { Output, ProfileRecord, Tell } from '../model.ts'
import type { Stream } from '../stream.ts'
import { createFileOutput } from './file.ts'
import { createLogOutput } from './log.ts'

interface OutputOptions {
  readonly type: 'log' | 'file' | 'none'
  readonly path: string
  readonly destination: 'stderr' | 'stdout'
}

/** The configured outputs as one. A record is taken when one of them took it; `none` takes all. */
export function openOutputs(
  options: readonly OutputOptions[],
  streamOf: (destination: 'stderr' | 'stdout') => Stream,
  tell: Tell,
): Output {
  const outputs = options.flatMap(({ type, path, destination }) => {
    if (type === 'file') return [createFileOutput(path, tell)]
    return type === 'log' ? [createLogOutput(destination, streamOf(destination), tell)] : []
  })

  return {
    write(record: ProfileRecord) {
      let taken = outputs.length === 0
      for (const output of outputs) taken = output.write(record) || taken
      return taken
    },
    flush() {
      for (const output of outputs) output.flush()
    },
  }
}
