import { isNativeError, isProxy } from 'node:util/types'

/** Says one line on stderr, once per cause in all threads; `more` are further lines of it. Never throws. */
export function createWarnOnce(
  write: (line: string) => unknown,
  isNew: (cause: string) => boolean = () => true,
): (cause: string, message: string, ...more: readonly string[]) => void {
  // No Set: the application may have put its own methods on those.
  const said: Record<string, true> = Object.create(null)
  let count = 0

  return (cause, message, ...more) => {
    try {
      if (said[cause] || count >= 200) return
      said[cause] = true
      count++
      if (isNew(cause)) write(lineOf(message, ...more))
    } catch {
      // The application has replaced what it is written with.
    }
  }
}

/** A message as it leaves the agent, whatever stands in it: it is one line, and shows all that is in it. */
export const lineOf = (message: string, ...more: readonly string[]): string =>
  `crossbridge: ${[message, ...more].map((line) => visible(line, longest)).join('\n')}\n`

const longest = 4000
// Characters that a terminal obeys, turns round, or does not show; and halves of characters. register.mjs has the same.
// No literals: Node looks up the properties in those when it reads the file, which takes a millisecond of each start.
const unseen = '[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}\\p{Default_Ignorable_Code_Point}]'
const className = '^[\\p{ID_Start}$_][\\p{ID_Continue}$]{0,63}$'
const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** A text of others on one line of a terminal, at most so long: what would not be seen of it is spelt out, as JSON does. */
export function visible(text: string, most = Infinity): string {
  const shown = text.length > most ? `${text.slice(0, most)}…` : text
  if (/^[ -~]*$/.test(shown)) return shown
  return shown.replace(new RegExp(unseen, 'gu'), (one) => short[one] ?? one.split('').map(escaped).join(''))
}

const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

const key = Symbol.for('crossbridge.ours')

/** An error whose words are the agent's own, and so may be reported. */
export const ours = (message: string): Error => Object.assign(new Error(message), { [key]: true })

/**
 * The words for an error that may be the application's: its class name and its code, since its message may have a row or
 * a key in it. Runs nothing of the application's.
 */
export function textOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return `${thrown === null ? 'null' : typeof thrown} was thrown`
  if (ownProperty(thrown, key) === true) return `${ownProperty(thrown, 'message')}`
  const code = ownProperty(thrown, 'code')
  return typeof code === 'string' && /^[A-Z][A-Z\d_]{1,50}$/.test(code) ? `${classOf(thrown)} ${code}` : classOf(thrown)
}

/** The words for an error of the agent's own request to the system: its message too, with paths and addresses. */
export function reasonOf(thrown: unknown): string {
  if (!isNativeError(thrown)) return textOf(thrown)
  const isSystems =
    typeof ownProperty(thrown, 'errno') === 'number' && typeof ownProperty(thrown, 'syscall') === 'string'
  const { 0: first } = `${ownProperty(thrown, 'message')}`.split('\n', 1)
  return (isSystems || /^(ERR_)?MODULE_NOT_FOUND$/.test(`${ownProperty(thrown, 'code')}`)) && first
    ? first
    : textOf(thrown)
}

/** A fault of ours in a few words: where in the files of `folder` it was, and nothing that the application may have put in. */
export const faultOf = (thrown: unknown, folder: string): string =>
  [textOf(thrown), ...locationsOf(thrown, folder).slice(0, 8)].join(' at ')

/** The frames of an error's stack that are in `folder`, as `file:line:column` below it, the innermost first. */
export function locationsOf(thrown: unknown, folder: string): string[] {
  try {
    const { stack } = isNativeError(thrown) ? thrown : { stack: '' }
    const start = folder.replace(/[\\/]*$/, '').replaceAll('\\', '/')
    return `${stack}`.split('\n').flatMap((written) => {
      const line = written.replaceAll('\\', '/')
      const from = line.lastIndexOf(`${start}/`)
      const [, location] =
        /^\/([\w@.+/-]{1,200}:\d+(?::\d+)?)\)?$/.exec(from < 0 ? '' : line.slice(from + start.length)) ?? []
      return location === undefined ? [] : [location]
    })
  } catch {
    return []
  }
}

function classOf(thrown: object): string {
  for (let at: object | null = thrown; at !== null && !isProxy(at); at = Object.getPrototypeOf(at)) {
    const made = ownProperty(at, 'constructor')
    const name = typeof made === 'function' ? ownProperty(made, 'name') : undefined
    if (typeof name === 'string' && new RegExp(className, 'u').test(name)) return name
  }
  return 'an error'
}

function ownProperty(of: object, name: string | symbol): unknown {
  return isProxy(of) ? undefined : Object.getOwnPropertyDescriptor(of, name)?.value
}
