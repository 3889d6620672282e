import { nearest } from '../nearest.ts'
import { eachOption, schema, variable } from './schema.ts'

const prefix = 'CROSSBRIDGE_PROFILING_'

/** Variables of ours that are no options, with their meaning. */
export const switches = {
  CROSSBRIDGE_CONFIG: 'The configuration file, instead of the look-up of `crossbridge.yml`.',
  CROSSBRIDGE_PROFILING_DEBUG: '`1` prints at exit what became of every library and every call.',
} as const

/** An option's variable; one that is empty is as good as not set. */
export function fromEnvironment(env: NodeJS.ProcessEnv, path: string): { name: string; raw: string } | undefined {
  const name = variable(path)
  const raw = env[name]?.trim()
  return raw ? { name, raw } : undefined
}

/** Whether a variable speaks of the group, which replaces a list of outputs or alerts by one. */
export function speaksOf(env: NodeJS.ProcessEnv, group: 'output' | 'alerts'): boolean {
  return eachOption(schema[group], `${group}.`).some(({ path }) => fromEnvironment(env, path) !== undefined)
}

/** A message for each variable with our prefix that means nothing. */
export function unknownVariables(env: NodeJS.ProcessEnv): string[] {
  const known: string[] = [...eachOption().map(({ path }) => variable(path)), 'CROSSBRIDGE_PROFILING_DEBUG']
  return Object.keys(env)
    .filter((name) => name.startsWith(prefix) && !known.includes(name))
    .map((name) => {
      if (name === variable('instrumentations'))
        return `${name} is ignored: instrumentations can be given in the file only`
      const [hint] = nearest(
        name.slice(prefix.length),
        known.map((one) => one.slice(prefix.length)),
      )
      return `${name} is not an option, it is ignored; ${hint ? `did you mean ${prefix}${hint}?` : 'docs/options.md has them all'}`
    })
}
