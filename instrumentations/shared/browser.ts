import type { Method } from '../../agent/model.ts'

/** True for a call whose command has one of these names, with spaces between them. */
const isOneOf = (path: string, names: string): string =>
  names
    .split(/\s+/)
    .map((name) => `${path} == '${name}'`)
    .join(' || ')

interface Asked {
  /** Where the command's name is. */
  readonly name: string
  /** Of which calls alone; absent means all. */
  readonly when?: string
  /** What is read besides, by scope. */
  readonly metadata?: Readonly<Record<string, Method['metadata']>>
}

/** Calls of one function by their command: the names of each scope's, with spaces between. None are all others. */
export const commands = ({ name, when, metadata }: Asked, scopes: Readonly<Record<string, string>>) =>
  Object.entries(scopes).map(([scope, names]) => {
    const isIts = names === '' ? undefined : isOneOf(name, names)
    const both = when !== undefined && isIts !== undefined ? `${when} && (${isIts})` : (isIts ?? when)
    return { scope, ...(both && { when: both }), metadata: { operation: name, ...metadata?.[scope] } }
  })
