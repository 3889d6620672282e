import type { Method } from '../../agent/model.ts'

type Managing = Omit<Method, 'at' | 'channel' | 'module' | 'file' | 'from'>

/** `createIndex` is the operation `create_index`; a name may end in `?`, as in a library's file. */
const operationOf = (name: string) => name.replace(/\?$/, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** A call that makes, opens, changes, lists or removes what holds the data. */
export const manage = (operation: string, more: Partial<Managing> = {}): Managing => ({
  scope: 'manage',
  ...more,
  metadata: { operation: `'${operation}'`, ...more.metadata },
})

/** Methods that do, by their names with spaces between; what each does is its name, behind `of` where it stands in a part of an API. */
export const manages = (names: string, more: Partial<Managing> = {}, of = ''): Readonly<Record<string, Managing>> =>
  Object.fromEntries(names.split(' ').map((name) => [name, manage(of + operationOf(name), more)]))
