import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { packageOf } from '../../agent/load/match.ts'
import { suggest } from '../../agent/suggest.ts'
import { foldersFrom, namesIn } from '../files.ts'

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

/** Names in the nearest node_modules that has some. */
function installedIn(cwd: string): string[] {
  for (const folder of foldersFrom(cwd).map((one) => join(one, 'node_modules'))) {
    const names = namesIn(folder).filter((name) => !name.startsWith('.'))
    if (names.length > 0)
      return names.flatMap((name) =>
        name.startsWith('@') ? namesIn(join(folder, name)).map((inner) => `${name}/${inner}`) : [name],
      )
  }
  return []
}
