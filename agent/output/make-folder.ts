import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { ours } from '../diagnostics.ts'

/**
 * Makes a folder and those above it. Not by mkdir's own `recursive`: where the system says ENOENT whatever is made above
 * (below /proc), Node 20's never returns.
 */
export function makeFolder(folder: string, mode = 0o700): void {
  if (isMade(folder, mode)) return
  makeFolder(dirname(folder), mode)
  if (!isMade(folder, mode)) throw Object.assign(ours(`ENOENT: ${folder} can't be made`), { code: 'ENOENT' })
}

/** False where the folder above is missing. What is there but is not a folder shows when something in it is opened. */
function isMade(folder: string, mode: number): boolean {
  try {
    mkdirSync(folder, { mode })
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return true
    if (code === 'ENOENT' && dirname(folder) !== folder) return false
    throw error
  }
}
