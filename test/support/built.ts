import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from './application.ts'

const packages = join(root, 'test/packages/apps')

/**
 * Runs `body` in a folder with the fixture `name`, which is kept: what it builds there, the next run and the other Nodes find
 * again, until the fixture or the packages change. One process at a time.
 */
export async function inKept<R>(name: string, body: (folder: string) => Promise<R>): Promise<R> {
  const fixture = join(root, 'test/fixtures', name)
  const folder = join(packages, 'tmp', `${name}-${hashOf(fixture)}`)
  const release = await lock(`${folder}.lock`)
  try {
    if (!existsSync(folder)) {
      removeOlder(name)
      cpSync(fixture, folder, { recursive: true })
    }
    return await body(folder)
  } finally {
    release()
  }
}

function removeOlder(name: string): void {
  const tmp = join(packages, 'tmp')
  for (const found of readdirSync(tmp))
    if (found.startsWith(`${name}-`) && !found.endsWith('.lock')) rmSync(join(tmp, found), { recursive: true })
}

function hashOf(fixture: string): string {
  const hash = createHash('sha256').update(readFileSync(join(packages, 'package-lock.json')))
  for (const name of (readdirSync(fixture, { recursive: true }) as string[]).sort()) {
    const path = join(fixture, name)
    if (statSync(path).isFile()) hash.update(name).update(readFileSync(path))
  }
  return hash.digest('hex').slice(0, 12)
}

/** The file is made by one process alone; that of one that is no more is taken over. */
async function lock(path: string): Promise<() => void> {
  mkdirSync(join(path, '..'), { recursive: true })
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' })
      return () => rmSync(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      if (!isAlive(path)) rmSync(path, { force: true })
      else await sleep(200)
    }
  }
}

function isAlive(path: string): boolean {
  try {
    const pid = Number(readFileSync(path, 'utf8'))
    // Not yet written.
    return pid === 0 || process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
