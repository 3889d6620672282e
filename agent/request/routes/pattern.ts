import { isRegExp } from 'node:util/types'
import { isList } from '../../own-data.ts'

const { getOwnPropertyDescriptor } = Object
const { apply } = Reflect
const getterOf = (key: 'source' | 'flags') => (getOwnPropertyDescriptor(RegExp.prototype, key) as { get(): string }).get
// As they were before the application.
const [sourceOf, flagsOf] = [getterOf('source'), getterOf('flags')]
const { exec } = RegExp.prototype

/** A route's path as the application has written it: a text, a regular expression, or several. */
export function patternText(path: unknown): string | undefined {
  if (typeof path === 'string') return path
  if (isRegExp(path)) return `/${apply(sourceOf, path, [])}/${apply(flagsOf, path, [])}`
  if (!isList(path)) return undefined
  const texts = path.map(patternText)
  return texts.every((text) => text !== undefined) ? texts.join(',') : undefined
}

/** The begin of a text that a regular expression matches; what it keeps of its last match stays as it is. */
export function matchedBegin(regexp: RegExp, text: string): string | undefined {
  const { lastIndex } = regexp
  try {
    regexp.lastIndex = 0
    const found = apply(exec, regexp, [text]) as RegExpExecArray | null
    return found?.index === 0 ? found[0] : undefined
  } finally {
    regexp.lastIndex = lastIndex
  }
}

/** The pieces that are known for what they were: a whole name, a star, an escaped sign, plain letters. */
const piece = /\(\?:(\\\/)?(\\\.)?\(\[\^\\?\/(?:\\?\.)?\]\+\?\)\)(\??)|\(\.\*\)|\\([/.])|[\w~%-]/y
const end = /^(?:\\\/\?)?(?:\(\?=\\\/\|\$\))?$/

/**
 * The text of which path-to-regexp 0.1, that of Express 4, made a regular expression, which is all that is kept of it.
 * Undefined where it is more than plain letters, whole names and stars.
 */
export function textOfRegexp(regexp: RegExp, names: readonly unknown[]): string | undefined {
  const source = apply(sourceOf, regexp, []) as string
  if (!source.startsWith('^')) return undefined
  let [text, key, at] = ['', 0, 1]
  while (!end.test(source.slice(at))) {
    piece.lastIndex = at
    const found = piece.exec(source)
    if (found === null) return undefined
    const [whole, slash, dot, optional = '', escaped] = found
    at += whole.length
    if (whole === '(.*)') text += '*'
    else if (whole.startsWith('(')) text += `${slash ? '/' : ''}${dot ? '.' : ''}:${names[key]}${optional}`
    else text += escaped ?? whole
    if (whole.startsWith('(')) key++
  }
  return text
}
