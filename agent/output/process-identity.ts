import { readFileSync, readlinkSync } from 'node:fs'

const { kill, platform } = process
const starts = new Map<number, string>()

/** When the process began, in whatever unit the system tells it, so that a number used anew is told apart. */
export function startOf(pid: number): string {
  if (platform === 'linux') return statOf(pid)
  // Asked once a process: `ps` is slow, and elsewhere nothing tells it.
  const known = starts.get(pid) ?? (platform === 'win32' ? '0' : askedOf(pid))
  starts.set(pid, known)
  return known
}

/** Empty for one that has ended, or waits only for its parent to see that. */
function statOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '')
  } catch {
    return ''
  }
}

function askedOf(pid: number): string {
  const { spawnSync } = process.getBuiltinModule('node:child_process')
  const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    timeout: 2000,
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
  })
  return digest(stdout ?? '')
}

/** True if the process that began then still runs. */
export function isAlive(pid: number, start: string): boolean {
  try {
    kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
    // Another user's, of which /proc may say nothing (hidepid).
    return platform !== 'linux' || ['', start].includes(statOf(pid))
  }
  return platform !== 'linux' || statOf(pid) === start
}

/** This boot of this machine or container: elsewhere the same numbers are other processes. */
export function machine(): string {
  const read = (from: () => string) => {
    try {
      return from()
    } catch {
      return ''
    }
  }
  const boot = read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'))
  return digest(
    `${process.getBuiltinModule('node:os').hostname()} ${boot} ${read(() => readlinkSync('/proc/self/ns/pid'))}`,
  )
}

/** Short and safe in a file's name. */
export const digest = (text: string): string =>
  process.getBuiltinModule('node:crypto').createHash('sha1').update(text).digest('hex').slice(0, 12)
