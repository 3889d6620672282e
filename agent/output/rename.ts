import { renameSync } from 'node:fs'

const bed = new Int32Array(new SharedArrayBuffer(4))
const mostTries = 5
const napMs = 5

/**
 * Puts a file in another's place. Windows refuses that while anybody has the other one open, which a reader, a scanner of
 * files or an indexer does for a moment.
 */
export function renameOver(from: string, to: string, platform: string = process.platform, rename = renameSync): void {
  for (let tries = 1; ; tries++) {
    try {
      rename(from, to)
      return
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      if (platform !== 'win32' || tries === mostTries || !/^(EPERM|EACCES|EBUSY)$/.test(code)) throw error
      Atomics.wait(bed, 0, 0, napMs)
    }
  }
}
