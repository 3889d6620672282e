import { readdirSync, unlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { threadId } from 'node:worker_threads'
import { reasonOf } from '../diagnostics.ts'
import type { WarnOnce } from '../model.ts'
import { makeFolder } from './make-folder.ts'
import { replaceFile } from './private-file.ts'

/** The folder of the profiles; other processes may share it. */
export interface ProfileFiles {
  /** A name for one that begins now. */
  nameOf(kind: string): string
  /** Gives the file's path; undefined where it can't be written, which is reported once. */
  write(name: string, profile: unknown): string | undefined
}

interface FilesParts {
  readonly option: 'cpu_profile' | 'heap_profile'
  readonly path: string
  readonly keep: number
  readonly location: () => string
  readonly warnOnce: WarnOnce
}

/** The application may replace it, and a reload comes later. */
const OriginalDate = Date
let named = 0

export function createProfileFiles({ option, path, keep, location, warnOnce }: FilesParts): ProfileFiles {
  const folder = resolve(path)
  const extension = option === 'cpu_profile' ? 'cpuprofile' : 'heapprofile'
  const ours = new RegExp(`^[a-z]+-(\\d{8}T\\d{9}Z)-\\d+-\\d+-\\d+\\.${extension}$`)
  const failed = (what: string, error: unknown) => {
    warnOnce(`${option} ${what}`, `${option}.path: a profile can't be ${what}: ${reasonOf(error)} (${location()})`)
  }

  const removeOldest = () => {
    const all = readdirSync(folder).flatMap((name) => {
      const [, at] = ours.exec(name) ?? []
      return at === undefined ? [] : [{ name, at }]
    })
    // Of one millisecond the names decide, in every process alike.
    all.sort((one, other) => (other.at + other.name < one.at + one.name ? -1 : 1))
    for (const { name } of all.slice(keep)) {
      try {
        unlinkSync(join(folder, name))
      } catch (error) {
        // Another process may have removed it.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      }
    }
  }

  return {
    nameOf(kind) {
      const at = new OriginalDate().toISOString().replace(/[-:.]/g, '')
      return `${kind}-${at}-${process.pid}-${threadId}-${named++}.${extension}`
    },
    write(name, profile) {
      const file = join(folder, name)
      try {
        makeFolder(folder)
        replaceFile(file, JSON.stringify(profile), 0o600)
      } catch (error) {
        failed('written', error)
        return undefined
      }
      try {
        removeOldest()
      } catch (error) {
        failed('removed', error)
      }
      return file
    },
  }
}
