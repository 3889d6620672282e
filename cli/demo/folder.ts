import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { besideChunks } from '../../agent/chunk.ts'
import { reasonOf } from '../../agent/diagnostics.ts'
import { UsageError } from '../command.ts'

export interface Folder {
  readonly path: string
  /** Removes it, where it is a temporary one. */
  close(): void
}

/** A folder with the files of the demo: the one that is named, which is kept, or a temporary one. */
export function openFolder(named: string | undefined): Folder {
  const path = named ?? temporary()
  const remove = () => rmSync(path, { recursive: true, force: true, maxRetries: 5 })
  // Also where the reader of a pipe has seen enough.
  if (named === undefined) process.once('exit', remove)
  try {
    fill(path)
  } catch (error) {
    throw error instanceof UsageError
      ? error
      : new UsageError(`${path} can't be written (${reasonOf(error)}); name another folder by --out`)
  }
  return {
    path,
    close() {
      if (named !== undefined) return
      process.off('exit', remove)
      remove()
    },
  }
}

function temporary(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'crossbridge-demo-'))
  } catch (error) {
    throw new UsageError(
      `no temporary folder can be made in ${tmpdir()} (${reasonOf(error)}); name a folder by --out, or another by TMPDIR`,
    )
  }
}

function fill(path: string): void {
  if (existsSync(path) && readdirSync(path).length > 0)
    throw new UsageError(`${path} is not empty, and nothing in it is overwritten; name a new folder by --out`)
  mkdirSync(path, { recursive: true })
  for (const [name, text] of Object.entries(files())) writeFileSync(join(path, name), text, { flag: 'wx' })
}

/** The texts of the files by their names, which `build/bundle.ts` packs. */
function files(): Readonly<Record<string, string>> {
  return JSON.parse(gunzipSync(readFileSync(besideChunks('demo.json.gz'))).toString())
}
