import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A function of a profile, as a record names it. */
export interface FrameName {
  readonly function: string
  /** `src/rank.js:12`, the name of a package, or `node:fs`. */
  readonly at: string
}

/** A function of a profile, as V8 has it. */
export interface CallFrame {
  functionName: string
  url: string
  /** From 0. */
  lineNumber: number
}

const evaluated = '(eval)'
const longestName = 100
const longestAt = 160
const longestUrl = 1024
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const control = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/**
 * Names functions without anything that a path above the project or a query may hold: files of the application relative to
 * the working directory, those outside of it by their base name, those of packages by the package alone. `own` is the
 * folder of the agent's code.
 */
export function createFrameNames(cwd: string, own: string): (frame: CallFrame) => FrameName {
  const inside = endingIn(slashed(cwd))
  const agent = endingIn(slashed(own))
  return ({ functionName, url, lineNumber }) => ({
    function: withoutText(functionName, url, lineNumber).replace(control, '').slice(0, longestName) || '(anonymous)',
    at: atOf(withoutQuery(url), lineNumber + 1, inside, agent)
      .replace(control, '')
      .slice(0, longestAt),
  })
}

function atOf(url: string, line: number, inside: string, agent: string): string {
  if (url === '') return line > 0 ? evaluated : '(native)'
  if (url.startsWith('node:')) return url
  const path = slashed(pathOf(url))
  const found = [...path.matchAll(/\/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].at(-1)
  if (found !== undefined) return found[1] ?? ''
  if (path.startsWith(agent)) return '@crossbridge/agent'
  const shown = path.startsWith(inside) ? path.slice(inside.length) : path.slice(path.lastIndexOf('/') + 1)
  return `${shown}:${line}`
}

/**
 * The name as a written profile has it. V8 names a regular expression by its own text, which may be a user's, as code that was
 * made at runtime may be: what has a line and no file is such.
 */
export function withoutText(functionName: string, url: string, lineNumber: number): string {
  if (url === '' ? lineNumber >= 0 : isText(url)) return evaluated
  return url === '' && functionName.startsWith('RegExp: ') ? '(regular expression)' : functionName
}

/** The URL as a written profile has it: as V8 gives it, so that DevTools opens the file, without what may be a text. */
export function withoutQuery(url: string): string {
  if (isText(url)) return url.slice(0, url.indexOf(':') + 1)
  const cut = url.replace(/[?#].*$/s, '')
  // So V8 writes what stands in a name that somebody gave to code, as to that of node:vm.
  return (cut.startsWith('file:') ? cut.replace(/%3f.*$|%23[^/]*$/is, '') : cut).slice(0, longestUrl)
}

const isText = (url: string) => /^(data|blob):/.test(url)

function pathOf(url: string): string {
  if (!url.startsWith('file:')) return url
  try {
    return fileURLToPath(url)
  } catch {
    return url
  }
}

/** Of Windows' paths also the drive, which is the same in either case. */
const slashed = (path: string) =>
  sep === '\\' ? path.replaceAll('\\', '/').replace(/^[a-z]:/, (drive) => drive.toUpperCase()) : path
const endingIn = (folder: string) => (folder.endsWith('/') ? folder : `${folder}/`)
