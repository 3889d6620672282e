import { chmodSync, linkSync, lstatSync, mkdtempSync, readdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs'
import { connect, type Server } from 'node:net'
import { basename, dirname, join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { ours } from '../../diagnostics.ts'
import { makeFolder } from '../make-folder.ts'

/** A server that listens now. */
export interface Listening {
  /** Takes the file away, where it is still this server's. */
  remove(): void
}

const { pid, platform } = process
/** The size of `sun_path` in bytes, without the zero at its end. */
const longest = platform === 'linux' ? 107 : 103

/**
 * Makes the server listen at the path, for this user alone; where another process or thread does already, beside it. A
 * file that a killed process left is replaced. Throws what keeps it from that, in words.
 */
export async function listenAt(server: Server, path: string): Promise<Listening> {
  if (platform === 'win32') throw ours('Windows has no socket that only one user may open, so there is none')
  makeFolder(dirname(path))
  const direct = await take(server, path)
  if (direct !== undefined) void sweep(path)
  const one = direct ?? (await take(server, `${path}.${pid}-${threadId}`))
  if (one === undefined) throw ours(`${path} is taken, and so is the place beside it; choose another path`)
  return one
}

/** Undefined where another listens. */
async function take(server: Server, path: string): Promise<Listening | undefined> {
  for (let tries = 0; tries < 5; tries++) {
    const there = lookAt(path)
    if (there === undefined) {
      const direct = await bind(server, path)
      if (direct !== undefined) return direct
    } else if (!there.isSocket) throw ours(`${path} is there and is not a socket; it is left as it is`)
    else if (await isLive(path)) return undefined
    else removeSame(path, there.id)
  }
  return undefined
}

/** In a folder that only this user enters, until it has its mode. Undefined where something is at the path already. */
async function bind(server: Server, path: string): Promise<Listening | undefined> {
  const folder = mkdtempSync(join(dirname(path), '.'))
  const fresh = join(folder, 's')
  try {
    const bytes = Math.max(Buffer.byteLength(path), Buffer.byteLength(fresh))
    if (bytes > longest)
      throw ours(`${path} is too long for a socket: ${bytes} bytes, and ${longest} fit; choose a shorter one`)
    // A cluster's worker would ask its primary to listen.
    server.listen({ path: fresh, exclusive: true })
    if (!server.listening) throw await new Promise((failed) => server.once('error', failed))
    chmodSync(fresh, 0o600)
    put(fresh, path)
    const id = lookAt(path)?.id
    return { remove: () => removeSame(path, id) }
  } catch (error) {
    server.close()
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined
    throw error
  } finally {
    removeSame(fresh, lookAt(fresh)?.id)
    rmdirSync(folder)
  }
}

/** A link never takes another's place; where the file system has none, looking before has to do. */
function put(fresh: string, path: string): void {
  try {
    linkSync(fresh, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
    renameSync(fresh, path)
  }
}

/** True if somebody listens. Throws if this user may not ask. */
function isLive(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path }).unref()
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const { code } = error
      if (code === 'EACCES' || code === 'EPERM') reject(ours(`${path} is another user's; choose another path`))
      // Not ENOENT alone: a server that is too busy to answer is alive.
      else resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT')
    })
  })
}

/** Takes away what killed processes and threads left beside the path. */
async function sweep(path: string): Promise<void> {
  const prefix = `${basename(path)}.`
  try {
    for (const name of readdirSync(dirname(path))) {
      if (!name.startsWith(prefix) || !/^\d+-\d+$/.test(name.slice(prefix.length))) continue
      const beside = join(dirname(path), name)
      const there = lookAt(beside)
      if (there?.isSocket && !(await isLive(beside))) removeSame(beside, there.id)
    }
  } catch {
    // They do no harm: who looks passes over them.
  }
}

function lookAt(path: string): { readonly isSocket: boolean; readonly id: string } | undefined {
  const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  return stat && { isSocket: stat.isSocket(), id: `${stat.dev} ${stat.ino} ${stat.mtimeNs}` }
}

/** Removes what was looked at, and nothing that has taken its place since. */
function removeSame(path: string, id: string | undefined): void {
  try {
    if (id !== undefined && lookAt(path)?.id === id) unlinkSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
