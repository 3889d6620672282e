import { suggest } from '../suggest.ts'
import { eachOption, schema, variable } from './schema.ts'
import { foreignVariables } from './unified.ts'

const family = 'CROSSBRIDGE_'
const prefix = 'CROSSBRIDGE_PROFILING_'
/** The unified system's switch of all profiling: the same as `enabled`, and off where either says so. */
const killSwitch = 'CROSSBRIDGE_PROFILING'
const isOff = (raw: string | undefined) => raw !== undefined && /^(false|0)$/i.test(raw)

/** Variables of ours that are no options, with their meaning. */
export const switches = {
  CROSSBRIDGE_CONFIG: 'The configuration file, instead of the look-up of `crossbridge.yml`.',
  [killSwitch]:
    '`false` or `0` switches profiling off, `true` or `1` on, as `CROSSBRIDGE_PROFILING_ENABLED`; off if one of them does.',
  CROSSBRIDGE_PROFILING_DEBUG: '`1` prints at exit what became of every library and every call.',
  CROSSBRIDGE_PROFILING_LEDGER:
    'A folder in which each thread of each process keeps the same, as JSON, while it runs; `doctor` reads it.',
} as const

/** Keys that no variable sets. */
export const fileOnly: readonly string[] = ['instrumentations', 'lock']

/** An option's variable; one that is empty is as good as not set. */
export function fromEnvironment(env: NodeJS.ProcessEnv, path: string): { name: string; raw: string } | undefined {
  if (fileOnly.includes(path)) return undefined
  const specific = read(env, variable(path))
  if (path !== 'enabled' || isOff(specific?.raw)) return specific
  const whole = read(env, killSwitch)
  return specific === undefined || isOff(whole?.raw) ? (whole ?? specific) : specific
}

function read(env: NodeJS.ProcessEnv, name: string): { name: string; raw: string } | undefined {
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

/** A message for each variable that means nothing and has our prefix, or almost the name of one of ours. */
export function unknownVariables(env: NodeJS.ProcessEnv): string[] {
  const near = Object.keys(env).filter((name) => /^CROS/i.test(name))
  if (near.length === 0) return []
  const paths = eachOption().flatMap(({ path }) => (fileOnly.includes(path) ? [] : path))
  const known = [...paths.map(variable), ...Object.keys(switches)]
  // Windows finds them in any case.
  const nameOf = (name: string) => (process.platform === 'win32' ? name.toUpperCase() : name)
  const others = near.map(nameOf).filter((name) => !known.includes(name))
  return others.flatMap((name) => {
    const inFile = fileOnly.find((path) => variable(path) === name)
    if (inFile !== undefined)
      return env[name]?.trim() ? `${name} is ignored: ${inFile} can be given in the file only` : []
    const hint = meant(name, known)
    if (hint === undefined && !name.startsWith(prefix)) return []
    return `${name} is not an option, it is ignored; ${hint ? `did you mean ${hint}?` : 'docs/options.md has them all'}`
  })
}

/** The variable that was meant. Without our prefix a name may be somebody else's: it must be very near then. */
function meant(name: string, known: readonly string[]): string | undefined {
  const rests = known.map((one) => one.slice(prefix.length)).filter(Boolean)
  if (name.startsWith(prefix)) {
    const [hint] = suggest(name.slice(prefix.length), rests)
    return hint && prefix + hint
  }
  if (foreignVariables.includes(name)) return undefined
  const rest = name.startsWith(family) ? name.slice(family.length) : undefined
  if (rest !== undefined && rests.includes(rest)) return prefix + rest
  if (rest?.startsWith('CONFIG')) return `${family}CONFIG`
  return suggest(name, known, 1, name.length < 19 ? 2 : 3)[0]
}
