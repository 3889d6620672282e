import type { Method } from '../../agent/model.ts'

type Managing = Omit<Method, 'at' | 'channel' | 'module' | 'file' | 'from'>

/** A call that makes, opens, changes, lists or removes what holds the data; a class says most of them by `manages`. */
export const manage = (operation: string, more: Partial<Managing> = {}): Managing => ({
  scope: 'manage',
  ...more,
  metadata: { operation: `'${operation}'`, ...more.metadata },
})

/** Any other command of a database. */
export const command = (operation: string, metadata: Method['metadata'] = {}) => ({
  scope: 'database.query',
  metadata: { operation: `'${operation}'`, ...metadata },
})

/** A call of this scope where `when` holds, which tells it by what it asks; any other command by its name. */
export const either = (scope: string, when: Method['when'], operation: string, metadata: Method['metadata'] = {}) => [
  { scope, ...(when && { when }), metadata },
  command(operation, metadata),
]

/** What a class `manages`, by names behind that of a part of the API: `indices.` and `get` make `indices.get`. */
export const managesIn = (part: string, names: string) =>
  Object.fromEntries(names.split(/\s+/).map((name) => [name, part + snakeCase(name)]))

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
