import { compileAt } from '../../agent/locate/path.ts'
import type { Signature } from './model.ts'

/** The reason why no `at` can be written for a name; undefined if one can. */
export function whyNoAt(at: string): string | undefined {
  const last = at.split('.').at(-1)
  if (last === '__proto__') return "the name is the prototype's own"
  if (/(^|\.)new$/.test(at)) return '`new` is a word of `at` itself'
  try {
    compileAt(at)
    return undefined
  } catch {
    return "a name that is no word can't be written in `at`"
  }
}

/** Of objects in general and of event emitters: called often, and never what is slow. */
const common =
  /^(toString|toJSON|valueOf|toLocaleString|inspect|then|catch|finally|on|off|once|emit|addListener|removeListener|removeAllListeners|prependListener|prependOnceListener|listeners|rawListeners|listenerCount|eventNames|setMaxListeners|getMaxListeners)$/

/** The reason why a function is left out unless all are asked for. */
export function whyMinor(name: string, { small }: Signature): string | undefined {
  if (name.startsWith('_')) return 'begins with _'
  if (common.test(name)) return 'is of every object'
  return small ? 'calls nothing' : undefined
}
