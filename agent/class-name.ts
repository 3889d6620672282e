import { isProxy } from 'node:util/types'
import { dataOf } from './own-data.ts'

/** An error's class name, as a record has it: read as data, since a getter of an error is the application's. */
export function className(error: unknown): string {
  if (error === null || typeof error !== 'object') return typeof error
  // A minified class says more by the name that it gives its errors.
  const names = [constructorName(error), dataOf(error, 'name')]
  const known = names.filter((one): one is string => typeof one === 'string' && one !== '')
  return (known.find((one) => one.length > 2) ?? known[0] ?? 'Error').slice(0, 128)
}

/** A class without a name is called by the one that it extends. */
function constructorName(error: object): unknown {
  for (let one: object | null = error; one !== null && !isProxy(one); one = Object.getPrototypeOf(one)) {
    const name = dataOf(dataOf(one, 'constructor'), 'name')
    if (name !== '') return name
  }
  return undefined
}
