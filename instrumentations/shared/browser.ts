import { namesIn } from '../../agent/methods.ts'
import type { Method } from '../../agent/model.ts'

type Metadata = NonNullable<Method['metadata']>

/** True for a call whose command has one of these names, with spaces between them. */
const isOneOf = (path: string, names: string): string =>
  namesIn(names)
    .map((name) => `${path} == '${name}'`)
    .join(' || ')

type Scopes = Readonly<Record<string, readonly [names: string, more?: Metadata]>>

/**
 * Calls of one function by their command, whose name is at `name`: the commands of each scope, and what else is read
 * there. With `when` only those of which it is true.
 */
export const commands = (name: string, scopes: Scopes, when?: string) =>
  Object.entries(scopes).map(([scope, [names, more]]) => ({
    scope,
    when: when === undefined ? isOneOf(name, names) : `${when} && (${isOneOf(name, names)})`,
    metadata: { operation: name, ...more },
  }))
