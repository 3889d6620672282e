import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import path from 'node:path'
import url from 'node:url'

/**
 * Runs it with Windows' paths, URLs and name, and without the users that it does not know; synchronous, since all of Node
 * sees the same. What a module has taken when it was loaded stays.
 */
export function asWindows<R>(run: () => R): R {
  const undo = [
    replace(path, { ...path.win32 }),
    replace(url, {
      fileURLToPath: (from: string | URL) => fileURLToPath(from, { windows: true }),
      pathToFileURL: (to: string) => pathToFileURL(to, { windows: true }),
    }),
    replace(process, { platform: 'win32', geteuid: undefined, getuid: undefined }),
  ]
  syncBuiltinESMExports()
  try {
    return run()
  } finally {
    for (const one of undo) one()
    syncBuiltinESMExports()
  }
}

const { fileURLToPath, pathToFileURL } = url

function replace(object: object, by: Readonly<Record<string, unknown>>): () => void {
  const before = Object.keys(by).map((name) => [name, Object.getOwnPropertyDescriptor(object, name)] as const)
  const put = (name: string, value: unknown) =>
    Object.defineProperty(object, name, { value, configurable: true, writable: true, enumerable: true })
  for (const [name, value] of Object.entries(by)) put(name, value)
  return () => {
    for (const [name, descriptor] of before) {
      if (descriptor === undefined) Reflect.deleteProperty(object, name)
      else Object.defineProperty(object, name, descriptor)
    }
  }
}

/** By `--import`: a process that takes itself for one of Windows, with the paths of this system. */
export function pretend(): void {
  const { ftruncateSync, readFileSync, openSync } = fs
  const refused = (code: string, syscall: string) =>
    Object.assign(new Error(`${code}: refused, ${syscall}`), { code, errno: -1, syscall })
  const isProc = (file: unknown) => `${file}`.startsWith('/proc/')
  replace(process, { platform: 'win32', geteuid: undefined, getuid: undefined, getegid: undefined, getgid: undefined })
  replace(fs, {
    readFileSync: (file: string, options: object) => {
      if (isProc(file)) throw refused('ENOENT', 'open')
      return readFileSync(file, options)
    },
    openSync: (file: string, flags: number, mode: number) => {
      if (isProc(file)) throw refused('ENOENT', 'open')
      return openSync(file, flags, mode)
    },
    // A descriptor that appends can't make a file shorter there.
    ftruncateSync: (fd: number, size?: number) => {
      const [, flags = '0'] = /flags:\s+(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? []
      if ((Number.parseInt(flags, 8) & fs.constants.O_APPEND) !== 0) throw refused('EPERM', 'ftruncate')
      ftruncateSync(fd, size)
    },
  })
  syncBuiltinESMExports()
}
