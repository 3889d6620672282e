import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The project's folder; this file runs from dist/test/support. */
export const root = fileURLToPath(new URL('../../..', import.meta.url))
export const register = pathToFileURL(join(root, 'register.mjs')).href
/** What applications import as `@crossbridge/agent/api`, by its path. */
export const api = join(root, 'dist', 'agent', 'api.js')

/** Which folder of pinned packages an application sees: the current majors, those before, two, three, four before; and what bundles. */
export type PackageSet =
  | 'current'
  | 'previous'
  | 'older'
  | 'oldest'
  | 'eldest'
  | 'heavy'
  | 'compiled'
  | 'apps'
  | 'bundlers'
export const sets: readonly PackageSet[] = Number.parseInt(process.versions.node, 10) >= 22 ? ['current'] : ['previous']
export type Format = 'cjs' | 'mjs'
export const formats: readonly Format[] = ['cjs', 'mjs']
/** Of `npm run test:all`, which leaves nothing to another Node. */
export const isWhole = process.env.CROSSBRIDGE_TEST_ALL === '1'
/** Its module hooks are in a thread of their own. */
export const isOldest = process.versions.node.startsWith('20.')
/** In which the libraries are tested on this Node: 22, 24 and 26 have the same hooks, so 22 and 26 share the work. */
export const libraryFormats: readonly Format[] =
  isWhole || isOldest ? formats : [process.versions.node.startsWith('22.') ? 'cjs' : 'mjs']

/** `['OpenAI', 'openai']` is the default export, `['{ Client }', 'pg']` named ones. */
export type Import = readonly [names: string, module: string]

export interface Application {
  /** Further files by name. */
  readonly files?: Readonly<Record<string, string>>
  readonly format?: Format
  readonly imports?: readonly Import[]
  /** Statements; `await` is allowed, `print(value)` writes a line of JSON on stdout. */
  readonly body: string
  readonly packages?: PackageSet
  /** The YAML below `runtime.profiling`, as a map; absent means no config file. */
  readonly config?: Readonly<Record<string, unknown>>
  /** The whole crossbridge.yml, where its text matters. */
  readonly yaml?: string
  readonly env?: Readonly<Record<string, string>>
  /** Without the agent, for comparison. */
  readonly bare?: boolean
  readonly args?: readonly string[]
  readonly node?: string
  readonly timeoutMs?: number
}

export interface Outcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** The lines that the application printed. */
  readonly printed: readonly unknown[]
  /** The records in profile.jsonl, where the file output was configured; without those of the agent itself. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read records as JSON
  readonly records: readonly any[]
}

/** A configuration that records every call to `profile.jsonl`. */
export const everything = {
  enabled: true,
  mode: 'full',
  thresholds: { slow_call_ms: 0 },
  max_records_per_minute: 1_000_000,
  // A machine that is busy with other tests is not to restrain any.
  limits: { self_cpu_percent: 0 },
  output: { type: 'file', path: './profile.jsonl' },
} as const

/** Writes an application into a folder of its own below the packages that it uses, runs it, and removes it. */
export async function run(application: Application): Promise<Outcome> {
  const folder = folderFor(application.packages ?? 'previous')
  try {
    return await runIn(folder, application)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export function folderFor(packages: PackageSet): string {
  const parent = join(root, 'test', 'packages', packages, 'tmp')
  mkdirSync(parent, { recursive: true })
  return mkdtempSync(join(parent, 'app-'))
}

/** The same in a folder that the test keeps. */
export async function runIn(folder: string, application: Application): Promise<Outcome> {
  const format = application.format ?? 'mjs'
  const entry = join(folder, `app.${format}`)
  const files: Record<string, string> = { ...application.files, [`app.${format}`]: sourceOf(application, format) }
  if (application.config) files['crossbridge.yml'] = JSON.stringify({ runtime: { profiling: application.config } })
  if (application.yaml !== undefined) files['crossbridge.yml'] = application.yaml
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }

  const agent = application.bare ? [] : ['--import', register]
  const outcome = await spawnNode([...agent, ...(application.args ?? []), entry], { cwd: folder, ...application })
  const profile = join(folder, 'profile.jsonl')
  return { ...outcome, records: existsSync(profile) ? recordsOf(readFileSync(profile, 'utf8')) : [] }
}

export interface Spawned {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly node?: string
  readonly timeoutMs?: number
}

/** After which what runs still is taken to hang: far longer than a busy machine takes, and no test ends by it. */
export const hangsAfterMs = 300_000

/** Runs Node to its end; one that hangs is killed, which shows in `signal`. */
export function spawnNode(
  args: readonly string[],
  { cwd, env, node, timeoutMs = hangsAfterMs }: Spawned,
): Promise<Omit<Outcome, 'records'>> {
  const { NODE_OPTIONS, NODE_TEST_CONTEXT, CROSSBRIDGE_TEST_ALL, CROSSBRIDGE_TEST_NODES, ...inherited } = process.env
  const child = spawn(node ?? process.execPath, args, {
    cwd,
    env: { ...inherited, ...env },
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr, printed: linesOf(stdout) }))
  })
}

/** The records in a file's text; the lines in which the agent says whose they are, and what became of the calls, are left out. */
export const recordsOf = (text: string) =>
  // biome-ignore lint/suspicious/noExplicitAny: tests read records as JSON
  linesOf(text).filter((line): line is any => (line as { library?: unknown }).library !== 'agent')

function linesOf(text: string): unknown[] {
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line)]
    } catch {
      return [line]
    }
  })
}

function sourceOf({ imports = [], body }: Application, format: Format): string {
  const header = imports.map(([names, module]) => {
    if (format === 'mjs') return `import ${names} from ${JSON.stringify(module)}`
    const required = `require(${JSON.stringify(module)})`
    if (names.startsWith('* as ')) return `const ${names.slice(5)} = ${required}`
    return `const ${names.replaceAll(' as ', ': ')} = ${names.startsWith('{') ? required : `((m) => m.default ?? m)(${required})`}`
  })
  const print = 'const print = (value) => process.stdout.write(JSON.stringify(value) + "\\n")'
  return `${header.join('\n')}\n${print}\nasync function main() {\n${body}\n}\nmain()\n`
}
