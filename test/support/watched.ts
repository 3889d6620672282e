import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { api, everything, register } from './application.ts'

/** A process with the agent that goes on until it is told to end. */
export interface Watched {
  readonly child: ChildProcess
  readonly pid: number
  /** What it said on stderr until now. */
  stderr(): string
  /** Resolves when it has said this on stdout, however often before. */
  said(word: string): Promise<void>
  /** Lets it end by itself, and waits for that. */
  end(): Promise<number | null>
}

const running = new Set<ChildProcess>()

/** A folder of its own, as short as a socket's path wants it. */
export const makeFolder = (): string => realpathSync(mkdtempSync(join(tmpdir(), 'cb-top-')))

export function writeConfig(folder: string, config: Readonly<Record<string, unknown>>): void {
  writeFileSync(
    join(folder, 'crossbridge.yml'),
    JSON.stringify({ runtime: { profiling: { ...everything, ...config } } }),
  )
}

/** Starts an application that calls `shop.find` every 10 ms; `more` is code of its own. It says `ready` when it runs. */
export async function startWatched(folder: string, more = ''): Promise<Watched> {
  const source = `
import { profile } from ${JSON.stringify(pathToFileURL(api).href)}
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
let n = 0
const timer = setInterval(() => {
  profile('shop.find', {}, async () => {
    await sleep(5)
    if (n++ % 10 === 0) throw new RangeError('secret')
  }).catch(() => {})
}, 10)
process.stdin.on('end', () => clearInterval(timer)).resume()
${more}
console.log('ready')
`
  const file = join(folder, `app-${running.size}.mjs`)
  writeFileSync(file, source)
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, ...env } = process.env
  const child = spawn(process.execPath, ['--import', register, file], { cwd: folder, env })
  running.add(child)
  const ended = once(child, 'close')
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
  const said = async (word: string) => {
    while (!stdout.includes(word))
      await Promise.race([once(child.stdout, 'data'), ended.then(() => fail(word, stderr))])
  }
  await said('ready')
  return {
    child,
    pid: child.pid as number,
    stderr: () => stderr,
    said,
    async end() {
      child.stdin.end()
      const [code] = await ended
      return code
    },
  }
}

/** Ends what a failed test left. */
export function endAll(folder: string): void {
  for (const child of running) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}

/** Looks again and again until it is so; the runner's own time limit ends what never is. */
export async function until(what: () => unknown): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 30))
}

function fail(word: string, stderr: string): never {
  throw new Error(`it ended before it said ${word}: ${stderr}`)
}
