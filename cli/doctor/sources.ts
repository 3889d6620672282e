import { extname, join } from 'node:path'
import { namesIn, statsOf, textIn } from '../files.ts'

/** Files, and folders, that are looked into at most, and the bytes of a file. */
const mostFiles = 2000
const mostBytes = 300_000
const code = new Set(['.js', '.cjs', '.mjs', '.ts', '.cts', '.mts', '.tsx', '.jsx'])

/** True if a source file of the project has this text; installed packages are not looked into. */
export function mentions(root: string, text: string): boolean {
  let files = 0
  let folders = 0
  const queue = [root]
  for (let folder = queue.shift(); folder !== undefined && folders < mostFiles; folder = queue.shift()) {
    folders++
    for (const name of namesIn(folder)) {
      if (name.startsWith('.') || name === 'node_modules') continue
      const path = join(folder, name)
      const stats = statsOf(path)
      if (stats?.isDirectory()) queue.push(path)
      if (!stats?.isFile() || !code.has(extname(name)) || stats.size > mostBytes) continue
      if (++files > mostFiles) return false
      if (textIn(path).includes(text)) return true
    }
  }
  return false
}
