import type { Call } from '../../agent/model.ts'
import { textOf } from './kinds.ts'

/** A request's path is one text: `query/namespace`, `reset?all`. */
function pathOf({ args }: Call): string {
  const request = args[0] as { path?: readonly unknown[] | null } | null | undefined
  return textOf(request?.path?.[0])
}

/** Which request it is: the first part of its path. */
export const asks = (command: RegExp) => (call: Call) => command.test(pathOf(call).split(/[/?]/)[0] ?? '')

/** The second part; there is none for the default namespace. */
export const namespaceOf = (call: Call): string | undefined => /^[^/?]+\/([^?]+)/.exec(pathOf(call))?.[1]
