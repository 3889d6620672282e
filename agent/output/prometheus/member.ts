import { readdirSync, readFileSync, unlinkSync } from 'node:fs'
import { isAlive } from '../process-identity.ts'

const memberFile = /^(\d+)-(\w*)-\d+\.json$/

/** The files of threads. Whether each still runs is asked before its file is read, so that its last words are in that. */
export function membersOf(folder: string): { name: string; pid: number; alive: boolean }[] {
  const asked = new Map<string, boolean>()
  return namesIn(folder).flatMap((name) => {
    const [, pid, start = ''] = memberFile.exec(name) ?? []
    if (pid === undefined) return []
    const key = `${pid} ${start}`
    const alive = asked.get(key) ?? isAlive(Number(pid), start)
    asked.set(key, alive)
    return [{ name, pid: Number(pid), alive }]
  })
}

/** Whether a process but this one still keeps its values here. */
export const hasOthers = (folder: string, pid: number) => membersOf(folder).some((one) => one.alive && one.pid !== pid)

/** A file's text; undefined for one that is not there. */
export function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Removes a file that may be gone already; `rmSync` would load half of a file manager for it. */
export function remove(file: string): void {
  try {
    unlinkSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** None in a folder that somebody cleaned up. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return []
  }
}
