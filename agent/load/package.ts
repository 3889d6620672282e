import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** The package that a file belongs to. */
export interface Package {
  /** As its package.json says; without one that says it, its folder's below node_modules. */
  readonly name: string
  readonly version: string | undefined
  readonly root: string
}

const packages = new Map<string, Package | undefined>()

/** The package that the files of a folder belong to, read once. */
export function packageAt(folder: string): Package | undefined {
  if (packages.has(folder)) return packages.get(folder)
  const found = readPackage(folder)
  packages.set(folder, found)
  return found
}

function readPackage(folder: string): Package | undefined {
  const parent = dirname(folder)
  if (folder === parent || basename(folder) === 'node_modules') return undefined
  const installed = installedAs(folder)
  const above = installed === undefined ? packageAt(parent) : undefined
  // An installed package reaches down to its last folder, whatever a package.json further in calls itself.
  if (above !== undefined && isInstalled(above.root)) return above
  const { name: said, version } = manifestIn(folder)
  const name = isName(said) ? said : installed
  // A build may put a copy of the package's own package.json beside its files.
  if (name === undefined || name === above?.name) return above
  return { name, version: typeof version === 'string' ? version : undefined, root: folder }
}

// `rxjs/operators` is a part of one.
const isName = (name: unknown): name is string => typeof name === 'string' && /^(@[^/]+\/)?[^@/][^/]*$/.test(name)

/** `@scope/name` of a folder right below node_modules. */
function installedAs(folder: string): string | undefined {
  const name = basename(folder)
  const parent = dirname(folder)
  const above = basename(parent)
  if (above === 'node_modules') return name.startsWith('@') ? undefined : name
  return above.startsWith('@') && basename(dirname(parent)) === 'node_modules' ? `${above}/${name}` : undefined
}

const isInstalled = (root: string) => installedAs(root) !== undefined

/** A package.json, empty where there is none that can be read. */
export function manifestIn(folder: string): Readonly<Record<string, unknown>> {
  const file = join(folder, 'package.json')
  // Most folders have none, and an error costs more than the question.
  if (!existsSync(file)) return {}
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
