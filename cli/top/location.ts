import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Terminal, UsageError } from '../command.ts'
import { findConfig } from '../find-config.ts'
import { familyOf } from './family.ts'

const isWindows = process.platform === 'win32'
/** What a running process can't be asked by. */
export const noSocket =
  'there is no socket on Windows, whose pipes are open to other users: set output.type: file, which `top` follows, and let `profile -- node app.js` start the application'

/** The socket or file to watch; its path may hold `{pid}` and `{date}`. */
export interface Location {
  readonly kind: 'socket' | 'file'
  readonly path: string
}

/** The location that the user named, or that the configuration here has. Throws a `UsageError` with what to do. */
export function locationOf(named: string | undefined, { cwd, env }: Terminal): Location {
  if (named !== undefined) return locationAt(named, cwd)
  const { config, file } = findConfig(cwd, env)
  // Relative paths are relative to the application's working directory, which is one of these as a rule.
  const homes = [cwd, ...(file === undefined ? [] : [dirname(file)])]
  const existing = (path: string, besides?: string) =>
    homes.map((home) => resolve(home, path)).find((one) => familyOf(one, besides).length > 0)
  if (config.cli.socket !== '' && !isWindows) {
    const path = existing(config.cli.socket, besides) ?? resolve(cwd, config.cli.socket)
    return { kind: 'socket', path }
  }
  const [output] = config.output.flatMap((one) => {
    if (one.type === 'file') return [{ path: one.path, option: 'output.path' }]
    return one.type === 'database' ? [{ path: one.database_path, option: 'output.database_path' }] : []
  })
  if (output === undefined) throw new UsageError(isWindows ? noSocket : nothingSet(file))
  const path = existing(output.path)
  if (path !== undefined) return { kind: 'file', path }
  throw new UsageError(`there is no ${output.path} yet (${output.option}): start the application, or name the file`)
}

function locationAt(named: string, cwd: string): Location {
  const path = resolve(cwd, named)
  const [first] = [...familyOf(path), ...familyOf(path, besides)]
  if (first === undefined)
    throw new UsageError(
      `there is no ${named}: a socket is there while a process runs with cli.socket set, a file once something was recorded`,
    )
  const stat = statSync(first)
  if (stat.isSocket()) return { kind: 'socket', path }
  if (stat.isFile()) return { kind: 'file', path }
  throw new UsageError(`${named} is neither a socket nor a file`)
}

/** The end of a socket's path if the path itself is taken. */
export const besides = '(\\.\\d+-\\d+)?'

const nothingSet = (file: string | undefined) =>
  `there is nothing to look at: neither cli.socket nor a file output is set${file === undefined ? ', and no crossbridge.yml is here' : ''}. ` +
  `Add to crossbridge.yml, below runtime.profiling, and start the application again:
    cli:
      socket: ./data/profiling/top.sock`
