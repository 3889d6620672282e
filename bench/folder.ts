import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The project's folder; this file runs from dist/bench. */
export const root = fileURLToPath(new URL('../..', import.meta.url))
export const register = pathToFileURL(join(root, 'register.mjs')).href

export interface NodeBinary {
  readonly major: 20 | 24 | 26
  readonly path: string
}

/** Those of these Node versions that are here: this one, and the npm package's. */
export const binariesOf = (majors: readonly NodeBinary['major'][]): readonly NodeBinary[] =>
  majors.flatMap((major) => {
    if (process.versions.node.startsWith(`${major}.`)) return [{ major, path: process.execPath }]
    const path = join(root, `test/packages/nodes/node_modules/node-${major}/bin/node`)
    return existsSync(path) ? [{ major, path }] : []
  })

/** The versions that have figures to reach. */
export const nodes: readonly NodeBinary[] = binariesOf([20, 24])

/** Variables that change a start or a call from outside: certificates are read at each start of Node 20 (45 ms). */
const { NODE_EXTRA_CA_CERTS: _, NODE_OPTIONS: __, NODE_COMPILE_CACHE: ___, ...rest } = process.env
export const environment = Object.fromEntries(
  Object.entries(rest).filter(([name]) => !name.startsWith('CROSSBRIDGE_')),
) as NodeJS.ProcessEnv

/** Files in a folder of their own, removed after `use`. `parent` is where packages are found, if any are needed. */
export function withFiles<T>(files: Readonly<Record<string, string>>, use: (folder: string) => T, parent?: string): T {
  const folder = folderOf(files, parent)
  try {
    return use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The same for who removes it. */
export function folderOf(files: Readonly<Record<string, string>>, parent = tmpdir()): string {
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'crossbridge-bench-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

/** A configuration's text: JSON is YAML. */
export const yaml = (profiling: object) => JSON.stringify({ runtime: { profiling } })

/** Runs Node to its end and gives what it printed; throws where it failed. */
export function runNode(node: string, args: readonly string[], cwd: string, env = environment, timeoutMs = 120_000) {
  const { status, stdout, stderr } = spawnSync(node, args, {
    cwd,
    env,
    encoding: 'utf8',
    timeout: timeoutMs,
    maxBuffer: 1e9,
  })
  if (status !== 0) throw new Error(`${node} ${args.join(' ')} ended with ${status}: ${stderr}`)
  return { stdout, stderr }
}
