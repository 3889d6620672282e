import type { Config } from '../../../agent/config/schema.ts'
import { type Terminal, UsageError } from '../../command.ts'
import { findConfig } from '../../find-config.ts'

/** `runtime.profiling.benchmarking`. */
export type Section = Config['benchmarking']

/** The section of the configuration here. Throws a `UsageError` where it forbids the command. */
export function sectionHere({ cwd, env, err }: Terminal): Section {
  const { config, where, problems } = findConfig(cwd, env)
  const written = where('benchmarking.enabled')
  if (written !== undefined && !config.benchmarking.enabled)
    throw new UsageError(
      `benchmarking.enabled is false (${written}), so no benchmark runs here; set it to true, or leave it out`,
    )
  for (const message of problems.filter((one) => one.includes('benchmarking'))) err(`crossbridge: ${message}\n`)
  return config.benchmarking
}
