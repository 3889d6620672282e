import { lstatSync } from 'node:fs'
import { join, sep } from 'node:path'
import { packageAt } from '../../agent/load/package.ts'
import { foldersFrom, namesIn, realOf } from '../files.ts'

/** A package that is there. */
export interface Installed {
  readonly name: string
  readonly version: string
  readonly folder: string
  /** True if the application itself finds this copy; another one is for a dependency's use. */
  readonly direct: boolean
}

/** Folders that a search opens at most: it is to be quick, and to end. */
const most = 20_000

/** Every copy of these packages that the application or its dependencies may load, those that itself finds first. */
export function findInstalled(cwd: string, names: readonly string[]): Installed[] {
  const found = new Map<string, Installed>()
  const direct = new Set<string>()
  const seen = new Set<string>()
  const wanted = new Set(names)
  const queue = foldersFrom(cwd).map((folder) => ({ folder: join(folder, 'node_modules'), top: true }))

  for (let i = 0; i < queue.length && i < most; i++) {
    const { folder, top } = queue[i] as (typeof queue)[number]
    if (seen.has(realOf(folder))) continue
    seen.add(realOf(folder))
    for (const { name, path } of packagesIn(folder)) {
      if (top || wanted.has(name)) take(name, path, top)
      // A link is to a workspace, or into pnpm's store, which is searched by itself.
      if (!isLink(path)) queue.push({ folder: join(path, 'node_modules'), top: false })
    }
    for (const name of namesIn(join(folder, '.pnpm')))
      queue.push({ folder: join(folder, '.pnpm', name, 'node_modules'), top: false })
  }
  return [...found.values()].sort((a, b) => Number(b.direct) - Number(a.direct))

  function take(word: string, path: string, top: boolean) {
    // One in a folder further up is hidden by the nearer.
    const isDirect = top && !direct.has(word)
    const folder = realOf(path)
    const there = packageAt(folder)
    // An alias leads to it, too, and what has its folder's name may be another.
    const { name, version } = there?.root === folder ? there : { name: word, version: undefined }
    if (!wanted.has(name)) return
    if (version === undefined || found.has(folder) || (top && !isDirect)) return
    if (isDirect) direct.add(word)
    found.set(folder, { name, version, folder, direct: isDirect })
  }
}

function packagesIn(folder: string): { name: string; path: string }[] {
  return namesIn(folder)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => (name.startsWith('@') ? namesIn(join(folder, name)).map((inner) => `${name}/${inner}`) : [name]))
    .map((name) => ({ name, path: join(folder, name.replaceAll('/', sep)) }))
}

const isLink = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
