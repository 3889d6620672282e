import type { Call } from '../../agent/model.ts'
import { objectsOf } from './kinds.ts'

/** A batch in which there is nothing but deletes. */
export function onlyDeletes({ args }: Call): boolean {
  const actions = objectsOf((args[0] as { actions?: unknown } | null | undefined)?.actions)
  return actions.length > 0 && actions.every(({ __actionType }) => __actionType === 'delete')
}
