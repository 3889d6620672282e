import { nearest } from '../nearest.ts'
import { eachOption, schema, variable } from './schema.ts'

const prefix = 'CROSSBRIDGE_PROFILING_'

/** Variables of ours that are no options, with their meaning. */
export const switches = {
  CROSSBRIDGE_CONFIG: 'The configuration file, instead of the look-up of `crossbridge.yml`.',
  CROSSBRIDGE_PROFILING_DEBUG: '`1` prints at exit what became of every library and every call.',
  CROSSBRIDGE_PROFILING_LEDGER:
    'A folder in which each thread of each process keeps the same, as JSON, while it runs; `doctor` reads it.',
} as const

/** What no variable sets. */
export const fileOnly: readonly string[] = ['instrumentations', 'lock']

/** An option's variable; one that is empty is as good as not set. */
export function fromEnvironment(env: NodeJS.ProcessEnv, path: string): { name: string; raw: string } | undefined {
  if (fileOnly.includes(path)) return undefined
  const name = variable(path)
  const raw = env[name]?.trim()
  return raw ? { name, raw } : undefined
}

/** The variables that speak of the group; one is enough to replace a list of outputs or alerts by a single one. */
export function variablesOf(
  env: NodeJS.ProcessEnv,
  group: 'output' | 'alerts',
): { path: string; name: string; raw: string }[] {
  return eachOption(schema[group], `${group}.`).flatMap(({ path }) => {
    const set = fromEnvironment(env, path)
    return set === undefined ? [] : [{ path, ...set }]
  })
}

/** A message for each variable with our prefix that means nothing. */
export function unknownVariables(env: NodeJS.ProcessEnv): string[] {
  const paths = eachOption().flatMap(({ path }) => (fileOnly.includes(path) ? [] : path))
  const known = [...paths.map(variable), ...Object.keys(switches).filter((name) => name.startsWith(prefix))]
  return Object.keys(env)
    .filter((name) => name.startsWith(prefix) && !known.includes(name))
    .flatMap((name) => {
      const inFile = fileOnly.find((path) => variable(path) === name)
      if (inFile !== undefined)
        return env[name]?.trim() ? `${name} is ignored: ${inFile} can be given in the file only` : []
      const [hint] = nearest(
        name.slice(prefix.length),
        known.map((one) => one.slice(prefix.length)),
      )
      return `${name} is not an option, it is ignored; ${hint ? `did you mean ${prefix}${hint}?` : 'docs/options.md has them all'}`
    })
}
