import { wires } from '../../instrumentations/wire/services.ts'

/** The names of services, and the scopes that they add to those of the libraries, for what `targets` may hold. */
export function wireNames(): readonly string[] {
  const scopes = wires.flatMap(({ calls }) =>
    Object.values(calls).flatMap((all) => [all].flat().map(({ target, scope }) => `${target}.${scope}`)),
  )
  return [...new Set([...wires.map(({ name }) => name), ...scopes])]
}
