import { spawn } from 'node:child_process'
import { besideChunks } from '../../agent/chunk.ts'
import type { Reflected, Reflection } from './reflect.ts'

/** `by` where only one of the two ways to load the package has it. */
export type FoundBy = Reflected & { readonly by?: 'import' | 'require' }

/** A loaded package. */
export interface LoadedPackage {
  readonly found: readonly FoundBy[]
  readonly notes: readonly string[]
  readonly isLoaded: boolean
}

/** Loads a package by `import` and by `require`. */
export async function loadPackage(
  name: string,
  ways: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  timeoutMs: number,
): Promise<LoadedPackage> {
  const { lines, end } = await runChild(name, ways, cwd, env, timeoutMs)
  const by = (word: string) => lines.find((line) => line.by === word)
  const both = [by('import'), by('require')].flatMap((line) => (line !== undefined && 'found' in line ? [line] : []))
  const [first, second] = both
  if (first === undefined) {
    const error = lines.flatMap((line) => ('error' in line ? [line.error] : []))[0]
    return { found: [], notes: [`${name} could not be loaded by itself: ${error ?? end}`], isLoaded: false }
  }
  const ats = new Set(first.found.map(({ at }) => at))
  const others = second?.found.filter(({ at }) => !ats.has(at)) ?? []
  const notes =
    second === undefined ? [`it was loaded by ${first.by} alone${lines.length < 2 ? `; by require, ${end}` : ''}`] : []
  const alone = (line: typeof first) => (one: Reflected) => ({ ...one, by: line.by })
  const hasBoth = new Set(second?.found.map(({ at }) => at) ?? ats)
  const found = [
    ...first.found.map((one) => (hasBoth.has(one.at) ? one : alone(first)(one))),
    ...(second === undefined ? [] : others.map(alone(second))),
  ]
  return { found, notes, isLoaded: true }
}

const code = `const [name, chunk, ways] = process.argv.slice(1)
import(chunk).then(({ default: { reflect } }) => reflect(name, (name) => import(name), JSON.parse(ways)))`

/** Nothing of what the package prints is kept: only the lines of the third stream are. */
function runChild(name: string, ways: readonly string[], cwd: string, env: NodeJS.ProcessEnv, timeoutMs: number) {
  const { NODE_OPTIONS: _, ...others } = env
  const chunk = besideChunks('reflect.cjs').href
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--eval', code, '--', name, chunk, JSON.stringify(ways)],
    {
      cwd,
      env: { ...others, CROSSBRIDGE_PROFILING_ENABLED: 'false' },
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    },
  )
  let text = ''
  const began = Date.now()
  child.stdio[3]?.on('data', (part) => {
    if (text.length < 50_000_000) text += part
  })
  return new Promise<{ lines: readonly Reflection[]; end: string }>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exit, signal) => {
      const isLate = signal === 'SIGKILL' && Date.now() - began >= timeoutMs
      const end = isLate
        ? `it had not ended after ${timeoutMs / 1000} s`
        : signal === null
          ? `it ended the process with ${exit}`
          : `the process was ended by ${signal}`
      resolve({ lines: text.split('\n').flatMap(lineOf), end })
    })
  })
}

function lineOf(text: string): Reflection[] {
  try {
    return text === '' ? [] : [JSON.parse(text)]
  } catch {
    return []
  }
}
