import { closeSync, openSync, readdirSync, rmSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { threadId } from 'node:worker_threads'
import { ours } from '../diagnostics.ts'
import { isAlive, machine, startOf } from './process-identity.ts'

/**
 * The time in milliseconds that a lock is in force if it is not given back. One of this machine ends at once with its
 * process; a process of another machine or container can't be asked after. The holder stops before either.
 */
const leaseMs = 5000
const foreignMs = 900
const mostMs = 500
const { pid, platform } = process
let here: string | undefined
let made = 0

/**
 * Does `work` while no other thread or process does, and says whether; not at all where one is at it. Everyone has a lock
 * of its own name, which says whose it is, and looks for those of others once it is there: of two that come at a time one
 * at least sees the other. So one that a crash left need not be removed to be void, which would have to be a lock again.
 */
export function locked(file: string, now: () => number, work: (goOn: () => void) => void): boolean {
  const since = now()
  here ??= machine()
  const start = platform === 'linux' ? startOf(pid) : ''
  const mine = `${since}-${pid}-${start}-${threadId}.${made++}-${here}`
  const isHeld = (others: readonly string[]) => others.some((other) => isInForce(other, since))
  if (isHeld(locksOf(file))) return false
  const lock = pathOf(file, mine)
  closeSync(openSync(lock, 'wx', 0o600))
  try {
    const others = locksOf(file).filter((other) => other !== mine)
    if (isHeld(others)) return false
    for (const left of others) rmSync(pathOf(file, left), { force: true })
    work(() => {
      if (Math.abs(now() - since) > mostMs) throw ours('it took too long')
    })
    return true
  } finally {
    rmSync(lock, { force: true })
  }
}

const pathOf = (file: string, lock: string) => `${file}.lock.${lock}`
const form = /^(\d+)-(\d+)-(\w*)-\d+\.\d+-(\w+)$/

function locksOf(file: string): string[] {
  const start = `${basename(file)}.lock.`
  return readdirSync(dirname(file)).flatMap((name) => {
    const lock = name.startsWith(start) ? name.slice(start.length) : ''
    return form.test(lock) ? [lock] : []
  })
}

function isInForce(lock: string, at: number): boolean {
  const [, since, holder, start = '', where] = form.exec(lock) ?? []
  const age = Math.abs(at - Number(since))
  return where === here ? age < leaseMs && isAlive(Number(holder), start) : age < foreignMs
}
