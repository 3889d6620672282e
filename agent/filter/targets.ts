import { drivers } from '../drivers.ts'
import { suggest } from '../suggest.ts'

const makers = ['anthropic', 'bedrock', 'cohere', 'google', 'mistral', 'openai-compatible', 'vertex']

/** Libraries whose name stands for others besides: what a user of the one calls all of them. No rule of names says that. */
export const families: Readonly<Record<string, readonly string[]>> = {
  'ai-sdk': makers.map((maker) => `ai-sdk-${maker}`),
}

export const familyOf = (library: string): string | undefined =>
  Object.keys(families).find((name) => families[name]?.includes(library))

/**
 * True when a scope of a library is among the targets; an empty list means all, those of browsers' drivers only with
 * `withDrivers`. A name matches by prefix at the dot.
 */
export function isTargeted(
  targets: readonly string[],
  scope: string,
  library: string,
  withDrivers: boolean = false,
): boolean {
  if (targets.length === 0) return withDrivers || !drivers.includes(library)
  return targets.some((target) => target === library || target === familyOf(library) || covers(target, scope))
}

/** The targets that name nothing known, each with the closest known name. `manual` are manual scopes that ran. */
export function unknownTargets(targets: readonly string[], known: readonly string[], manual: readonly string[]) {
  return targets
    .filter((target) => !known.includes(target) && !manual.some((scope) => covers(target, scope)))
    .map((name) => ({ name, hint: suggest(name, known)[0] }))
}

/** True when a target or scope name takes in a scope: by prefix at the dot. */
export function covers(target: string, scope: string): boolean {
  return scope.startsWith(target) && (scope.length === target.length || scope[target.length] === '.')
}
