/** The record of a call that makes, opens, lists or changes what holds the data. */
export const managed = (operation: string, more: object = {}) => ({ scope: 'vector_store.manage', operation, ...more })
/** Of each of them, with the same collection. */
export const eachManaged = (operations: string, more: object = {}) =>
  operations.split(' ').map((operation) => managed(operation, more))
