import { spawn } from 'node:child_process'
import { packageFolder } from '../../agent/chunk.ts'
import { UsageError } from '../command.ts'

export interface Service {
  readonly port: number
  /** Rejects where it ends by itself. */
  readonly failed: Promise<never>
  /** Ends it, as its records are written. */
  end(): Promise<void>
}

/** What Node and the system need; anything else might change the run, such as NODE_OPTIONS or a proxy. */
const needed = ['PATH', 'HOME', 'USERPROFILE', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LD_LIBRARY_PATH', 'TZ']

/** Starts service.mjs in a folder, with the agent, as the documentation says. */
export async function startService(
  folder: string,
  env: NodeJS.ProcessEnv,
  own: readonly string[],
  signal: AbortSignal,
): Promise<Service> {
  const register = new URL('register.mjs', packageFolder()).href
  // That node:sqlite is new is Node's to say, of Node 22 and 24.
  const args = ['--disable-warning=ExperimentalWarning', '--import', register, 'service.mjs']
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: Object.fromEntries(
      [...needed, ...own].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
    ),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    signal,
    killSignal: 'SIGKILL',
  })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    said = (said + text).slice(-2000)
  })
  const fault = (code: number | NodeJS.Signals | null) =>
    new UsageError(`the demo's service ended with ${code}; please report it, with what it said: ${said.trim()}`)
  // Node tells `close` only where the child has closed its side of the channel.
  const exited = new Promise<number | NodeJS.Signals | null>((done, failed) => {
    child.once('error', failed).once('exit', (code, signal) => done(code ?? signal))
  })
  const failed = new Promise<never>((_, failed) => {
    child.once('error', failed).once('close', (code, signal) => failed(fault(code ?? signal)))
  })
  exited.catch(() => {})
  failed.catch(() => {})
  const ready = new Promise<{ readonly port: number }>((done) => child.once('message', (told) => done(told as never)))
  const { port } = await Promise.race([ready, failed])
  return {
    port,
    failed,
    async end() {
      if (child.connected) child.disconnect()
      const code = await exited
      if (code !== 0) throw fault(code)
    },
  }
}
