import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { plain } from '../style.ts'
import type { Place } from './model.ts'

const evaluated = '(eval)'
const longestName = 200
const longestAt = 200

/** A function as V8 names it; the line counts from 0. */
export interface CallFrame {
  readonly functionName: string
  readonly url: string
  readonly lineNumber: number
}

/**
 * Makes functions fit to be shown, each of the few different ones once: of paths only what is in the working directory or in
 * a package, of all others the last part; no query of a URL, no text of a regular expression or of code
 * that was evaluated.
 */
export function createPlaces(cwd: string): (frame: CallFrame) => Place {
  const known = new Map<string, Place>()
  return (frame) => {
    const url = withoutQuery(frame.url)
    const key = `${frame.functionName}\n${url}\n${frame.lineNumber}`
    const there = known.get(key)
    if (there !== undefined) return there
    const made = placeOf({ ...frame, url }, cwd)
    known.set(key, made)
    return made
  }
}

const ofV8: Readonly<Record<string, Place>> = {
  '(root)': { name: '(program)', at: '', origin: 'engine' },
  '(program)': { name: '(program)', at: '', origin: 'engine' },
  '(idle)': { name: '(idle)', at: '', origin: 'idle' },
  '(garbage collector)': { name: '(garbage collector)', at: '', origin: 'gc' },
}

function placeOf({ functionName, url, lineNumber }: CallFrame, cwd: string): Place {
  if (url === '') {
    if (Object.hasOwn(ofV8, functionName)) return ofV8[functionName] as Place
    // What has a line and no file was made at runtime, of a text that may be anybody's.
    if (lineNumber >= 0) return { name: evaluated, at: '', origin: 'application' }
    // V8 names a regular expression by its text, and that may be anybody's.
    const name = functionName.startsWith('RegExp: ') ? '(regular expression)' : nameOf(functionName)
    return { name, at: '', origin: 'engine' }
  }
  const name = nameOf(functionName)
  const line = Number.isInteger(lineNumber) && lineNumber >= 0 ? `:${lineNumber + 1}` : ''
  const at = (text: string) => `${plain(text).slice(0, longestAt)}${line}`
  if (url.startsWith('node:')) return { name, at: at(url), origin: 'node' }
  if (url.startsWith('wasm:')) return { name, at: 'WebAssembly', origin: 'dependency' }
  if (/^(data|blob):/.test(url))
    return { name: evaluated, at: at(url.slice(0, url.indexOf(':') + 1)), origin: 'application' }
  const path = pathOf(url)
  const inPackage = path.slice(path.lastIndexOf('/node_modules/') + '/node_modules/'.length)
  if (path.includes('/node_modules/')) return { name, at: at(inPackage), origin: 'dependency' }
  return { name, at: at(shortOf(path, cwd)), origin: 'application' }
}

/** V8 encodes what stands in a name that somebody gave to code, as to that of node:vm. */
function withoutQuery(url: string): string {
  const cut = url.replace(/[?#].*$/s, '')
  return cut.startsWith('file:') ? cut.replace(/%3f.*$|%23[^/]*$/is, '') : cut
}

const nameOf = (functionName: string) => plain(functionName.slice(0, longestName)) || '(anonymous)'

/** With `/` between its parts, wherever it was written. */
function pathOf(url: string): string {
  let path = url
  try {
    if (url.startsWith('file:')) path = fileURLToPath(url)
  } catch {
    // Of another system, or encoded in another way: it is shown as it is.
  }
  return path.replaceAll('\\', '/')
}

function shortOf(path: string, cwd: string): string {
  const last = path.slice(path.lastIndexOf('/') + 1)
  if (!path.startsWith('/') && !/^[A-Za-z]:\//.test(path)) return last
  const fromHere = relative(cwd, path).split(sep).join('/')
  return fromHere === '' || fromHere.startsWith('..') || /^[A-Za-z]:/.test(fromHere) ? last : fromHere
}
