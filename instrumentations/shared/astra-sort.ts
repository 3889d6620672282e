import type { Call } from '../../agent/model.ts'

// biome-ignore lint/suspicious/noExplicitAny: cursors and options are read by shape
type Any = any

/** `$vector`, `$vectorize` and `$hybrid`; in a table, a column with a vector or a text instead of a direction. */
function isVectorSort(sort: Any): boolean {
  if (typeof sort !== 'object' || sort === null || Array.isArray(sort)) return false
  return Object.entries(sort).some(([key, value]) =>
    key.startsWith('$')
      ? key !== '$lexical'
      : typeof value === 'object' || (typeof value === 'string' && !/^(?:asc|desc)/.test(value)),
  )
}

/** Whether a cursor of Astra's client goes through what is nearest to a vector. */
export const pagesByVector = ({ self }: Call): boolean =>
  isVectorSort(((self as Any)?._internal?._options ?? (self as Any)?._options)?.sort)

/** Whether one is asked for that is nearest to a vector. */
export function findsByVector({ args }: Call): boolean {
  const { sort, vector, vectorize } = (args[1] ?? {}) as Any
  return isVectorSort(sort) || Boolean(vector ?? vectorize)
}
