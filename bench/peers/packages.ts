import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../folder.ts'
import { type Name, names, peerOf } from './peers.ts'
import { setFolder } from './process.ts'

const manifestOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
const own = manifestOf(root)

export interface Installed {
  readonly packages: number
  readonly mb: number
}

/** The clients that every application has. */
export const clients = (): Record<string, string> => manifestOf(setFolder('bare')).dependencies

/** What a tool adds to an application, as its set pins it. */
export function versionsOf(name: Name): Record<string, string> {
  if (name === 'crossbridge') return { [own.name]: own.version }
  const { set, packages } = peerOf(name)
  const { dependencies } = manifestOf(setFolder(set))
  return Object.fromEntries(packages.map((one) => [one, dependencies[one]]))
}

/** Installs what is missing, by the locks. */
export function install(): void {
  for (const set of new Set(names.map((name) => peerOf(name).set))) {
    const folder = setFolder(set)
    const [lock, installed] = [join(folder, 'package-lock.json'), join(folder, 'node_modules/.package-lock.json')]
    if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) continue
    console.error(`installing bench/peers/sets/${set}`)
    npm(['ci', '--no-audit', '--no-fund', '--prefer-offline', '--engine-strict=false', '--loglevel=error'], folder)
  }
}

/** What the tool adds to an application that has the clients already. */
export function added(name: Name): Installed {
  if (name === 'crossbridge') return packed()
  const [all, bare] = [folderOf(peerOf(name).set), folderOf('bare')]
  const count = (folder: string) => Object.keys(lockOf(folder)).length
  return { packages: count(all) - count(bare), mb: megabytes(bytesOf(all) - bytesOf(bare)) }
}
const folderOf = (set: string) => join(setFolder(set), 'node_modules')
const megabytes = (bytes: number) => Math.round(bytes / 1e5) / 10

/** The agent as it would be packed, and what it depends on. */
function packed(): Installed {
  const [{ unpackedSize }] = JSON.parse(npm(['pack', '--dry-run', '--json', '--ignore-scripts'], root))
  const folder = join(root, 'node_modules')
  const lock = lockOf(folder)
  const found = new Set<string>()
  const visit = (name: string) => {
    if (found.has(name) || lock[`node_modules/${name}`] === undefined) return
    found.add(name)
    for (const one of Object.keys(lock[`node_modules/${name}`]?.dependencies ?? {})) visit(one)
  }
  for (const one of Object.keys(own.dependencies)) visit(one)
  const bytes = [...found].reduce((sum, name) => sum + bytesOf(join(folder, name)), unpackedSize as number)
  return { packages: found.size + 1, mb: megabytes(bytes) }
}

type Lock = Readonly<Record<string, { readonly dependencies?: Readonly<Record<string, string>> }>>
const lockOf = (folder: string): Lock => JSON.parse(readFileSync(join(folder, '.package-lock.json'), 'utf8')).packages

function bytesOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name)
    return sum + (entry.isDirectory() ? bytesOf(path) : entry.isFile() ? statSync(path).size : 0)
  }, 0)
}

function npm(args: readonly string[], cwd: string): string {
  const shell = process.platform === 'win32'
  return execFileSync('npm', args, { cwd, shell, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}
