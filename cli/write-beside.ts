import { resolve } from 'node:path'
import { reasonOf } from '../agent/diagnostics.ts'
import { writePrivate } from '../agent/output/private-file.ts'
import { type Terminal, UsageError } from './command.ts'

/** Writes a file beside what a command prints, and says so. Throws a `UsageError` where that can't be. */
export function writeBeside(path: string, text: string, { cwd, err }: Pick<Terminal, 'cwd' | 'err'>): void {
  try {
    writePrivate(resolve(cwd, path), text)
  } catch (error) {
    throw new UsageError(`${path} can't be written (${reasonOf(error)}); name a file in a folder that is there`)
  }
  err(`crossbridge: wrote ${path}\n`)
}
