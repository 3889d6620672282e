import { namesIn } from '../../agent/methods.ts'
import type { Method } from '../../agent/model.ts'

type Metadata = NonNullable<Method['metadata']>

/** True for a call whose command has one of these names, with spaces between them. */
const isOneOf = (path: string, names: string): string =>
  namesIn(names)
    .map((name) => `${path} == '${name}'`)
    .join(' || ')

type Scopes = Readonly<Record<string, readonly [names?: string, more?: Metadata]>>

/**
 * Calls of one function by their command, whose name is at `name`: the commands of each scope, and what else is read
 * there; a scope without commands has all others. With `when` only those of which it is true.
 */
export const commands = ({ name, when }: { readonly name: string; readonly when?: string }, scopes: Scopes) =>
  Object.entries(scopes).map(([scope, [names, more]]) => {
    const isIts = names && isOneOf(name, names)
    const both = when && isIts ? `${when} && (${isIts})` : (isIts ?? when)
    return { scope, ...(both && { when: both }), metadata: { operation: name, ...more } }
  })
