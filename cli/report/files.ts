import {
  type BigIntStats,
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { UsageError } from '../command.ts'
import { near } from '../config.ts'
import { plain } from '../style.ts'

/** Something to read records from. */
export interface Input {
  readonly name: string
  /** Undefined for stdin. */
  readonly fd: number | undefined
  /** 0 where it is not known before: a pipe. */
  readonly bytes: number
  readonly isGzip: boolean
  /** The path of an SQLite file, which is read by no descriptor: to close one would end the reader's own locks. */
  readonly database?: string
  /** When it was written to last, in Unix seconds; of stdin it is now. */
  readonly modified: number
}

interface Found {
  readonly path: string
  /** 0 for the file itself, 1 for the one that was rotated last. */
  readonly age: number
}

/**
 * Opens the files, and those that were rotated away from them, each once; oldest first. All are opened before the first
 * is read, the newest first, so that a rotation meanwhile neither hides one nor shows it twice. Throws a `UsageError`.
 */
export function openInputs(named: readonly string[], cwd: string, withRotated: boolean): Input[] {
  const groups = new Map<string, Found[]>()
  const add = (base: string, found: Found) => groups.set(base, [...(groups.get(base) ?? []), found])
  for (const name of named.flatMap((one) => (one === '-' ? one : filled(resolve(cwd, one))))) {
    const { base, age } = partsOf(name)
    // The agent's own, for a moment, while it rotates, and what belongs to a database; `profile*` names them too.
    if (/\.lock\.[\w.-]+$/.test(name) || isBesideDatabase(name)) continue
    add(base, { path: name, age })
    if (withRotated && age === 0 && name !== '-') for (const other of rotatedOf(name)) add(base, other)
  }
  const seen = new Set<string>()
  const inputs: Input[] = []
  try {
    for (const found of groups.values())
      inputs.push(
        ...found
          .sort((one, other) => one.age - other.age)
          .flatMap((one) => opened(one, found.length > 1, cwd, seen))
          .reverse(),
      )
  } catch (error) {
    close(inputs)
    throw error
  }
  return inputs
}

/** Closes what `openInputs` has opened. */
export function close(inputs: readonly Input[]): void {
  for (const { fd } of inputs) if (fd !== undefined) closeSync(fd)
}

function partsOf(name: string): { base: string; age: number } {
  const [, base = name, age = '0'] = /^(.+?)\.([1-9]\d{0,3})(?:\.gz)?$/.exec(name) ?? []
  return { base, age: Number(age) }
}

function rotatedOf(file: string): Found[] {
  try {
    // They are beside the file itself, wherever the link to it is.
    const real = statSync(file, { throwIfNoEntry: false }) === undefined ? file : realpathSync(file)
    const start = `${basename(real)}.`
    const names = new Set(readdirSync(dirname(real)))
    return [...names]
      .filter((name) => name.startsWith(start) && /^[1-9]\d{0,3}(\.gz)?$/.test(name.slice(start.length)))
      .filter((name) => !(name.endsWith('.gz') && names.has(name.slice(0, -3))))
      .map((name) => ({ path: join(dirname(real), name), age: partsOf(name).age }))
  } catch {
    return []
  }
}

function opened({ path }: Found, hasOthers: boolean, cwd: string, seen: Set<string>): Input[] {
  if (path === '-') return seen.has('-') ? [] : seen.add('-') && [stdin()]
  const name = plain(near(path, cwd))
  let fd: number | undefined
  try {
    fd = openSync(path, 'r')
    const found = fstatSync(fd, { bigint: true })
    if (found.isDirectory()) throw new UsageError(`${name} is a folder; name the file in it${filesIn(path)}`)
    const id = `${found.dev}:${found.ino}`
    if (seen.has(id) || isEmpty(found)) {
      closeSync(fd)
      return []
    }
    seen.add(id)
    const input = {
      name,
      bytes: Number(found.size),
      modified: Number(found.mtimeMs) / 1000,
      isGzip: path.endsWith('.gz'),
    }
    if (!(found.isFile() && isDatabase(fd))) return [{ ...input, fd }]
    closeSync(fd)
    return [{ ...input, fd: undefined, database: path, modified: lastWritten(path) }]
  } catch (error) {
    if (fd !== undefined) closeSync(fd)
    if (error instanceof UsageError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    // Just rotated away, or not written to since.
    if (code === 'ENOENT' && hasOthers) return []
    if (code === 'ENOENT')
      throw new UsageError(`${name} is not there; \`output.path\` in crossbridge.yml says where records go`)
    throw new UsageError(`${name} can't be read (${message})`)
  }
}

const stdin = (): Input => ({ name: 'stdin', fd: undefined, bytes: 0, isGzip: false, modified: Date.now() / 1000 })

const header = 'SQLite format 3\0'

function isDatabase(fd: number): boolean {
  const begin = Buffer.alloc(header.length)
  return readSync(fd, begin, 0, begin.length, 0) === begin.length && begin.toString('latin1') === header
}

/** True for an SQLite file. */
export function isDatabaseFile(path: string): boolean {
  let fd: number | undefined
  try {
    fd = openSync(path, 'r')
    return fstatSync(fd).isFile() && isDatabase(fd)
  } catch {
    return false
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/** What was written last may stand in its log. */
const lastWritten = (path: string): number =>
  Math.max(...[path, `${path}-wal`].map((one) => (statSync(one, { throwIfNoEntry: false })?.mtimeMs ?? 0) / 1000))

const isBesideDatabase = (name: string): boolean =>
  /-(?:wal|shm|journal)$/.test(name) &&
  statSync(name.replace(/-\w+$/, ''), { throwIfNoEntry: false })?.isFile() === true

const isEmpty = (found: BigIntStats) => found.isFile() && found.size === 0n

function filesIn(folder: string): string {
  const [one] = readdirSync(folder).filter((name) => /\.(jsonl|ndjson|log)$/.test(name))
  return one === undefined ? '' : `, such as ${join(basename(folder), one)}`
}

/** The files that a path with `{pid}` or `{date}` stands for; the path itself where it has none. */
function filled(path: string): string[] {
  if (!/\{(pid|date)\}/.test(path)) return [path]
  const [, before = '', part = '', after = ''] = /^(.*?)([^/\\]*\{(?:pid|date)\}[^/\\]*)(.*)$/.exec(path) ?? []
  const wanted = patternOf(part)
  const names = statSync(before, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(before) : []
  // Of a file that has only rotated ones left, these stand for it.
  const bases = after === '' ? names.map((name) => partsOf(name).base) : names
  const found = [...new Set(bases)].filter((name) => wanted.test(name)).sort()
  if (found.length === 0)
    throw new UsageError(`there is no file like ${path}; was the application started with the agent?`)
  return found.flatMap((name) => filled(`${before}${name}${after}`))
}

const templates: Readonly<Record<string, string>> = { '{pid}': '\\d+', '{date}': '\\d{4}-\\d\\d-\\d\\d' }

const patternOf = (part: string) =>
  new RegExp(
    `^${part
      .split(/(\{pid\}|\{date\})/)
      .map((text) => templates[text] ?? text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('')}$`,
  )
