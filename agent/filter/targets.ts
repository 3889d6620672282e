import { suggest } from '../suggest.ts'

/** Whether a scope of a library is among the targets; none named means all. A name matches by prefix at the dot. */
export function isTargeted(targets: readonly string[], scope: string, library: string): boolean {
  return targets.length === 0 || targets.some((target) => target === library || covers(target, scope))
}

/** The targets that name nothing known, each with the nearest known name. `marked` are hand-marked scopes that ran. */
export function unknownTargets(targets: readonly string[], known: readonly string[], marked: readonly string[]) {
  return targets
    .filter((target) => !known.includes(target) && !marked.some((scope) => covers(target, scope)))
    .map((name) => ({ name, hint: suggest(name, known)[0] }))
}

/** Whether a target or scope name takes in a scope: by prefix at the dot. */
export function covers(target: string, scope: string): boolean {
  return scope === target || scope.startsWith(`${target}.`)
}
