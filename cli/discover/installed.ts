import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { packageOf } from '../../agent/load/match.ts'
import { suggest } from '../../agent/suggest.ts'

/** The package's own folder, by the words that Node looks it up with. */
export function folderOf(root: string, cwd: string): string | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', root)
    if (existsSync(join(path, 'package.json'))) return path
    if (folder === dirname(folder)) return undefined
  }
}

/** The message for a package that is not installed. */
export function unknownPackage(name: string, cwd: string): string {
  const root = packageOf(name)
  const near = suggest(root, installedIn(cwd), 3)
  const isFile = existsSync(join(cwd, name))
  const help = isFile
    ? `for the file write ./${name}`
    : near.length > 0
      ? `did you mean ${near.join(', ')}?`
      : 'install it first, or name a file as ./src/file.js'
  return `there is no package ${JSON.stringify(root)} in node_modules here or above; ${help}`
}

function installedIn(cwd: string): string[] {
  const list = (folder: string) => {
    try {
      return readdirSync(folder)
    } catch {
      return []
    }
  }
  for (let folder = cwd; ; folder = dirname(folder)) {
    const names = list(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))
    if (names.length > 0)
      return names.flatMap((name) =>
        name.startsWith('@') ? list(join(folder, 'node_modules', name)).map((inner) => `${name}/${inner}`) : [name],
      )
    if (folder === dirname(folder)) return []
  }
}
