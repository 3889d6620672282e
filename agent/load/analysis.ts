import { readFileSync } from 'node:fs'
import type { PathStart } from '../locate/path.ts'
import { isUsedInCircle } from './import-circle.ts'
import { isTypeScript } from './lexed.ts'
import { liveExports } from './live-bindings.ts'
import { type Settable, settableIn } from './settable.ts'

export { settableIn }

/** A module that can't be read or lexed (another loader makes it) is left to import-in-the-middle's own judgement. */
export function trySettable(path: string, pathStarts: readonly PathStart[]): Settable | undefined {
  try {
    return settableIn(readFileSync(path, 'utf8'), pathStarts, isTypeScript(path))
  } catch {
    return undefined
  }
}

export function tryLive(path: string): string[] {
  try {
    return liveExports(path)
  } catch {
    return []
  }
}

export function tryCircle(path: string): boolean {
  try {
    return isUsedInCircle(path)
  } catch {
    return false
  }
}
