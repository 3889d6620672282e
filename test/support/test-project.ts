import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { recordsOf, register, root, sets, spawnNode } from './application.ts'

/** A project of tests, as a team would have it. */
export interface TestProject {
  /** The folder below test/frameworks that has the framework; absent where Node itself is. */
  readonly framework?: string
  readonly files: Readonly<Record<string, string>>
  /** What Node is called with. */
  readonly args: readonly string[]
  /** The section `test_execution`. */
  readonly config?: Readonly<Record<string, unknown>>
  /** Options of the whole. */
  readonly profiling?: object
  readonly env?: Readonly<Record<string, string>>
  /** How the agent is preloaded. */
  readonly by?: '--import' | '--require'
  /** Without the agent, for comparison. */
  readonly bare?: boolean
}

/** What tests of CommonJS call: a library by a stand-in, and a function of the project's own. */
export const shopFile = `
const { setTimeout: sleep } = require('node:timers/promises')
const { default: OpenAI } = require('openai')
const { profile } = require(${JSON.stringify(join(root, 'dist/cjs/api.js'))})

const client = new OpenAI({ apiKey: 'k', baseURL: process.env.STAND_IN, maxRetries: 0 })
exports.embed = (...input) => client.embeddings.create({ model: 'text-embedding-3-small', input })
exports.call = (name) => profile('shop.' + name, () => sleep(2))
`

/** Writes it into a folder of its own and runs it, the agent in NODE_OPTIONS as a team would have it. */
export async function runTests({ framework, files, args, config, profiling, env, bare, by = '--import' }: TestProject) {
  const parent = join(root, 'test', framework === undefined ? `packages/${sets[0]}` : `frameworks/${framework}`, 'tmp')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'app-'))
  try {
    write(folder, files, config, profiling)
    const outcome = await spawnNode(args, {
      cwd: folder,
      env: {
        ...env,
        ...(!bare && { NODE_OPTIONS: `${by} ${by === '--import' ? register : fileURLToPath(register)}` }),
        NO_COLOR: '1',
        CI: '1',
        NODE_NO_WARNINGS: '1',
      },
    })
    return { ...outcome, records: recordsIn(folder) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export function write(
  folder: string,
  files: TestProject['files'],
  config: TestProject['config'],
  more: object = {},
): void {
  const profiling = {
    enabled: true,
    limits: { self_cpu_percent: 0 },
    output: { type: 'none' },
    test_execution: { enabled: true, include_titles: true, output: { type: 'file' }, ...config },
    ...more,
  }
  for (const [name, text] of Object.entries({
    'crossbridge.yml': JSON.stringify({ runtime: { profiling } }),
    ...files,
  })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  // What the application has installed: the framework's own folder has nothing else.
  mkdirSync(join(folder, 'node_modules'), { recursive: true })
  symlinkSync(join(root, `test/packages/${sets[0]}/node_modules/openai`), join(folder, 'node_modules/openai'))
}

export function recordsIn(folder: string): ReturnType<typeof recordsOf> {
  const file = join(folder, 'data/profiling/test_execution.jsonl')
  return existsSync(file) ? recordsOf(readFileSync(file, 'utf8')) : []
}

type Records = ReturnType<typeof recordsOf>

/** The records of tests by their titles, with the suites around them: status, attempt, and its calls by scope and model. */
export const casesOf = (records: Records) =>
  records
    .filter(({ name }) => name === 'test.case')
    .map(({ metadata, usage = [], error }) => ({
      title: [metadata.suite, metadata.title].filter(Boolean).join(' > '),
      status: metadata.status,
      ...(metadata.attempt > 1 && { attempt: metadata.attempt, retry: metadata.retry }),
      ...(error !== undefined && { error }),
      calls: usage.map((one: { name: string; calls: number }) => `${one.name} ${one.calls}`).sort(),
    }))
    .sort((one, other) => one.title.localeCompare(other.title) || (one.attempt ?? 1) - (other.attempt ?? 1))

/** What a framework printed, without what differs from one run to the next. */
export const printed = (text: string): string =>
  text
    // Several timers that are due together are told in the stack; with async_hooks (Node 20, 22) the first frame is Node's.
    .replaceAll(
      /.*\b(callbackTrampoline|processTimers|runNextTicks|listOnTimeout|processTicksAndRejections)\b.*\n/g,
      '',
    )
    .replaceAll(/app-\w{6}/g, 'app')
    .replaceAll(/\(node:\d+\)/g, '(node)')
    .replaceAll(/duration_ms:? [\d.]+/g, 'duration')
    .replaceAll(/Time: .*|estimated .*/g, 'TIME')
    .replaceAll(/ \(\d+(\.\d+)? m?s\)/g, '')
    .replaceAll(/\(?\b\d+(\.\d+)?(m?s|m)\b\)?/g, 'TIME')
    .replaceAll(/Start at .*/g, 'START')
