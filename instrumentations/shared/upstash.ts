import type { Call } from '../../agent/model.ts'
import { textOf } from './kinds.ts'

/** Which request it is: the first part of its path, `query/namespace`. */
export const asks =
  (command: RegExp) =>
  ({ args }: Call) => {
    const request = args[0] as { path?: readonly unknown[] | null } | null | undefined
    return command.test(textOf(request?.path?.[0]).split(/[/?]/)[0] ?? '')
  }
